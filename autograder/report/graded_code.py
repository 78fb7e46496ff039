"""The code that the machine judged, from a student's autograded notebook."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.cells import grade_id
from autograder.course import Course
from autograder.storage.notebook_bytes import cells_in

MOST_CODE = 20_000  # characters of one task's code


def graded_code(course: Course, student: str) -> Mapping[str, str]:
    """A student's code of each task that is judged by the machine; empty where there is none."""
    lab = course.lab
    path = course.out / "autograded" / student / lab.name / lab.notebook_name
    wanted = {task.answer_id: task.name for task in lab.tasks if task.by_machine}
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return {}
    found = {}
    for _, cell in cells_in(lines, wanted):
        if cell["cell_type"] == "code":
            found[wanted[grade_id(cell)]] = cell["source"][:MOST_CODE]
    return found
