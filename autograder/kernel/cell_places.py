"""Which line of which cell: for people, who know neither file names nor execution counts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache

from ipykernel.compiler import get_file_name
from nbformat import NotebookNode

from autograder.cells import is_given, name_of

_CELL_LINE = re.compile(r"Cell In\[(\d{1,9})\], line (\d{1,9})")
_CELL_FUNCTION = re.compile(r"Cell In\[\d{1,9}\], line \d{1,9}, in (\w{1,200})")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Place:
    cell: str = ""  # the grade id, else the cell's id
    line: int = 0
    source: str = ""


class CellPlaces:
    """The places of one notebook; made on the trusted side, from its own copy of the cells."""

    def __init__(self, notebook: NotebookNode) -> None:
        # A student can mend nothing in the cells that came with the lab.
        self._by_file = {
            _file_of(cell.source): cell
            for cell in notebook.cells
            if cell.cell_type == "code" and not is_given(cell)
        }

    def of_frames(self, frames: object) -> Place:
        """The innermost of a traceback's (file, line) pairs that lies in a student's own cell."""
        if not isinstance(frames, list):
            return Place()
        for frame in reversed(frames[-100:]):
            match frame:
                case [str(file), int(line)] if file in self._by_file:
                    return place_in(self._by_file[file], line)
        return Place()


@lru_cache(maxsize=1000)  # ipykernel's hash is written in Python, and most cells are the release's
def _file_of(source: str) -> str:
    return os.path.basename(get_file_name(source))


def place_in(cell: NotebookNode, line: int) -> Place:
    """A line of a cell, counted as IPython does: from the first one that is not empty."""
    lines = cell.source.splitlines()
    if line:
        line += next((index for index, text in enumerate(lines) if text.strip()), 0)
    if not 1 <= line <= len(lines):
        return Place(name_of(cell))
    return Place(name_of(cell), line, lines[line - 1].strip()[:200])


def place_in_traceback(cell: NotebookNode, count: object, traceback: list[str]) -> Place:
    """The last line of `cell`, executed as number `count`, that IPython's traceback names."""
    text = _COLOURS.sub("", "\n".join(traceback))
    lines = [int(line) for number, line in _CELL_LINE.findall(text) if int(number) == count]
    return place_in(cell, lines[-1] if lines else 0)


def functions_in_traceback(outputs: list[NotebookNode]) -> list[str]:
    """The functions of cells that the tracebacks among a cell's outputs go through."""
    tracebacks = [output.traceback for output in outputs if output.output_type == "error"]
    text = "\n".join(str(line) for lines in tracebacks for line in lines)
    return _CELL_FUNCTION.findall(_COLOURS.sub("", text))
