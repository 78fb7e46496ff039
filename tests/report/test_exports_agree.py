"""One class in every form that leaves Camlab: each form says the same marks of everybody."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from autograder.gradebook.marks import ClassMarks, class_marks, with_gradebook
from autograder.report.class_page import class_page
from autograder.report.exports.choice import export_marks_to
from autograder.report.exports.export import export_names
from autograder.report.feedback import feedback_page
from autograder.results import results_line
from autograder.text.file_names import file_name
from tests.report.sample_gradebook import LAB, make_gradebook, mark_by_hand, penalise
from tests.report.sample_results import large_class

Marks = dict[str, dict[str, float | None]]  # student -> task -> points; None: waits for a person


@pytest.fixture(scope="module")
def results():
    return large_class(120)


@pytest.fixture(scope="module")
def url(results, tmp_path_factory) -> str:
    """Every second written answer marked, a machine's mark overruled."""
    url = make_gradebook(tmp_path_factory.mktemp("agree") / "gradebook.db", results)
    graded = [row.student for row in results.submissions if row.status == "graded"]
    for number, student in enumerate(graded[::2]):
        mark_by_hand(url, student, "interpretation", 0.5 * (number % 5), "Read.")
    mark_by_hand(url, graded[3], "compute_cam", 2.25)
    return url


@pytest.fixture(scope="module")
def marks(results, url) -> ClassMarks:
    return class_marks(LAB, results, url)


@pytest.fixture(scope="module")
def written(marks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    return {kind: export_marks_to(kind, marks, folder / kind) for kind in export_names()}


def expected(marks: ClassMarks) -> Marks:
    return {
        row.student: {
            mark.task: None if mark.status == "manual" else mark.points for mark in row.result.tasks
        }
        for row in marks.rows
    }


def _lines(path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _of_csv(written, marks) -> Marks:
    heading, *lines = _lines(written["csv"])
    rows = [dict(zip(heading, line, strict=True)) for line in lines]
    return {row["student"]: {task: _number(row[task]) for task in marks.tasks} for row in rows}


def _of_markus_table(written, marks, name: str) -> Marks:
    heading, _, *lines = _lines(written["markus"] / name)
    tasks = heading[1:]
    return {line[0]: dict(zip(tasks, map(_number, line[1:]), strict=True)) for line in lines}


def _of_markus_results(written, marks) -> Marks:
    found: Marks = {}
    for row in marks.rows:
        path = written["markus"] / "results" / f"{file_name(row.student)}.json"
        (group,) = json.loads(path.read_text())["test_groups"]
        found[row.student] = dict.fromkeys(marks.tasks)  # what waits is left out there
        found[row.student] |= {test["name"]: test["marks_earned"] for test in group["tests"]}
    return found


def _of_gradescope(written, marks) -> Marks:
    found: Marks = {}
    for row in marks.rows:
        path = written["gradescope"] / file_name(row.student) / "results.json"
        tests = json.loads(path.read_text())["tests"]
        found[row.student] = {test["name"]: test.get("score") for test in tests}
    return found


TABLES = {
    "csv": _of_csv,
    "MarkUs's spreadsheet": lambda written, marks: _of_markus_table(written, marks, "marks.csv"),
    "MarkUs's Grades tab": lambda written, marks: _of_markus_table(written, marks, "grades.csv"),
    "MarkUs's autotester": _of_markus_results,
    "Gradescope": _of_gradescope,
}


@pytest.mark.parametrize("form", TABLES)
def test_every_form_has_the_same_marks_of_everybody(form, marks, written):
    assert TABLES[form](written, marks) == expected(marks)


def test_every_form_has_the_same_totals(results, url, marks, written):
    totals = {row.student: row.total for row in marks.rows}
    final = {row.student: None if row.waits else row.total for row in marks.rows}
    assert len(set(totals.values())) > 10 and None in final.values()
    said = json.loads(results_line(with_gradebook(LAB, results, url)))
    assert {row["student"]: row["score"] for row in said["submissions"]} == totals
    heading, *lines = _lines(written["csv"])
    assert {line[0]: float(line[heading.index("total")]) for line in lines} == totals
    canvas = {line[3]: _number(line[5]) for line in _lines(written["canvas"])[2:]}
    assert canvas == final
    scores = {
        row.student: json.loads(
            (written["gradescope"] / file_name(row.student) / "results.json").read_text()
        )["score"]
        for row in marks.rows
    }
    assert scores == totals


def test_pages_have_them_too(marks):
    lines = class_page(marks).split("<tr")
    for row in marks.rows[::10]:
        shown = feedback_page(LAB, row, weights=marks.weights)
        assert f"{row.total:g} of 10 points" in _text(shown)
        (line,) = (one for one in lines if f">{row.student}</" in one and "data-n" in one)
        *points, total, _ = map(
            float, re.findall(r'data-n="([^"]*)"', line)[-len(marks.tasks) - 2 :]
        )
        assert total == row.total
        assert points == [
            -1 if one is None else one for one in expected(marks)[row.student].values()
        ]


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_after_penalties_every_total_is_the_same(results, url, tmp_path):
    late = next(row.student for row in results.submissions if row.score > 3)
    penalise(url, late, 1.5)
    marks = class_marks(LAB, results, url)
    (row,) = (row for row in marks.rows if row.student == late)
    before = sum(mark.points for mark in row.result.tasks if mark.status != "manual")
    assert row.total == before - 1.5
    for kind in export_names():
        export_marks_to(kind, marks, tmp_path / kind)
    heading, *lines = _lines(tmp_path / "csv")
    (line,) = (line for line in lines if line[0] == late)
    assert float(line[heading.index("total")]) == row.total
    spreadsheet = {line[0]: _number(line[1]) for line in _lines(tmp_path / "markus/marks.csv")[2:]}
    canvas = {line[3]: _number(line[5]) for line in _lines(tmp_path / "canvas")[2:]}
    assert spreadsheet == canvas
    assert spreadsheet[late] in (None, row.total)
