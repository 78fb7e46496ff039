"""The marks of a class, and `results.json`, their public form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.files import write_atomically


@dataclass(frozen=True)
class Hint:
    """A known mistake that an answer shows."""

    mistake: str  # its id
    text: str  # two sentences: what was seen, what to look at again


@dataclass(frozen=True)
class Criterion:
    """One test of a grader, and how it went."""

    name: str
    points: float
    max_points: float
    sentence: str  # what the student reads: empty where it passed


@dataclass(frozen=True)
class TaskMark:
    """The mark of one task."""

    task: str
    points: float
    max_points: float
    status: str  # "full", "partial", "none", "not-run", "manual"
    hints: tuple[Hint, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    remarks: tuple[str, ...] = ()  # sentences that cost nothing


@dataclass(frozen=True)
class SubmissionResult:
    """One student's row."""

    student: str
    status: str  # "graded", "error"
    message: str
    seconds: float
    score: float
    max_score: float
    tasks: tuple[TaskMark, ...]


@dataclass(frozen=True)
class ClassResults:
    """All rows of one class, sorted by student."""

    assignment: str
    weights: str  # "imagenet", "stand-in"
    max_score: float
    submissions: tuple[SubmissionResult, ...]


def write_results(results: ClassResults, path: Path) -> None:
    """Write `results.json`; an older file stays whole until the new one is."""
    text = json.dumps(asdict(results), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, text.encode() + b"\n")


def read_results(path: Path) -> ClassResults:
    """Read `results.json` as `write_results` wrote it."""
    data = json.loads(path.read_bytes())
    rows = tuple(_submission(row) for row in data["submissions"])
    return ClassResults(data["assignment"], data["weights"], data["max_score"], rows)


def sort_rows(rows: Sequence[SubmissionResult]) -> tuple[SubmissionResult, ...]:
    return tuple(sorted(rows, key=lambda row: row.student))


def _submission(row: dict[str, Any]) -> SubmissionResult:
    return SubmissionResult(**{**row, "tasks": tuple(_task(task) for task in row["tasks"])})


def _task(task: dict[str, Any]) -> TaskMark:
    return TaskMark(
        **{
            **task,
            "hints": tuple(Hint(**hint) for hint in task["hints"]),
            "criteria": tuple(Criterion(**criterion) for criterion in task["criteria"]),
            "remarks": tuple(task["remarks"]),
        }
    )
