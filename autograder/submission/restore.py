"""Put the release's given cells back where a submission changed, doubled or lost them."""

from __future__ import annotations

from copy import deepcopy

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.submission.parse import notebook_of


def restore_from_release(
    submitted: NotebookNode, release: NotebookNode
) -> tuple[NotebookNode, tuple[str, ...]]:
    """Merge a submission's own work with the release's given cells.

    The submission keeps the sources of its answer cells and all cells that it added. Given cells
    (checks, imports, loading) get the release's source; lost ones come back at their place. All
    metadata is the release's: points and ids are never a submission's to say.

    Returns:
        The notebook, and a sentence for each thing that was mended.
    """
    by_grade_id = {_grade_id(cell): cell for cell in release.cells if _grade_id(cell)}
    ids = {cell["id"]: grade_id for grade_id, cell in by_grade_id.items()}
    texts = {cell["id"]: cell for cell in release.cells if not _grade_id(cell)}
    seen: set[str] = set()
    remarks: list[str] = []
    cells = []
    for cell in submitted.cells:
        # Some editors drop nbgrader's metadata and keep the cell's id.
        grade_id = _grade_id(cell) or ids.get(cell["id"], "")
        if grade_id in by_grade_id and grade_id not in seen:
            seen.add(grade_id)
            cells.append(_merged(cell, by_grade_id[grade_id], remarks))
        else:
            if grade_id in seen:
                remarks.append(f"The cell “{grade_id}” is there twice; the first one was taken.")
            cells.append(_own_cell(cell, texts.get(cell["id"])))
    _bring_back_lost_cells(cells, release, seen, remarks)
    _make_ids_unique(cells)
    return notebook_of(cells, deepcopy(release.metadata)), tuple(remarks)


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _merged(cell: NotebookNode, given: NotebookNode, remarks: list[str]) -> NotebookNode:
    merged = deepcopy(given)
    if not is_locked(given):
        merged.source = cell.source
    elif cell.source.rstrip() != given.source.rstrip() or cell.cell_type != given.cell_type:
        remarks.append(f"The given cell “{_grade_id(given)}” was changed; it was put back.")
    if merged.cell_type == "code":
        merged.outputs = []
        merged.execution_count = None
    return merged


def _own_cell(cell: NotebookNode, given: NotebookNode | None) -> NotebookNode:
    cell = deepcopy(cell)
    cell.metadata = NotebookNode()
    same = given is not None and (given.cell_type, given.source) == (cell.cell_type, cell.source)
    if same and given.get("attachments"):
        cell["attachments"] = deepcopy(given.attachments)  # the release's drawings
    return cell


def _bring_back_lost_cells(
    cells: list[NotebookNode], release: NotebookNode, seen: set[str], remarks: list[str]
) -> None:
    place = 0  # just behind the last release cell that is there
    for given in release.cells:
        grade_id = _grade_id(given)
        if not grade_id:
            continue
        if grade_id in seen:
            place = 1 + next(i for i, cell in enumerate(cells) if _grade_id(cell) == grade_id)
        elif is_locked(given) or is_grade(given):
            cells.insert(place, deepcopy(given))
            place += 1
            remarks.append(f"The given cell “{grade_id}” was missing; it was put back.")
        elif is_solution(given):
            # Not put back: its stub would replace a function that was written in another cell.
            remarks.append(f"The answer cell “{grade_id}” is missing.")


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    taken = {cell["id"] for cell in cells if _grade_id(cell)}
    for index, cell in enumerate(cells):
        if _grade_id(cell):
            continue
        name, count = cell["id"], 0
        while cell["id"] in taken:
            count += 1
            cell["id"] = f"{name[:48]}-{index}-{count}"
        taken.add(cell["id"])
