"""Who gains and who loses when a class is graded again (`camlab grade --again`)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from autograder.results import ClassResults


@dataclass(frozen=True)
class Change:
    """One task of one student whose mark is no longer what it was."""

    student: str
    task: str
    before: float
    after: float


def changes(
    before: ClassResults,
    after: ClassResults,
    *,
    same_run: Callable[[str], bool] = lambda student: True,
    manual: Container[tuple[str, str]] = (),
) -> Iterator[Change]:
    """Yield each mark that the graders changed, by student; students who are new have no changes.

    Args:
        before: the class as it was graded the last time.
        after: the class now.
        same_run: whether a student's work was not run anew: else the work may have changed.
        manual: (student, task) of marks that people gave.
    """
    old = {
        (row.student, mark.task): mark.points for row in before.submissions for mark in row.tasks
    }
    for row in after.submissions:
        if not same_run(row.student):
            continue
        for mark in row.tasks:
            if (row.student, mark.task) in manual:
                continue
            was = old.get((row.student, mark.task), mark.points)
            if was != mark.points:
                yield Change(row.student, mark.task, was, mark.points)
