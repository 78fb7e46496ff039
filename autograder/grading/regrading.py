"""Who gains and who loses when a class is graded again (`camlab grade --again`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.results import ClassResults


@dataclass(frozen=True)
class Change:
    """One task of one student whose mark is no longer what it was."""

    student: str
    task: str
    before: float
    after: float


def changes(before: ClassResults, after: ClassResults) -> Iterator[Change]:
    """Yield each changed mark, by student; students who are new have no changes."""
    old = {
        (row.student, mark.task): mark.points for row in before.submissions for mark in row.tasks
    }
    for row in after.submissions:
        for mark in row.tasks:
            was = old.get((row.student, mark.task), mark.points)
            if was != mark.points:
                yield Change(row.student, mark.task, was, mark.points)
