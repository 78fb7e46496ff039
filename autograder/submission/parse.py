"""Untrusted bytes to a notebook of format 4.5 that holds sources and nothing else."""

from __future__ import annotations

import json
import re

import nbformat
from nbformat import NotebookNode

MAX_CELLS = 1000
MAX_SOURCE = 2 * 2**20  # characters in all cells together
MAX_NESTING = 60  # JSON levels; a notebook with rich outputs has about ten


class NotANotebook(Exception):
    """The bytes are not a notebook; the message says why, for the student."""


def parse_notebook(content: bytes) -> NotebookNode:
    """Parse, upgrade and strip a notebook.

    Only the cells' types, sources, ids and `nbgrader` metadata are kept: outputs, attachments,
    tags, kernel names and all other metadata are a submission's claims and are dropped.

    Raises:
        NotANotebook: when this cannot be done.
    """
    data = _json(_text(content))
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise NotANotebook("The file is JSON, but not a notebook: it has no cells.")
    try:
        upgraded = nbformat.reads(json.dumps(data), as_version=4)
        ids = {cell.get("id") for cell in data.get("cells", ())}
        cells = [_plain_cell(cell, index, ids) for index, cell in enumerate(upgraded.cells)]
    except Exception as error:
        # nbformat raises whatever its converters stumble over.
        raise NotANotebook(
            f"The file is not a valid notebook ({type(error).__name__}). Open it in Jupyter, "
            "save it and hand it in again."
        ) from error
    if len(cells) > MAX_CELLS or sum(len(cell.source) for cell in cells) > MAX_SOURCE:
        raise NotANotebook(
            f"The notebook is too large: at most {MAX_CELLS} cells and "
            f"{MAX_SOURCE // 2**20} MB of text are run."
        )
    return nbformat.v4.new_notebook(cells=cells)


def _text(content: bytes) -> str:
    if not content.strip():
        raise NotANotebook("The file is empty.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotANotebook(
            f"The file is not UTF-8 text (byte {error.start + 1} is not). Save the notebook from "
            "Jupyter and hand it in again."
        ) from error


def _json(text: str) -> object:
    if _nesting(text) > MAX_NESTING:
        raise NotANotebook("The file is nested too deeply to be a notebook.")
    try:
        return json.loads(text)
    except ValueError as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotANotebook(
            f"The file is not a notebook: it is not JSON{place}. Was a script, a PDF or a web "
            "page handed in by mistake?"
        ) from error


def _nesting(text: str) -> int:
    """How deeply `text` nests brackets, strings left out; read before any parser recurses."""
    deepest = depth = 0
    for bracket in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"|([\[{])|([\]}])', text, re.DOTALL):
        if bracket.group(1):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_NESTING:
                break
        elif bracket.group(2):
            depth -= 1
    return deepest


def _plain_cell(cell: NotebookNode, index: int, ids: set[str]) -> NotebookNode:
    source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
    # A lone surrogate is legal in JSON and cannot be written as UTF-8.
    source = source.encode("utf-8", "replace").decode("utf-8")
    claimed = cell.get("id")
    # Where the file has no ids, upgrading makes them up at random: number the cells instead.
    known = claimed in ids and re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", claimed)
    nbgrader = cell.get("metadata", {}).get("nbgrader")
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    kind = cell.cell_type if cell.cell_type in ("code", "markdown") else "raw"
    # Not by nbformat's `new_code_cell`, which checks each cell: the notebook is checked as a whole.
    return nbformat.from_dict(
        {
            "cell_type": kind,
            "id": claimed if known else f"cell-{index}",
            "metadata": {"nbgrader": {"grade_id": grade_id}} if isinstance(grade_id, str) else {},
            "source": source,
            **({"execution_count": None, "outputs": []} if kind == "code" else {}),
        }
    )
