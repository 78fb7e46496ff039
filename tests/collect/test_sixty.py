"""A download of sixty with ten kinds of oddities, from `collect` to every export."""

from __future__ import annotations

import csv
import io
import json

import pytest

from autograder.collect import collect
from autograder.gradebook.marks import class_marks
from autograder.report.exports.choice import export_marks_to
from autograder.report.exports.export import export_names
from autograder.submission.find import find_submissions
from tests.collect.test_collecting import zipped
from tests.collect.test_downloads import BLANK, WORKED, zip_bytes
from tests.conftest import copy_course, release_unproved
from tests.report.sample_results import class_of, row

ODDITIES = {
    "s01": {"lab09 (1).ipynb": WORKED, "lab09.ipynb": BLANK},
    "s02": {"work.zip": zip_bytes({"lab09\\lab09.ipynb": WORKED})},
    "s03": {"report.pdf": b"%PDF"},
    "s04": {"lab09.ipynb": b"\0" * (51 << 20)},
    "s05": {"lab09.ipynb.txt": WORKED},
    "s06": {"deep/er/lab09.ipynb": WORKED, "deep/er/helpers.py": b"x = 1"},
    "s07": {"submission_metadata.yml": b"submission_1: {}", "lab09.ipynb": WORKED},
    "s08": {"lab09.ipynb": WORKED, "timestamp.txt": b"whenever"},
    "s09": {"broken.zip": b"PK\x03\x04 broken"},
    "Zoë 王": {"Copy of lab09.ipynb": WORKED},
}
STUDENTS = [*ODDITIES, *(f"s{number:02}" for number in range(10, 60))]


@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    course = copy_course(tmp_path_factory.mktemp("sixty") / "course")
    release_unproved(course)
    files = {
        f"lab09/{student}/{name}": content
        for student in STUDENTS
        for name, content in ODDITIES.get(student, {"lab09.ipynb": WORKED}).items()
    }
    return course, collect(course, zipped(course.root / "download.zip", files))


def test_everybody_has_one_row_under_the_right_name(sixty):
    course, report = sixty
    assert sorted(one.student for one in report.collected) == sorted(
        name.replace(" ", "_") for name in STUDENTS
    )
    rows = {one.student: one.read() for one in find_submissions(course.submitted, "lab09")}
    assert len(rows) == 60
    without = {student for student, file in rows.items() if file.message}
    assert without == {"s03", "s04", "s09"}
    assert "more than 50 MB" in rows["s04"].message
    assert "cannot be read" in rows["s09"].message
    assert {file.content for file in rows.values() if not file.message} == {WORKED}


@pytest.mark.parametrize("kind", export_names())
def test_every_export_has_all_of_them(sixty, tmp_path, kind):
    course, report = sixty
    names = [one.student for one in report.collected]
    marks = class_marks(course.lab, class_of(*map(row, names)), None)
    written = export_marks_to(kind, marks, tmp_path / f"{kind}.csv")
    if written.is_file():
        text = written.read_text("utf-8-sig")
        lines = [line for line in csv.reader(io.StringIO(text)) if any(line)]
        found = [name for name in names if sum(name in line for line in lines) == 1]
    else:
        texts = [json.dumps(str(path.relative_to(written))) for path in written.rglob("*.json")]
        assert len(texts) >= 60
        found = names
    assert len(found) == 60, "rows of all, nobody doubled"
