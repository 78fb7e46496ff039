"""Canvas: a CSV that its gradebook imports.

Canvas finds a student by its own ID, else by the SIS login. The ID is known where the gradebook
holds it (`lms_user_id`, which `camlab collect` fills in); the login is the student's name here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.exports.export import Export
from autograder.submission.groups import Group
from autograder.text.spreadsheet import write_csv

HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"  # with these four spaces, as Canvas writes it


def _write(marks: ClassMarks, target: Path, groups: Mapping[str, Group]) -> Path:
    """Write the gradebook CSV. Canvas leaves alone what is empty, so a total that still waits for
    a person is left empty."""
    return write_csv(target, _lines(marks))


EXPORT = Export("exports/canvas.csv", "CanvasExporter", _write)


def _lines(marks: ClassMarks) -> Iterator[list[object]]:
    yield [*HEADER, marks.assignment]
    yield [POINTS_POSSIBLE, *([None] * (len(HEADER) - 1)), marks.max_score]
    for row in marks.rows:
        yield [
            _name(row),
            row.enrolled.lms_user_id,
            None,
            row.student,
            None,
            None if row.waits else row.total,
        ]


def _name(row: FinalRow) -> str:
    names = (row.enrolled.last_name, row.enrolled.first_name)
    return ", ".join(filter(None, names)) or row.student
