"""The text of written answers, for those who mark in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

import nbformat

from autograder.course import Course
from autograder.lab import Task


def written_answers(course: Course) -> Callable[[str, Task], str]:
    """Give a function that reads a student's written answer from the autograded notebook."""

    def answer(student: str, task: Task) -> str:
        path = course.out / "autograded" / student / course.lab.name / course.lab.notebook_name
        if not path.is_file():
            return ""
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == task.answer_id:
                return cell.source
        return ""

    return answer
