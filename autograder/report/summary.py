"""A class in figures, for the terminal and for the class page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from autograder.results import ClassResults, SubmissionResult

UNFINISHED = "not-implemented"  # the hint of a task that was left blank


@dataclass(frozen=True)
class TaskSummary:
    """How a class did on one task."""

    task: str
    max_points: float
    marked: int  # submissions that are not waiting for a person
    waiting: int
    full: int
    mean: float  # of those marked; 0 when none is
    median: float

    @property
    def full_share(self) -> float:
        """The share of full marks among those marked, 0 to 1."""
        return self.full / self.marked if self.marked else 0.0

    @property
    def known(self) -> bool:
        """Whether enough is marked for a mean to say something."""
        return self.marked > self.waiting


@dataclass(frozen=True)
class MistakeSummary:
    """A known mistake and who made it."""

    task: str
    mistake: str
    text: str
    students: tuple[str, ...]


def task_summaries(results: ClassResults) -> tuple[TaskSummary, ...]:
    """One for each task, in the notebook's order."""
    columns: dict[str, list[Any]] = {}
    for row in results.submissions:
        for mark in row.tasks:
            columns.setdefault(mark.task, []).append(mark)
    return tuple(_task_summary(task, marks) for task, marks in columns.items())


def mistake_summaries(results: ClassResults) -> tuple[MistakeSummary, ...]:
    """Known mistakes, the most frequent first."""
    students: dict[tuple[str, str], list[str]] = defaultdict(list)
    texts: dict[tuple[str, str], str] = {}
    for row in results.submissions:
        for mark in row.tasks:
            for hint in mark.hints:
                if hint.mistake == UNFINISHED:
                    continue  # what is not there yet is no mistake
                key = (mark.task, hint.mistake)
                texts.setdefault(key, hint.text)
                if row.student not in students[key][-1:]:
                    students[key].append(row.student)
    found = (MistakeSummary(*key, texts[key], tuple(names)) for key, names in students.items())
    return tuple(sorted(found, key=lambda one: (-len(one.students), one.task, one.mistake)))


def waiting_for_a_person(results: ClassResults) -> tuple[SubmissionResult, ...]:
    """Rows with a task that only a person can mark."""
    return tuple(
        row for row in results.submissions if any(mark.status == "manual" for mark in row.tasks)
    )


def could_not_be_run(results: ClassResults) -> tuple[SubmissionResult, ...]:
    return tuple(row for row in results.submissions if row.status == "error")


def mean_and_median(scores: Sequence[float]) -> tuple[float, float]:
    """Of no scores at all: 0 and 0."""
    return (fmean(scores), median(scores)) if scores else (0.0, 0.0)


def _task_summary(task: str, marks: list[Any]) -> TaskSummary:
    done = [mark for mark in marks if mark.status != "manual"]
    mean, middle = mean_and_median([mark.points for mark in done])
    return TaskSummary(
        task=task,
        max_points=max(mark.max_points for mark in marks),
        marked=len(done),
        waiting=len(marks) - len(done),
        full=sum(mark.status == "full" for mark in done),
        mean=mean,
        median=middle,
    )
