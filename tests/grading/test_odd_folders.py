"""A class with links, pipes and names that nobody can use among its folders: all have a row."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from autograder.demo import worked_notebook
from autograder.errors import CamlabError
from autograder.gradebook.marks import class_marks, read_gradebook
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.report.feedback_files import write_report
from autograder.results import read_results, results_line
from tests.small_lab import FULL

ODD = {
    b"jos\xe9": "not UTF-8",
    b"<script>window.owned=1<script>": "holds <",
    b"\x1b[31mred": "cannot be seen",
    "abc\u202edef".encode(): "cannot be seen",
    b"[bold]": "",
}


@pytest.fixture(scope="module")
def odd(own_small_lab):
    own = own_small_lab.course
    worked = worked_notebook(own_small_lab.student, own_small_lab.solution, {})
    handed_in = json.dumps(worked).encode()
    for name in (b"ada", *ODD):
        folder = os.fsencode(own.submitted) + b"/" + name + b"/lab10"
        os.makedirs(folder)
        with open(folder + b"/lab10.ipynb", "wb") as file:
            file.write(handed_in)
    (own.submitted / "ada" / "lab10" / "timestamp.txt").write_bytes(b"<b>\xff")
    (own.submitted / "loop").symlink_to(own.submitted / "loop")
    (own.submitted / "thief").symlink_to(own.submitted / "ada")
    (own.submitted / "pipe" / "lab10").mkdir(parents=True)
    os.mkfifo(own.submitted / "pipe" / "lab10" / "lab10.ipynb")
    return own


@pytest.fixture(scope="module")
def results(odd):
    return grade_class(odd, odd.submitted, GradingOptions())


def test_everybody_has_a_row_and_honest_work_its_marks(odd, results):
    rows = {row.student: row for row in results.submissions}
    assert len(rows) == 9
    for student in ("ada", "[bold]"):
        assert (rows[student].status, rows[student].score) == ("graded", FULL)
    assert "timestamp.txt cannot be read" in rows["ada"].message
    for student in rows.keys() - {"ada", "[bold]"}:
        assert (rows[student].status, rows[student].score) == ("error", 0)
        assert rows[student].message.endswith(".")
    assert read_results(odd.results) == results


def test_what_is_printed_holds_nothing_raw(odd, results):
    printed = results_line(results) + odd.results.read_text()
    assert all(mark.isprintable() or mark == "\n" for mark in printed)


def test_only_names_that_formgrader_can_take_come_there(odd, results):
    known = read_gradebook(odd.database_url, odd.lab).keys()
    assert known == {"ada", "[bold]", "loop", "thief", "pipe"}
    assert {path.name for path in (odd.out / "autograded").iterdir()} == known


def test_pages_are_written_for_all(odd, results):
    marks = class_marks(odd.lab, results, odd.database_url)
    assert write_report(odd, marks).is_file()


def test_a_place_that_cannot_be_written_costs_nobody_a_row(odd, results, tmp_path):
    out = odd.writing_to(tmp_path / "out")
    shutil.copytree(odd.out / ".camlab" / "store", out.out / ".camlab" / "store")
    (out.out / "autograded").write_text("no folder")
    again = grade_class(out, odd.submitted, GradingOptions())
    assert [row.score for row in again.submissions] == [row.score for row in results.submissions]
    ada = next(row for row in again.submissions if row.student == "ada")
    assert "could not be written" in ada.message


def test_results_that_cannot_be_written_are_a_sentence(odd, results, tmp_path):
    out = odd.writing_to(tmp_path / "out")
    shutil.copytree(odd.out / ".camlab" / "store", out.out / ".camlab" / "store")
    (out.out / "results.json").mkdir()
    with pytest.raises(CamlabError, match="could not be read or written"):
        grade_class(out, odd.submitted, GradingOptions())
