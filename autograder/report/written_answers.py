"""The text of written answers, for those who mark in a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Callable

from autograder.cells import cell_with
from autograder.course import Course
from autograder.lab import Task


def written_answers(course: Course) -> Callable[[str, Task], str]:
    """Give a function that reads a student's written answer from the autograded notebook."""

    def answer(student: str, task: Task) -> str:
        path = course.out / "autograded" / student / course.lab.name / course.lab.notebook_name
        try:
            cell = cell_with(json.loads(path.read_bytes())["cells"], task.answer_id)
            return "".join(cell["source"]) if cell else ""
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return ""  # not there, or damaged: Formgrader shows what there is

    return answer
