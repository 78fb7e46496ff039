"""What nbgrader's metadata says of one cell, whoever wrote the notebook.

Cells are nbformat's or the plain dictionaries of a notebook's JSON; metadata of any other form is
read as none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

Cell = TypeVar("Cell", bound=Mapping[str, Any])


def grade_id(cell: Mapping[str, Any]) -> str:
    """The cell's grade id; empty where it has none."""
    found = _marks(cell).get("grade_id")
    return found if isinstance(found, str) else ""


def name_of(cell: Mapping[str, Any]) -> str:
    """What a person calls the cell: its grade id, else its own id."""
    return grade_id(cell) or str(cell.get("id", ""))


def is_given(cell: Mapping[str, Any]) -> bool:
    """Whether the lab gives the cell: locked, and no place for an answer."""
    marks = _marks(cell)
    return marks.get("locked") is True and not marks.get("solution")


def is_grade(cell: Mapping[str, Any]) -> bool:
    """Whether the cell has points, as `nbgrader.utils` says; importing that takes seconds."""
    return bool(_marks(cell).get("grade"))


def is_solution(cell: Mapping[str, Any]) -> bool:
    """Whether it is a place for an answer, as `nbgrader.utils` says."""
    return bool(_marks(cell).get("solution"))


def is_locked(cell: Mapping[str, Any]) -> bool:
    """Whether what a student changes in it is put back, as `nbgrader.utils` says."""
    return not is_solution(cell) and (is_grade(cell) or bool(_marks(cell).get("locked")))


def cell_with(cells: Iterable[Cell], wanted: str) -> Cell | None:
    """The first cell with that grade id."""
    return next((cell for cell in cells if grade_id(cell) == wanted), None)


def by_grade_id(cells: Iterable[Cell]) -> dict[str, Cell]:
    """The first cell with each grade id; those without one are left out."""
    found: dict[str, Cell] = {}
    for cell in cells:
        found.setdefault(grade_id(cell), cell)
    found.pop("", None)
    return found


def _marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return marks if isinstance(marks, Mapping) else {}
