"""`camlab marks`: the written answers as a CSV file, out to be marked and back in.

For those who would rather mark in a spreadsheet than in Formgrader. Both write the same fields of
nbgrader's gradebook, and either sees what the other did.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.errors import CamlabError
from autograder.gradebook.database import open_gradebook
from autograder.gradebook.marks import GradebookRow, read_gradebook
from autograder.lab import Lab, Task
from autograder.text.garbled import garbled
from autograder.text.plain_text import listed, plain
from autograder.text.spreadsheet import unguarded, write_csv
from autograder.text.tables import read_table

COLUMNS = ("task", "score", "max_score", "comment", "answer", "marking_scheme")
MOST_BYTES = 20 * 2**20
MOST_ERRORS = 20
MOST_ANSWER = 30_000  # characters


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
    numbers: Mapping[str, str] | None = None,
    scheme_of: Callable[[Task], str] = lambda task: "",
) -> int:
    """Write a line for each written answer of each submission, with the mark it has so far.

    Args:
        db_url: nbgrader's gradebook.
        lab: its tasks without a grader are the ones that people mark.
        path: the CSV file to write.
        answer_of: gives the student's text, so that one can mark without opening notebooks.
        numbers: student -> number (`blind_numbers`): numbers stand for names, and the rows are in
            their order. None: names, in theirs.
        scheme_of: gives a task's marking scheme, to have it in sight.

    Returns:
        How many lines there are.
    """
    rows = read_gradebook(db_url, lab)
    lines: list[list[object]] = []
    shown = numbers or {student: student for student in rows}
    for student in sorted(rows, key=shown.__getitem__):
        row = rows[student]
        for task in _written(lab):
            given = row.manual.get(task.name)
            lines.append(
                [
                    shown[student],
                    task.name,
                    given.score if given else None,
                    task.points,
                    given.comment if given else "",
                    _cut(answer_of(student, task)),
                    scheme_of(task),
                ]
            )
    heading = ("number" if numbers else "student", *COLUMNS)
    write_csv(path, [heading, *lines], mark_utf8=True)
    return len(lines)


def import_marks_file(
    db_url: str, lab: Lab, path: Path, numbers: Mapping[str, str] | None = None
) -> Imported:
    """Put the marks and comments of a filled-in file into the gradebook: all of them, or none.

    An empty score or comment leaves what the gradebook has.

    Args:
        db_url: nbgrader's gradebook.
        lab: whose tasks they are.
        path: the file.
        numbers: student -> the number that stands for the name in a file of numbers.

    Raises:
        CamlabError: the file or any of its rows is wrong; every wrong row is named, and nothing was
            changed.
    """
    known = read_gradebook(db_url, lab)
    errors: list[str] = []
    rows = list(_checked(lab, known, numbers or {}, path, errors))
    if errors:
        raise CamlabError(_refusal(path, errors))
    with open_gradebook(db_url) as gradebook:
        try:
            for row in rows:
                _store(gradebook, lab, row)
            gradebook.db.commit()
        except BaseException:
            gradebook.db.rollback()
            raise
    scores = sum(row.score is not None for row in rows)
    return Imported(scores, sum(bool(row.comment) for row in rows))


def _cut(answer: str) -> str:
    """What fits into one cell of Excel, which would cut it off without a word."""
    return answer if len(answer) <= MOST_ANSWER else f"{answer[:MOST_ANSWER]} … (see Formgrader)"


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


def _checked(
    lab: Lab,
    known: Mapping[str, GradebookRow],
    numbers: Mapping[str, str],
    path: Path,
    errors: list[str],
) -> Iterator[MarkedRow]:
    of_number = {number: student for student, number in numbers.items() if number not in known}
    tasks = {task.name: task for task in _written(lab)}
    students = _Students(known)
    seen: dict[tuple[str, str], int] = {}
    for line, cells in _read(path):
        cells["student"] = of_number.get(cells["student"].strip(), cells["student"])
        row = _row(line, cells, tasks, students, errors)
        if row is None:
            continue
        given = known[row.student].manual.get(row.task.name)
        problem = garbled(row.comment, given.comment if given else "")
        first = seen.setdefault((row.student, row.task.name), line)
        if first != line:
            errors.append(f"Row {line}: {plain(row.student)} was marked in row {first} already.")
        elif problem:
            errors.append(f"Row {line}: the comment {problem}.")
        elif row.score is not None or row.comment:
            yield row


class _Students:
    """Students by name, as spreadsheets leave it: without zeros in front, in other capitals."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = set(known)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for name in known:
            self._alike[_bare(name)].append(name)

    def find(self, text: str) -> tuple[str, str]:
        """The student, or why there is none."""
        if text in self._known:
            return text, ""
        if not text:
            return "", "the student is missing"
        alike = self._alike[_bare(text)]
        if len(alike) == 1:
            return alike[0], ""
        shown = plain(text, 60)
        if alike:
            return "", f"{shown!r} could be {listed(sorted(alike), 3)}"
        if re.fullmatch(r"\d[.,]?\d*E\+?\d+", text, re.IGNORECASE):
            why = "the spreadsheet shortened a number; format that column as text"
            return "", f"{shown!r} is no student: {why}"
        if garbled(text, ""):
            return "", f"{shown!r} is no student: the name {garbled(text, '')}"
        return "", f"the gradebook knows no submission of {shown!r}"


def _bare(name: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(name.split())).casefold()
    return (name.lstrip("0") or "0") if name.isdecimal() else name


def _row(
    line: int, cells: dict[str, str], tasks: dict[str, Task], students: _Students, errors: list[str]
) -> MarkedRow | None:
    student, problem = students.find(unguarded(cells["student"].strip()))
    if problem:
        errors.append(f"Row {line}: {problem}.")
        return None
    name = cells.get("task", "").strip() or (next(iter(tasks)) if len(tasks) == 1 else "")
    if name not in tasks:
        errors.append(f"Row {line}: people mark {', '.join(tasks)}, and not {plain(name, 60)!r}.")
        return None
    score, problem = _score(cells["score"], tasks[name])
    if problem:
        errors.append(f"Row {line}: {problem}")
        return None
    comment = "\n".join(unguarded(cells["comment"].strip()).splitlines())
    return MarkedRow(line, student, tasks[name], score, comment)


def _score(text: str, task: Task) -> tuple[float | None, str]:
    text = unguarded(text.strip()).removeprefix("'").strip()
    if not text:
        return None, ""
    number = text.replace(",", ".")
    of = re.fullmatch(r"([^/]+)/([^/]+)", number)
    if of is not None and of[2].strip().rstrip("0").rstrip(".") == f"{task.points:g}":
        number = of[1]  # 1.5/2
    try:
        score = float(number)
    except ValueError:
        shown = f"{plain(text, 40)!r} is not a number"
        if text.endswith("%"):
            return None, f"{shown} of points: write points out of {task.points:g}."
        if re.search(r"\d", text) and re.search(r"[A-Za-z]{3}|[-/.]\d+[-/.]", text):
            return None, f"{shown}: a spreadsheet took a mark for a date; type it again, as text."
        return None, f"{shown}."
    if not math.isfinite(score) or not 0 <= score <= task.points:
        return None, f"{plain(text, 40)} is not between 0 and {task.points:g}."
    return score, ""


def _read(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The file's rows as (row number in a spreadsheet, cells by heading)."""
    rows = read_table(path, "file", MOST_BYTES)
    heading = [column_name(cell) for cell in (rows or [[]])[0]]
    if "student" not in heading:
        heading = ["student" if cell == "number" else cell for cell in heading]
    needed = ("student", "score", "comment")
    missing = [name for name in needed if name not in heading]
    if missing:
        raise CamlabError(
            f"{path} has no column {', '.join(missing)} in its first row. Start from a file made "
            "by camlab marks --export."
        )
    twice = [name for name in (*needed, "task") if heading.count(name) > 1]
    if twice:
        raise CamlabError(
            f"{path} has more than one column {', '.join(twice)}. Remove all but one."
        )
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(heading) - len(cells))
            yield number, dict(zip(heading, padded, strict=False))


def column_name(heading: str) -> str:
    """What a column is called: `Score (of 2)` is the score."""
    return " ".join(re.sub(r"\([^()]*+\)", " ", heading).split()).casefold()


def _refusal(path: Path, errors: list[str]) -> str:
    shown = "\n".join(f"  {error}" for error in errors[:MOST_ERRORS])
    more = len(errors) - MOST_ERRORS
    rest = f"\n  and {more} more" if more > 0 else ""
    return f"{path} was not imported, and nothing was changed:\n{shown}{rest}"
