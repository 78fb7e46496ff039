"""The text of written answers, for those who mark in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

from autograder.course import Course
from autograder.lab import Task
from autograder.storage.autograded import autograded_cells


def written_answers(course: Course) -> Callable[[str, Task], str | None]:
    """Give a function that reads a student's written answer from the autograded notebook; None
    where there is none that can be read."""

    def answer(student: str, task: Task) -> str | None:
        cells = autograded_cells(course, student, {task.answer_id})
        return str(cells[task.answer_id]["source"]) if cells else None

    return answer
