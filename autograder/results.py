"""The marks of a class, and `results.json`, their public form."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from autograder.errors import CamlabError
from autograder.files import write_atomically

if TYPE_CHECKING:
    from _typeshed import DataclassInstance  # there for type checkers alone


# "manual": a person marks it; "not-run": there was no function that could be asked.
TaskStatus = Literal["full", "partial", "none", "not-run", "manual"]
RowStatus = Literal["graded", "error"]
_STATUSES = {"TaskStatus": get_args(TaskStatus), "RowStatus": get_args(RowStatus)}


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
    status: TaskStatus
    hints: tuple[Hint, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    remarks: tuple[str, ...] = ()  # sentences that cost nothing


@dataclass(frozen=True)
class SubmissionResult:
    """One student's row."""

    student: str
    status: RowStatus
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
    without_walls: bool = False  # `--sandbox none`: students' code could have changed anything


def write_results(results: ClassResults, path: Path) -> None:
    """Write `results.json`; an older file stays whole until the new one is."""
    text = json.dumps(asdict(results), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, _SEEN_ONLY.sub(_escape, text).encode("utf-8", "replace") + b"\n")


def results_line(results: ClassResults) -> str:
    """The same as one line of ASCII, which no terminal and no log can misread."""
    return json.dumps(asdict(results), allow_nan=False)


def read_results(path: Path) -> ClassResults:
    """Read `results.json` as `write_results` wrote it.

    Raises:
        CamlabError: it cannot be read, or was cut off or changed by hand.
    """
    try:
        data = json.loads(path.read_bytes())
        rows = tuple(_submission(row) for row in data["submissions"])
        without_walls = data.get("without_walls", False)
        results = ClassResults(
            data["assignment"], data["weights"], data["max_score"], rows, without_walls
        )
        _check(results)
    except OSError as error:
        raise CamlabError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CamlabError(
            f"{path} is not as camlab wrote it: it was cut off or changed. Run `camlab grade` "
            "again, which writes it anew; what was run is kept."
        ) from error
    return results


# What text holds that cannot be seen, or that lets it be read backwards.
_SEEN_ONLY = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _check(thing: DataclassInstance) -> None:
    """Raise where a field is of another type than it was written with."""
    for place in fields(thing):
        value = getattr(thing, place.name)
        if isinstance(value, tuple):
            for part in value:
                if is_dataclass(part) and not isinstance(part, type):
                    _check(part)
                elif not isinstance(part, str):
                    raise TypeError(place.name)
        elif place.type == "float":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(place.name)
            if not math.isfinite(value):
                raise ValueError(place.name)
        elif place.type in _STATUSES:
            if value not in _STATUSES[place.type]:
                raise ValueError(place.name)
        elif not isinstance(value, bool if place.type == "bool" else str):
            raise TypeError(place.name)


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
