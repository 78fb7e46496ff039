"""What comes out of running one submission: its outputs, its answers, its errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.answers import Answer
from autograder.cells import by_grade_id


@dataclass(frozen=True)
class CellError:
    """An exception that a cell of the submission raised."""

    cell: str  # the grade id, else the cell's id
    index: int  # the cell's place in the notebook, from 0
    error: str  # the exception's type: "SyntaxError", "CellTimeout"
    message: str
    line: int = 0  # counted from 1 in that cell; 0: unknown
    source: str = ""  # the text of that line


# A cell's type, source and attachments; no outputs, which weigh megabytes.
NamedCell = Mapping[str, Any]
_OF_CELL = ("cell_type", "source", "attachments")


class StoredNotebook:
    """A notebook, most of a stored run's bytes, that is read when somebody asks for it.

    Args:
        read: gives its text, as `storage.notebook_bytes` wrote it.
        named_cells: what `Run.named_cells` gave when it was stored.
    """

    def __init__(self, read: Callable[[], bytes], named_cells: Mapping[str, NamedCell]) -> None:
        self._read = read
        self.named_cells = named_cells

    @property
    def text(self) -> bytes:
        return self._read()

    @cached_property
    def notebook(self) -> NotebookNode:
        return nbformat.from_dict(json.loads(self.text))


@dataclass(frozen=True)
class Run:
    """One submission, run and asked."""

    source: NotebookNode | StoredNotebook  # the notebook with the outputs of this run
    answers: Mapping[str, Answer]  # exactly one for each question
    errors: tuple[CellError, ...] = ()
    message: str = ""  # why running ended early, as a sentence: a dead kernel, no time left
    seconds: float = 0.0
    timed_out: bool = False  # some limit on time was reached: a cell's, a question's, the whole's
    # That may have been the machine's doing; not kept, for the submission is then run once more.
    perhaps_disturbed: bool = False
    disturbed: bool = False  # its end may be others' doing: killed from outside, memory was short

    @property
    def notebook(self) -> NotebookNode:
        return self.source.notebook if isinstance(self.source, StoredNotebook) else self.source

    @property
    def named_cells(self) -> Mapping[str, NamedCell]:
        """By grade id, what a student wrote into the cell."""
        if isinstance(self.source, StoredNotebook):
            return self.source.named_cells
        return {
            name: {part: cell[part] for part in _OF_CELL if part in cell}
            for name, cell in by_grade_id(self.source.cells).items()
        }
