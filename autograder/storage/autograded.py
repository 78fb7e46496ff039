"""Where a student's autograded notebook lies, and its cells, whoever wrote it last."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.storage.notebook_bytes import cells_by_grade_id


def autograded_path(course: Course, student: str) -> Path:
    """Where nbgrader has a student's autograded notebook."""
    lab = course.lab
    return course.out / "autograded" / student / lab.name / lab.notebook_name


def autograded_cells(
    course: Course, student: str, wanted: Collection[str]
) -> dict[str, dict[str, Any]]:
    """The cells with the `wanted` grade ids; none where there is no notebook that can be read.

    `nbgrader autograde`, JupyterLab and people write that file too.
    """
    try:
        return cells_by_grade_id(autograded_path(course, student).read_bytes(), wanted)
    except OSError:
        return {}
