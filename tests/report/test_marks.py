"""What the machine gave and what people gave become one set of marks."""

from dataclasses import asdict, replace

import pytest
from nbgrader.api import Gradebook

from autograder.errors import CamlabError
from autograder.gradebook.marks import class_marks, read_manual_marks, with_gradebook
from tests.report.sample_gradebook import LAB, make_gradebook, mark_by_hand, penalise
from tests.report.sample_results import class_of, large_class, row, small_class


def row_of(marks, student):
    return next(one for one in marks.rows if one.student == student)


def mark_of(final, task):
    return next(mark for mark in final.result.tasks if mark.task == task)


def test_without_a_gradebook_the_marks_are_the_machines():
    marks = class_marks(LAB, small_class(), None)
    assert [one.result for one in marks.rows] == list(small_class().submissions)
    assert row_of(marks, "ada").waits


def test_a_mark_given_by_hand_counts_and_no_longer_waits(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "Name the places.")
    ada = row_of(class_marks(LAB, small_class(), gradebook_url), "ada")
    assert ada.total == 9.5
    assert mark_of(ada, "interpretation").status == "partial"
    assert not ada.waits
    assert ada.manual["interpretation"].comment == "Name the places."


def test_a_machines_mark_that_a_person_changed_is_the_persons(gradebook_url):
    mark_by_hand(gradebook_url, "grace", "compute_gradcam", 2.0)
    grace = row_of(class_marks(LAB, small_class(), gradebook_url), "grace")
    assert mark_of(grace, "compute_gradcam").points == 2.0
    assert grace.total == 7.0


def test_extra_credit_counts_as_nbgrader_counts_it(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "interpretation", 2.0, extra=0.5)
    ada = row_of(class_marks(LAB, small_class(), gradebook_url), "ada")
    with Gradebook(gradebook_url) as gradebook:
        assert ada.total == gradebook.find_submission(LAB.name, "ada").score == 10.5


def test_results_say_what_the_class_page_and_the_exports_say(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, extra=0.5)
    mark_by_hand(gradebook_url, "grace", "predict", None, extra=1.0)
    final = with_gradebook(LAB, small_class(), gradebook_url)
    assert final.submissions == class_marks(LAB, small_class(), gradebook_url).results.submissions
    assert next(one.score for one in final.submissions if one.student == "ada") == 10.0


def test_a_comment_without_a_mark_is_kept_and_still_waits(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "compute_cam", None, "Nicely written.")
    ada = row_of(class_marks(LAB, small_class(), gradebook_url), "ada")
    assert ada.manual["compute_cam"].score is None
    assert ada.manual["compute_cam"].comment == "Nicely written."
    assert ada.waits
    assert set(read_manual_marks(gradebook_url, LAB)) == {"ada"}


def test_a_late_penalty_is_taken_off_the_total_but_never_below_zero(gradebook_url):
    penalise(gradebook_url, "ada", 1.0)
    penalise(gradebook_url, "linus", 3.0)
    marks = class_marks(LAB, small_class(), gradebook_url)
    assert row_of(marks, "ada").total == 7.0
    assert row_of(marks, "linus").total == 0.0


def test_where_gradebook_and_results_disagree_the_gradebook_counts_unexplained(gradebook_url):
    stale = class_of(*small_class().submissions[:-1], row("linus"))
    linus = row_of(class_marks(LAB, stale, gradebook_url), "linus")
    assert linus.total == 0.0
    assert mark_of(linus, "predict").criteria == ()


def test_a_student_only_in_the_gradebook_has_a_row(gradebook_url):
    marks = class_marks(LAB, None, gradebook_url)
    assert [one.student for one in marks.rows] == ["ada", "barbara", "edsger", "grace", "linus"]
    assert row_of(marks, "barbara").total == 7.25
    assert row_of(marks, "ada").waits


def test_a_damaged_gradebook_is_a_sentence(tmp_path):
    path = tmp_path / "gradebook.db"
    path.write_bytes(b"not a database, " * 100)
    with pytest.raises(CamlabError, match="cannot be read"):
        class_marks(LAB, None, f"sqlite:///{path}")


def test_totals_agree_with_nbgrader_for_a_larger_class(tmp_path):
    results = large_class(30)
    url = make_gradebook(tmp_path / "gradebook.db", results)
    mark_by_hand(url, results.submissions[3].student, "interpretation", 1.25)
    marks = class_marks(LAB, replace(results), url)
    with Gradebook(url) as gradebook:
        scores = {one.student.id: one.score for one in gradebook.assignment_submissions(LAB.name)}
    assert {one.student: one.total for one in marks.rows} == pytest.approx(scores)


def test_a_row_that_the_gradebook_does_not_know_can_be_written_out():
    (row, *_) = class_marks(LAB, small_class(), None).rows
    assert asdict(row)["manual"] == {}
