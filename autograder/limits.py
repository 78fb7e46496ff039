"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times are in seconds, sizes in bytes.

    Wall time does not count while the child waits for a processor (`autograder.kernel.fair_clock`).
    """

    cell_seconds: float = 30.0  # wall time of one cell; nbgrader's own limit
    # Wall time of a cell that the lab gives and that calls the student's functions: a check, a
    # picture. It takes a second or two; without it nothing is lost, for the functions are asked.
    given_cell_seconds: float = 7.0
    question_seconds: float = 30.0  # wall time of one question
    submission_seconds: float = 300.0  # wall time of everything
    cpu_seconds: float = 300.0
    memory: int = 4 * 2**30  # address space
    scratch: int = 64 * 2**20  # files in the working folder
    processes: int = 64
    open_files: int = 512
    output: int = 8 * 2**20  # what all cells may print and show together
    # What all answers may weigh together: an early layer's output for each question, and the
    # hint can still say which layer it is.
    answers: int = 64 * 2**20

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
