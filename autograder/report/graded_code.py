"""The code that the machine judged, from a student's autograded notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping

from autograder.course import Course

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
    for line in lines:  # a line for each cell; a notebook with its pictures weighs megabytes
        for answer_id in [one for one in wanted if f'"grade_id": "{one}"'.encode() in line]:
            cell = json.loads(line.removesuffix(b","))
            if (
                cell["cell_type"] == "code"
                and cell["metadata"]["nbgrader"]["grade_id"] == answer_id
            ):
                found[wanted[answer_id]] = cell["source"][:MOST_CODE]
    return found
