"""Exports are what the systems that take them have published, and nothing in them computes."""

import csv
import io
import json
import time

import pytest
from jsonschema import Draft202012Validator

from autograder.errors import CamlabError
from autograder.gradebook.marks import class_marks
from autograder.report.exports.choice import export_marks_to, still_waiting
from autograder.report.exports.export import export_names
from autograder.submission.groups import Group
from autograder.text.spreadsheet import guarded
from tests.report.published_forms import GRADESCOPE, MARKUS
from tests.report.sample_gradebook import LAB, make_gradebook, mark_by_hand, penalise
from tests.report.sample_results import class_of, large_class, row, small_class

LAB_TASKS = [task.name for task in LAB.tasks]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("x")')


def lines_of(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


@pytest.fixture
def marked(gradebook_url):
    """The small class with ada's written answer marked."""
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "Name the places.")
    return class_marks(LAB, small_class(), gradebook_url)


def test_the_csv_has_every_mark_and_leaves_open_what_waits(marked, tmp_path):
    heading, ada, barbara, *_, linus = lines_of(export_marks_to("csv", marked, tmp_path / "export"))
    ada, barbara, linus = (dict(zip(heading, line, strict=True)) for line in (ada, barbara, linus))
    assert (ada["interpretation"], ada["total"], ada["waits_for"]) == ("1.5", "9.5", "")
    assert (barbara["interpretation"], barbara["waits_for"]) == ("", "interpretation")
    assert (barbara["predict"], barbara["mistakes"]) == ("0.25", "no-softmax")
    assert (linus["status"], linus["message"]) == ("error", "This file is not a notebook.")


def test_markus_gets_results_of_its_autotesters_form(marked, tmp_path):
    folder = export_marks_to("markus", marked, tmp_path / "export")
    files = sorted((folder / "results").iterdir())
    assert [path.stem for path in files] == ["ada", "barbara", "edsger", "grace", "linus"]
    for path in files:
        results = json.loads(path.read_text())
        Draft202012Validator(MARKUS).validate(results)
        final = next(one for one in marked.rows if one.student == path.stem)
        tests = results["test_groups"][0]["tests"]
        assert sum(test["marks_earned"] for test in tests) == final.total


def test_markus_shows_the_sentences_of_criteria_hints_and_the_tas_comment(marked, tmp_path):
    folder = export_marks_to("markus", marked, tmp_path / "export")
    said = {
        name: "\n".join(
            test["output"]
            for test in json.loads((folder / "results" / f"{name}.json").read_text())[
                "test_groups"
            ][0]["tests"]
        )
        for name in ("ada", "edsger", "linus")
    }
    assert "Marked by a person: 1.5 of 2." in said["ada"]
    assert "Comment: Name the places." in said["ada"]
    assert "For cat.jpg and class 281 it differs from the reference." in said["edsger"]
    assert "Hint: All negative evidence is missing." in said["edsger"]
    assert "This file is not a notebook." in said["linus"]


def test_markus_csv_has_names_then_maxima_then_users(marked, tmp_path):
    names, maxima, ada, *_ = lines_of(
        export_marks_to("markus", marked, tmp_path / "export") / "marks.csv"
    )
    assert names == ["", *LAB_TASKS]
    assert maxima == ["", "1", "1", "3", "2", "3"]
    assert ada == ["ada", "1", "1", "3", "1.5", "3"]


def test_markus_grades_tab_gets_groups_and_its_spreadsheets_every_member(marked, tmp_path):
    groups = {"ada": Group(1, "group_0001", "ada", ("c3ada", "c3eve"))}
    folder = export_marks_to("markus", marked, tmp_path / "export", groups)
    names, maxima, ada, barbara, *_ = lines_of(folder / "grades.csv")
    assert names == ["Group name", *LAB_TASKS]
    assert maxima == ["", "1", "1", "3", "2", "3"]
    assert ada == ["group_0001", "1", "1", "3", "1.5", "3"]
    assert barbara[0] == "barbara" and barbara[4] == ""
    _, _, first, second, third, *_ = lines_of(folder / "marks.csv")
    assert first[1:] == second[1:]
    assert [first[0], second[0], third[0]] == ["c3ada", "c3eve", "barbara"]


def test_markus_csv_of_a_class_with_penalties_has_totals_alone(gradebook_url, tmp_path):
    mark_by_hand(gradebook_url, "ada", "interpretation", 2.0)
    penalise(gradebook_url, "ada", 1.0)
    marks = class_marks(LAB, small_class(), gradebook_url)
    lines = lines_of(export_marks_to("markus", marks, tmp_path / "export") / "marks.csv")
    assert lines[:4] == [["", "lab09"], ["", "10"], ["ada", "9"], ["barbara", ""]]


def test_gradescope_gets_results_of_its_published_form(marked, tmp_path):
    folder = export_marks_to("gradescope", marked, tmp_path / "export")
    for final in marked.rows:
        results = json.loads((folder / final.student / "results.json").read_text())
        Draft202012Validator(GRADESCOPE).validate(results)
        assert results["score"] == final.total
        assert "stand-in weights" in results["output"]
        assert [test["name"] for test in results["tests"]] == LAB_TASKS


def test_gradescope_counts_the_written_answer_only_once_it_is_marked(marked, tmp_path):
    folder = export_marks_to("gradescope", marked, tmp_path / "export")

    def written(student):
        tests = json.loads((folder / student / "results.json").read_text())["tests"]
        return next(test for test in tests if test["name"] == "interpretation")

    assert (written("ada")["score"], written("ada")["max_score"]) == (1.5, 2.0)
    assert "score" not in written("barbara")


def test_gradescope_hides_marks_until_they_are_published(marked, tmp_path):
    folder = export_marks_to("gradescope", marked, tmp_path / "export")
    results = json.loads((folder / "ada" / "results.json").read_text())
    shown = {results["visibility"], *(test["visibility"] for test in results["tests"])}
    assert shown == {"after_published"}


def test_canvas_gets_the_columns_it_imports(marked, tmp_path):
    heading, possible, ada, barbara, *_ = lines_of(
        export_marks_to("canvas", marked, tmp_path / "export")
    )
    assert heading == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "lab09"]
    assert possible == ["    Points Possible", "", "", "", "", "10"]
    assert ada == ["ada", "", "", "ada", "", "9.5"]
    assert barbara[-1] == ""


@pytest.mark.parametrize("kind", ["csv", "markus", "canvas"])
def test_no_student_can_put_a_formula_into_a_spreadsheet(kind, tmp_path):
    rows = [row(name, message=name, tasks=()) for name in FORMULAS]
    marks = class_marks(LAB, class_of(*rows), None)
    target = tmp_path / "export"
    written = export_marks_to(kind, marks, target)
    lines = lines_of(written / "marks.csv" if kind == "markus" else written)
    cells = [cell for line in lines for cell in line]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\t\r＝"))]
    for name in FORMULAS:
        assert guarded(name) in cells


def test_one_is_told_when_totals_are_not_final(marked):
    assert still_waiting(marked) == (
        "3 written answers are not marked yet: their totals are not final. "
        "Mark them, then run this again."
    )


def test_an_unknown_target_and_an_empty_class_are_sentences(tmp_path):
    with pytest.raises(
        CamlabError, match="canvas, csv, gradescope, markus, feedback, gradescope-zip"
    ):
        export_marks_to("blackboard", class_marks(LAB, small_class(), None), tmp_path / "export")
    with pytest.raises(CamlabError, match="no submission was graded yet"):
        export_marks_to("csv", class_marks(LAB, class_of(), None), tmp_path / "export")


def test_a_thousand_students_are_exported_in_seconds(tmp_path, capsys):
    results = large_class(1000)
    url = make_gradebook(tmp_path / "gradebook.db", results)
    started = time.perf_counter()
    marks = class_marks(LAB, results, url)
    read = time.perf_counter() - started
    said = [f"reading results and gradebook: {read:.2f} s"]
    for kind in export_names():
        started = time.perf_counter()
        written = export_marks_to(kind, marks, tmp_path / kind)
        seconds = time.perf_counter() - started
        files = [path for path in written.rglob("*") if path.is_file()] or [written]
        size = sum(path.stat().st_size for path in files)
        said.append(f"{kind}: {seconds:.2f} s, {len(files)} files, {size / 1e6:.2f} MB")
        assert seconds < 60
        assert size < 5e6
    with capsys.disabled():
        print("\n1,000 rows:", "; ".join(said))
