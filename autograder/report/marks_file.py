"""`camlab marks`: the written answers as a CSV file, out to be marked and back in.

For those who would rather mark in a spreadsheet than in Formgrader. Both write the same fields of
nbgrader's gradebook, and either sees what the other did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.errors import CamlabError
from autograder.gradebook.database import open_gradebook
from autograder.gradebook.marks import GradebookRow, ManualMark, read_gradebook
from autograder.lab import Lab, Task
from autograder.report.answer_cell import answer_cell, is_answer
from autograder.report.marks_rows import MarkedRow, Students, read_row, read_rows
from autograder.text.plain_text import counted, plain
from autograder.text.spreadsheet import write_csv

COLUMNS = ("task", "score", "max_score", "comment", "answer", "marking_scheme")
MOST_ERRORS = 20


@dataclass(frozen=True)
class Imported:
    """What an import changed."""

    marks: int
    comments: int


def _no_answer(student: str, task: Task) -> str | None:
    return None


def export_marks_file(
    db_url: str,
    lab: Lab,
    path: Path,
    answer_of: Callable[[str, Task], str | None] = _no_answer,
    numbers: Mapping[str, str] | None = None,
    scheme_of: Callable[[Task], str] = lambda task: "",
) -> int:
    """Write a line for each written answer of each submission, with the mark it has so far.

    Args:
        db_url: nbgrader's gradebook.
        lab: its tasks without a grader are the ones that people mark.
        path: the CSV file to write.
        answer_of: gives the student's text, so that one can mark without opening notebooks.
        numbers: student -> number (`blind_numbers`): numbers stand for names, the rows are in
            their order, and whoever has none is left out. None: names, in theirs.
        scheme_of: gives a task's marking scheme, to have it in sight.

    Returns:
        How many lines there are.
    """
    rows = read_gradebook(db_url, lab)
    lines: list[list[object]] = []
    shown = {student: student for student in rows} if numbers is None else numbers
    for student in sorted(rows.keys() & shown.keys(), key=shown.__getitem__):
        for task in _written(lab):
            given = rows[student].manual.get(task.name)
            lines.append(
                [
                    shown[student],
                    task.name,
                    # A mark for another answer would come back as one for this answer.
                    given.score if given and not given.outdated else None,
                    task.points,
                    given.comment if given else "",
                    answer_cell(answer_of(student, task) or ""),
                    scheme_of(task),
                ]
            )
    heading = ("student" if numbers is None else "number", *COLUMNS)
    write_csv(path, [heading, *lines], mark_utf8=True)
    return len(lines)


def import_marks_file(
    db_url: str,
    lab: Lab,
    path: Path,
    numbers: Mapping[str, str] | None = None,
    answer_of: Callable[[str, Task], str | None] = _no_answer,
) -> Imported:
    """Put the marks and comments of a filled-in file into the gradebook: all of them, or none.

    An empty score or comment leaves what the gradebook has.

    Args:
        db_url: nbgrader's gradebook.
        lab: whose tasks they are.
        path: the file.
        numbers: student -> the number that stands for the name in a file of numbers.
        answer_of: gives today's answer: a mark that was given for another one is refused. None:
            it cannot be read, and any will do.

    Raises:
        CamlabError: the file or any of its rows is wrong; every wrong row is named, and nothing was
            changed.
    """
    known = read_gradebook(db_url, lab)
    errors: list[str] = []
    rows = list(_checked(lab, known, numbers or {}, path, answer_of, errors))
    if errors:
        raise CamlabError(_refusal(path, errors))
    with open_gradebook(db_url) as gradebook:
        try:
            for row in rows:
                _store(gradebook, lab, row, known[row.student].manual.get(row.task.name))
            gradebook.db.commit()
        except BaseException:
            gradebook.db.rollback()
            raise
    scores = sum(row.score is not None for row in rows)
    return Imported(scores, sum(bool(row.comment) for row in rows))


def check_nothing_is_lost(
    db_url: str, lab: Lab, path: Path, numbers: Mapping[str, str] | None = None
) -> None:
    """Check that a file which is about to be written over holds no mark of its own.

    Raises:
        CamlabError: it holds marks or comments that the gradebook has not, or cannot be read.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    how = "Choose another name, or write over it with --force."
    try:
        rows = list(read_rows(path))
    except CamlabError as error:
        raise CamlabError(
            f"{path} is there already, and cannot be read as a file of marks: nobody knows what "
            f"would be lost. {how}"
        ) from error
    known = read_gradebook(db_url, lab)
    read = _reader(lab, known, numbers or {})
    lost = 0
    for line, cells in rows:
        row = read(line, cells)
        if isinstance(row, str):
            lost += bool(cells["score"].strip() or cells["comment"].strip())
        else:
            lost += not row.repeats(known[row.student].manual.get(row.task.name))
    if lost:
        raise CamlabError(
            f"{path} is there already: {counted(lost, 'row')} of it would be lost, with marks or "
            f"comments that the gradebook has not. Take them first: camlab marks --import. {how}"
        )


def _written(lab: Lab) -> tuple[Task, ...]:
    return tuple(task for task in lab.tasks if not task.by_machine)


def _store(gradebook: Gradebook, lab: Lab, row: MarkedRow, given: ManualMark | None) -> None:
    place = (lab.name, lab.name, row.student)
    if row.score is not None:
        grade = gradebook.find_grade(row.task.grade_id, *place)
        if not row.repeats_score(given):
            grade.manual_score = row.score
            grade.extra_credit = None  # the file's score is all that there is
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
    answer_of: Callable[[str, Task], str | None],
    errors: list[str],
) -> Iterator[MarkedRow]:
    """The rows that say something; why others are wrong goes into `errors`."""
    read = _reader(lab, known, numbers)
    seen: dict[tuple[str, str], int] = {}
    for line, cells in read_rows(path):
        row = read(line, cells)
        if isinstance(row, str):
            errors.append(f"Row {line}: {row}")
            continue
        first = seen.setdefault((row.student, row.task.name), line)
        if first != line:
            errors.append(f"Row {line}: {plain(row.student)} was marked in row {first} already.")
        elif row.score is None and not row.comment:
            continue
        elif _is_for(row, answer_of(row.student, row.task)):
            yield row
        elif not row.repeats(known[row.student].manual.get(row.task.name)):
            errors.append(
                f"Row {line}: the answer is another one now than in this file. Empty the row's "
                "score and comment, and mark today's answer."
            )


def _reader(
    lab: Lab, known: Mapping[str, GradebookRow], numbers: Mapping[str, str]
) -> Callable[[int, Mapping[str, str]], MarkedRow | str]:
    tasks = {task.name: task for task in _written(lab)}
    given = {student: row.manual for student, row in known.items()}
    students = Students(known, numbers)
    return lambda line, cells: read_row(line, cells, tasks, students, given)


def _is_for(row: MarkedRow, answer: str | None) -> bool:
    return row.answer is None or answer is None or is_answer(row.answer, answer)


def _refusal(path: Path, errors: list[str]) -> str:
    shown = "\n".join(f"  {error}" for error in errors[:MOST_ERRORS])
    more = len(errors) - MOST_ERRORS
    rest = f"\n  and {more} more" if more > 0 else ""
    return f"{path} was not imported, and nothing was changed:\n{shown}{rest}"
