"""The code that the machine judged, from a student's autograded notebook."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.course import Course
from autograder.storage.autograded import autograded_cells

MOST_CODE = 20_000  # characters of one task's code


def graded_code(course: Course, student: str) -> Mapping[str, str]:
    """A student's code of each task that is judged by the machine; empty where there is none."""
    wanted = {task.answer_id: task.name for task in course.lab.tasks if task.by_machine}
    cells = autograded_cells(course, student, wanted)
    return {
        wanted[name]: cell["source"][:MOST_CODE]
        for name, cell in cells.items()
        if cell.get("cell_type") == "code"
    }
