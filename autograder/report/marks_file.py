"""`camlab marks`: the written answers as a CSV file, out to be marked and back in.

For those who would rather mark in a spreadsheet than in Formgrader. Both write the same fields of
nbgrader's gradebook, and either sees what the other did.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.errors import CamlabError
from autograder.gradebook.marks import read_gradebook
from autograder.lab import Lab, Task
from autograder.text.plain_text import plain
from autograder.text.spreadsheet import unguarded, write_csv

COLUMNS = ("student", "task", "score", "max_score", "comment", "answer")
MOST_BYTES = 20 * 2**20
MOST_ERRORS = 20


@dataclass(frozen=True)
class MarkedRow:
    """One line of the file, checked."""

    line: int
    student: str
    task: Task
    score: float | None
    comment: str


@dataclass(frozen=True)
class Imported:
    """What an import changed."""

    marks: int
    comments: int


def export_marks_file(
    db_url: str,
    lab: Lab,
    path: Path,
    answer_of: Callable[[str, Task], str] = lambda student, task: "",
) -> int:
    """Write a line for each written answer of each submission, with the mark it has so far.

    Args:
        db_url: nbgrader's gradebook.
        lab: its tasks without a grader are the ones that people mark.
        path: the CSV file to write.
        answer_of: gives the student's text, so that one can mark without opening notebooks.

    Returns:
        How many lines there are.
    """
    rows = read_gradebook(db_url, lab)
    lines: list[list[object]] = []
    for student, row in sorted(rows.items()):
        for task in _written(lab):
            given = row.by_hand.get(task.name)
            lines.append(
                [
                    student,
                    task.name,
                    given.score if given else None,
                    task.points,
                    given.comment if given else "",
                    answer_of(student, task),
                ]
            )
    write_csv(path, [COLUMNS, *lines])
    return len(lines)


def import_marks_file(db_url: str, lab: Lab, path: Path) -> Imported:
    """Put the marks and comments of a filled-in file into the gradebook: all of them, or none.

    An empty score or comment leaves what the gradebook has.

    Raises:
        CamlabError: the file or any of its rows is wrong; every wrong row is named, and nothing was
            changed.
    """
    known = read_gradebook(db_url, lab).keys()
    errors: list[str] = []
    rows = list(_checked(lab, known, path, errors))
    if errors:
        raise CamlabError(_refusal(path, errors))
    with Gradebook(db_url) as gradebook:
        try:
            for row in rows:
                _store(gradebook, lab, row)
            gradebook.db.commit()
        except BaseException:
            gradebook.db.rollback()
            raise
    scores = sum(row.score is not None for row in rows)
    return Imported(scores, sum(bool(row.comment) for row in rows))


def _written(lab: Lab) -> tuple[Task, ...]:
    return tuple(task for task in lab.tasks if not task.by_machine)


def _store(gradebook: Gradebook, lab: Lab, row: MarkedRow) -> None:
    place = (lab.name, lab.name, row.student)
    if row.score is not None:
        grade = gradebook.find_grade(row.task.grade_id, *place)
        grade.manual_score = row.score
        grade.needs_manual_grade = False
    if row.comment:
        try:
            comment = gradebook.find_comment(row.task.answer_id, *place)
        except MissingEntry as error:
            raise CamlabError(
                f"Row {row.line}: the gradebook has no place for a comment to {row.student}. "
                "Nothing was changed."
            ) from error
        comment.manual_comment = row.comment


def _checked(lab: Lab, known, path: Path, errors: list[str]) -> Iterator[MarkedRow]:
    tasks = {task.name: task for task in _written(lab)}
    seen: dict[tuple[str, str], int] = {}
    for line, cells in _read(path):
        row = _row(line, cells, tasks, known, errors)
        if row is None:
            continue
        first = seen.setdefault((row.student, row.task.name), line)
        if first != line:
            errors.append(f"Row {line}: {plain(row.student)} was marked in row {first} already.")
        elif row.score is not None or row.comment:
            yield row


def _row(line: int, cells: dict[str, str], tasks, known, errors: list[str]) -> MarkedRow | None:
    student = unguarded(cells["student"].strip())
    if student not in known:
        shown = f"the gradebook knows no submission of {plain(student, 60)!r}"
        errors.append(f"Row {line}: {shown if student else 'the student is missing'}.")
        return None
    name = cells.get("task", "").strip() or (next(iter(tasks)) if len(tasks) == 1 else "")
    if name not in tasks:
        errors.append(f"Row {line}: people mark {', '.join(tasks)}, and not {plain(name, 60)!r}.")
        return None
    score, problem = _score(cells["score"], tasks[name])
    if problem:
        errors.append(f"Row {line}: {problem}")
        return None
    return MarkedRow(line, student, tasks[name], score, unguarded(cells["comment"].strip()))


def _score(text: str, task: Task) -> tuple[float | None, str]:
    text = unguarded(text.strip())
    if not text:
        return None, ""
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        return None, f"{plain(text, 40)!r} is not a number."
    if not math.isfinite(score) or not 0 <= score <= task.points:
        return None, f"{plain(text, 40)} is not between 0 and {task.points:g}."
    return score, ""


def _read(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The file's rows as (row number in a spreadsheet, cells by heading)."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=_delimiter(_text(path)))
    heading = [cell.strip().lower() for cell in next(reader, [])]
    missing = [name for name in ("student", "score", "comment") if name not in heading]
    if missing:
        raise CamlabError(
            f"{path} has no column {', '.join(missing)} in its first row. Start from a file made "
            "by camlab marks --export."
        )
    for number, cells in enumerate(reader, start=2):
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(heading) - len(cells))
            yield number, dict(zip(heading, padded, strict=False))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CamlabError(f"{path} has more than {MOST_BYTES >> 20} MB: is it the right file?")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CamlabError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CamlabError(
            f"{path} is not UTF-8 text. In a spreadsheet, save it as 'CSV UTF-8'."
        ) from error


def _delimiter(text: str) -> str:
    """Spreadsheets of half the world write semicolons."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _refusal(path: Path, errors: list[str]) -> str:
    shown = "\n".join(f"  {error}" for error in errors[:MOST_ERRORS])
    more = len(errors) - MOST_ERRORS
    rest = f"\n  and {more} more" if more > 0 else ""
    return f"{path} was not imported, and nothing was changed:\n{shown}{rest}"
