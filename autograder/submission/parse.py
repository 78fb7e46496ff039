"""Untrusted bytes to a notebook of format 4.5 that holds sources and pasted pictures only.

Every step here is linear in the bytes: nothing of nbformat's own reading is used, whose converters
stumble over what editors leave out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.cells import grade_id
from autograder.errors import AutograderError
from autograder.submission.encodings import NotTextError, decode_text, to_utf8, what_it_is
from autograder.submission.pasted_pictures import kept_attachments, pictures_to_attachments
from autograder.submission.scan import TooComplexError, without_outputs

MAX_CELLS = 1000
MAX_SOURCE = 2 * 2**20  # characters in all cells together
Cell = dict[str, Any]  # as JSON has it
_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")
_CONFLICT = re.compile(r"^<{7} .*$", re.MULTILINE)

_ZEROS = 16  # in a row: no text, in any encoding
_HOW_ZEROS_COME = (
    ", as programs leave it that keep folders in step and were interrupted. Look for the notebook "
    "where it was written, open it in Jupyter and hand it in again."
)


class NotANotebookError(AutograderError):
    """The bytes are not a notebook; the message says why, for the student."""


def parse_notebook(content: bytes) -> NotebookNode:
    """Parse and strip a notebook of format 2, 3 or 4.

    Only the cells' types, sources, ids, `nbgrader` metadata and the pictures of text cells are
    kept: outputs, tags, kernel names and all other metadata are a submission's claims and are
    dropped.

    Raises:
        NotANotebookError: when this cannot be done.
    """
    data = _json(_text(content))
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise NotANotebookError("The file is JSON, but not a notebook: it has no cells.")
    cells = []
    taken: set[str] = set()
    length = 0
    for index, cell in enumerate(_raw_cells(data)):
        cells.append(_plain_cell(cell, index, taken))
        length += len(cells[-1]["source"])
        if len(cells) > MAX_CELLS or length > MAX_SOURCE:
            raise NotANotebookError(
                f"The notebook is too large: at most {MAX_CELLS} cells and "
                f"{MAX_SOURCE // 2**20} MB of text are run."
            )
    return notebook_of(cells, {})


def notebook_of(cells: Sequence[Cell], metadata: Mapping[str, Any]) -> NotebookNode:
    """A notebook of format 4.5. It is not checked against nbformat's schema, which takes longer
    than all else, and for some cells the square of their size."""
    notebook = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(notebook)


def _text(content: bytes) -> str:
    if not content.strip():
        raise NotANotebookError("The file is empty.")
    if not content.strip(b"\0 \t\r\n"):
        raise NotANotebookError(f"The file holds nothing but zeros{_HOW_ZEROS_COME}")
    try:
        return decode_text(without_outputs(to_utf8(content)))
    except NotTextError as error:
        raise NotANotebookError(
            f"The file is not a notebook: {what_it_is(content) or str(error)}. Save the notebook "
            "from Jupyter and hand it in again."
        ) from error
    except TooComplexError as error:
        kind = what_it_is(content)
        raise NotANotebookError(
            f"The file is not a notebook: {kind}." if kind else str(error)
        ) from error


def _json(text: str) -> object:
    try:
        return json.loads(text.rstrip("\0"))  # a whole notebook with zeros behind is one
    except (ValueError, RecursionError) as error:
        if conflict := _CONFLICT.search(text):
            line = text.count("\n", 0, conflict.start()) + 1
            raise NotANotebookError(
                f"The file holds the marks of a git conflict (line {line}), so it is not JSON. "
                "Take one of the two versions, open it in Jupyter and hand it in again."
            ) from error
        if "\0" * _ZEROS in text:
            raise NotANotebookError(
                f"The file is not whole: zeros fill a part of it{_HOW_ZEROS_COME}"
            ) from error
        if _is_cut_off(text, error):
            raise NotANotebookError(
                "The file is not whole: it ends in the middle of the notebook, as after an "
                "upload that broke off. Open it where it was written, save it and hand it in again."
            ) from error
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        kind = what_it_is(text[:1000].encode("utf-8", "replace"))
        guess = f"it is not JSON but {kind.removeprefix('it is ')}" if kind else "it is not JSON"
        raise NotANotebookError(
            f"The file is not a notebook: {guess}{place}. Hand in the notebook itself, as Jupyter "
            "saves it."
        ) from error


def _is_cut_off(text: str, error: Exception) -> bool:
    """Whether what was to be read next lies behind the end: all before it is JSON."""
    if not isinstance(error, json.JSONDecodeError) or not text.lstrip().startswith("{"):
        return False
    # Of a string that does not end, the error names the start.
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")


def _raw_cells(data: dict[str, Any]) -> Iterator[Cell]:
    """The cells of a notebook of any format; what is no cell is left out."""
    cells = data.get("cells")
    if cells is None:
        sheets = data.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    else:
        lists = [cells]
    if not any(isinstance(one, list) for one in lists):
        raise NotANotebookError(
            "The file is not a valid notebook: its cells are missing. Open it in Jupyter, save it "
            "and hand it in again."
        )
    for one in lists:
        if isinstance(one, list):
            yield from (cell for cell in one if isinstance(cell, dict))


def _plain_cell(cell: Cell, index: int, taken: set[str]) -> Cell:
    given = cell.get("metadata")
    metadata: Cell = given if isinstance(given, dict) else {}
    name = grade_id(cell)
    kind, source = _kind(cell), _source(cell)
    plain: Cell = {
        "cell_type": kind,
        "id": _identity(cell, metadata, index, taken),
        "metadata": {"nbgrader": {"grade_id": name}} if name else {},
        "source": source,
    }
    if kind == "code":
        return {**plain, "execution_count": None, "outputs": []}
    attachments = kept_attachments(cell.get("attachments"), source)
    plain["source"], attachments = pictures_to_attachments(source, attachments)
    return {**plain, **({"attachments": attachments} if attachments else {})}


def _kind(cell: Cell) -> str:
    kind = cell.get("cell_type")
    if kind in ("heading", "html"):  # of formats 2 and 3
        return "markdown"
    return kind if kind in ("code", "markdown") else "raw"


def _source(cell: Cell) -> str:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    if cell.get("cell_type") == "heading":
        level = cell.get("level")
        count = level if isinstance(level, int) and level in range(1, 7) else 1
        source = "#" * count + " " + source
    # Windows' line ends; and a lone surrogate is legal in JSON and cannot be written as UTF-8.
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    return source.encode("utf-8", "replace").decode("utf-8")


def _identity(cell: Cell, metadata: Cell, index: int, taken: set[str]) -> str:
    """The cell's id, or Colab's, which stands in the metadata; cells without any are numbered."""
    for claimed in (cell.get("id"), metadata.get("id")):
        if isinstance(claimed, str) and _ID.fullmatch(claimed) and claimed not in taken:
            taken.add(claimed)
            return claimed
    number = next(name for name in _numbers(index) if name not in taken)
    taken.add(number)
    return number


def _numbers(index: int) -> Iterator[str]:
    yield f"cell-{index}"
    for more in range(1, MAX_CELLS + 2):
        yield f"cell-{index}-{more}"
