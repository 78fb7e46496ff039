"""One line for each student: for spreadsheets, and for whatever has no export of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.exports.export import Export
from autograder.submission.groups import Group
from autograder.text.spreadsheet import write_csv

WHO = ("student", "last_name", "first_name", "email", "status")
TOTALS = ("score", "late_penalty", "total", "max_score", "waits_for", "message", "mistakes")


def _write(marks: ClassMarks, target: Path, groups: Mapping[str, Group]) -> Path:
    """Write all marks as CSV. A task that waits for a person is empty, not zero."""
    return write_csv(target, _lines(marks), mark_utf8=True)


EXPORT = Export("exports/marks.csv", "CsvExporter", _write)


def _lines(marks: ClassMarks) -> Iterator[list[object]]:
    yield [*WHO, *marks.tasks, *TOTALS]
    for row in marks.rows:
        yield _line(row)


def _line(row: FinalRow) -> list[object]:
    result, who = row.result, row.enrolled
    waiting = [mark.task for mark in result.tasks if mark.status == "manual"]
    mistakes = [hint.mistake for mark in result.tasks for hint in mark.hints]
    return [
        row.student,
        who.last_name,
        who.first_name,
        who.email,
        result.status,
        *(None if mark.status == "manual" else mark.points for mark in result.tasks),
        result.score,
        row.late_penalty,
        row.total,
        result.max_score,
        " ".join(waiting),
        result.message,
        " ".join(mistakes),
    ]
