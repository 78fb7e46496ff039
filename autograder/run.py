"""What comes out of running one submission: its outputs, its answers, its errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import nbformat
from nbformat import NotebookNode

from autograder.answers import Answer


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times are in seconds, sizes in bytes.

    Wall time does not count while the child waits for a processor (`autograder.kernel.fair_clock`).
    """

    cell_seconds: float = 60.0  # wall time of one cell
    # Wall time of a cell that the lab gives and that calls the student's functions: a check, a
    # picture. It takes a second or two; without it nothing is lost, for the functions are asked.
    given_cell_seconds: float = 10.0
    question_seconds: float = 30.0  # wall time of one question
    submission_seconds: float = 300.0  # wall time of everything
    cpu_seconds: float = 300.0
    memory: int = 4 * 2**30  # address space
    scratch: int = 64 * 2**20  # files in the working folder
    processes: int = 64
    open_files: int = 512
    output: int = 8 * 2**20  # what all cells may print and show together
    answers: int = 16 * 2**20  # what all answers may weigh together

    @property
    def times(self) -> tuple[float, ...]:
        """The limits on time: more of it changes nothing for whoever had enough."""
        return (
            self.cell_seconds,
            self.given_cell_seconds,
            self.question_seconds,
            self.submission_seconds,
            self.cpu_seconds,
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """All other limits."""
        return (
            self.memory,
            self.scratch,
            self.processes,
            self.open_files,
            self.output,
            self.answers,
        )


@dataclass(frozen=True)
class CellError:
    """An exception that a cell of the submission raised."""

    cell: str  # the grade id, else the cell's id
    index: int  # the cell's place in the notebook, from 0
    error: str  # the exception's type: "SyntaxError", "CellTimeout"
    message: str
    line: int = 0  # counted from 1 in that cell; 0: unknown
    source: str = ""  # the text of that line


class StoredNotebook:
    """A notebook, most of a stored run's bytes, that is read when somebody asks for it.

    Args:
        read: gives its text, as `storage.notebook_bytes` wrote it.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read

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
    problem: str = ""  # why running ended early, as a sentence: a dead kernel, no time left
    seconds: float = 0.0
    timed_out: bool = False  # some limit on time was reached: a cell's, a question's, the whole's
    # That may have been the machine's doing; not kept, for the submission is then run once more.
    perhaps_disturbed: bool = False
    disturbed: bool = False  # its end may be others' doing: killed from outside, memory was short

    @property
    def notebook(self) -> NotebookNode:
        return self.source.notebook if isinstance(self.source, StoredNotebook) else self.source
