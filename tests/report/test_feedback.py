"""The page that a student opens from a mail."""

import re
import time

import pytest

from autograder.gradebook.marks import Enrolled, FinalRow, class_marks
from autograder.report.feedback import feedback_page
from autograder.run import CellError
from tests.report.sample_gradebook import LAB, mark_by_hand, penalise
from tests.report.sample_results import failed_row, mark, row, small_class
from tests.report.sample_run import PICTURES, maps, run_of


def final(result) -> FinalRow:
    return FinalRow(result, Enrolled(result.student))


def page_of(result, **options) -> str:
    given = result if isinstance(result, FinalRow) else final(result)
    return feedback_page(LAB, given, **{"weights": "stand-in", **options})


def text_of(page: str) -> str:
    """What a reader sees, roughly: no tags, no style, single spaces."""
    body = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def in_gradebook(url, student) -> FinalRow:
    return next(one for one in class_marks(LAB, small_class(), url).rows if one.student == student)


def test_every_task_has_its_points_and_the_sentence_of_each_criterion():
    text = text_of(page_of(row("edsger", {"compute_cam": 0.5})))
    assert "compute_cam 1.5 of 3" in text
    assert "agrees with the reference , not met (0.75 of 2.25): For cat.jpg and class 281" in text
    assert "has the right form , met (0.75 of 0.75)" in text
    assert "Hint: All negative evidence is missing." in text


def test_remarks_are_shown_as_costing_nothing():
    remarked = mark("predict", remarks=("A numpy array was taken for a tensor.",))
    text = text_of(page_of(row("ada", tasks=(remarked,))))
    assert "Remark, which cost nothing: A numpy array was taken for a tensor." in text


def test_a_total_that_waits_for_a_person_says_so():
    assert "8 of 10 points so far" in text_of(page_of(row("ada")))


def test_the_tas_mark_and_comment_stand_beside_the_written_answer(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5, "Name the places.\nOtherwise good.")
    text = text_of(page_of(in_gradebook(gradebook_url, "ada")))
    assert "9.5 of 10 points ." in text
    assert "Marked by a person: 1.5 of 2 points." in text
    assert "Name the places. Otherwise good." in text


def test_a_late_penalty_is_explained(gradebook_url):
    penalise(gradebook_url, "ada", 1.0)
    text = text_of(page_of(in_gradebook(gradebook_url, "ada")))
    assert "7 of 10 points" in text
    assert "Handed in late: a penalty of 1 was taken off 8 points." in text


def test_a_submission_that_could_not_be_run_says_why():
    text = text_of(page_of(failed_row("linus", "This file is a PDF and not a notebook.")))
    assert "This submission could not be run. This file is a PDF and not a notebook." in text
    assert "0 of 10 points" in text


def test_an_error_is_told_under_its_task_with_the_line_of_the_cell():
    error = CellError("compute_cam", 30, "IndexError", "too many indices", 3, "x = y[0, 1]")
    page = page_of(row("eve", {"compute_cam": 0.0}), run=run_of(errors=(error,)))
    section = page[page.index('id="task-3"') : page.index('id="task-4"')]
    text = text_of("<body>" + section)
    assert "The cell compute_cam stopped in line 3: IndexError: too many indices" in text
    assert "x = y[0, 1]" in text


def test_an_error_in_another_cell_has_a_place_of_its_own():
    error = CellError("a1b2", 4, "NameError", "name 'nope' is not defined", 1, "nope")
    text = text_of(page_of(row("eve"), run=run_of(errors=(error,))))
    assert "Other cells that stopped The cell a1b2 stopped in line 1: NameError" in text


def test_what_was_handed_in_is_shown_and_nothing_else_of_the_notebook():
    run = run_of(predict="def predict(): ...", test_predict="secret", unmarked="private")
    page = page_of(row("ada"), run=run)
    assert "def predict(): ..." in page
    assert "secret" not in page
    assert "private" not in page


def test_maps_are_drawn_for_tasks_without_full_marks_only():
    answers, reference = maps()
    options = {"run": run_of(answers), "reference": reference, "pictures": PICTURES}
    page = page_of(row("edsger", {"compute_cam": 0.5}), **options)
    assert page.count("<img") == 6
    assert 'alt="Yours minus the reference: 7 × 7 cells' in page
    assert "<img" not in page_of(row("ada"), **options)


def test_a_setting_keeps_the_references_maps_from_students():
    answers, reference = maps()
    options = {"run": run_of(answers), "reference": reference, "pictures": PICTURES}
    page = page_of(row("edsger", {"compute_cam": 0.5}), show_reference=False, **options)
    assert page.count("<img") == 2
    assert "The reference:" not in page


def test_stand_in_weights_are_called_so_and_real_ones_are_not():
    assert "stand-in weights" in page_of(row("ada"))
    assert "stand-in" not in page_of(row("ada"), weights="imagenet")


def test_the_page_is_one_file_without_scripts_or_outside_files():
    answers, reference = maps()
    page = page_of(
        row("edsger", {"compute_cam": 0.5, "compute_gradcam": 0.0}),
        run=run_of(answers, predict="x"),
        reference=reference,
        pictures=PICTURES,
    )
    assert "<script" not in page
    assert "<link" not in page
    assert "http:" not in page and "https:" not in page
    assert set(re.findall(r'(?:src|href)="([a-z#]+)', page)) <= {"data", "#task"}
    assert "default-src 'none'" in page


HOSTILE = "<script>steal()</script><img src=x onerror=steal()>\"'{{7*7}}\x1b[2J\u202e"


@pytest.mark.parametrize("place", ["student", "message", "sentence", "hint", "error", "answer"])
def test_what_a_student_wrote_is_text_wherever_it_is_shown(place):
    words = {name: HOSTILE if name == place else "plain" for name in
             ("student", "message", "sentence", "hint", "error", "answer")}  # fmt: skip
    shown = mark("predict", 0.25)
    shown = mark(
        "predict",
        0.25,
        hints=(type(shown.hints[0])(words["hint"], words["hint"]),),
        criteria=(type(shown.criteria[0])(words["sentence"], 0, 1, words["sentence"]),),
        remarks=(words["sentence"],),
    )
    error = CellError(words["error"], 1, words["error"], words["error"], 1, words["error"])
    result = row(words["student"], message=words["message"], tasks=(shown,))
    page = page_of(result, run=run_of(errors=(error,), predict=words["answer"]))
    assert "&lt;script&gt;steal()" in page
    assert "<script" not in page and "<img" not in page
    assert "\x1b" not in page and "\u202e" not in page
    assert "49" not in text_of(page)


def test_a_thousand_pages_take_less_than_a_minute(capsys):
    answers, reference = maps()
    options = {"run": run_of(answers), "reference": reference, "pictures": PICTURES}
    page_of(row("warm", {"compute_cam": 0.5}), **options)
    started = time.process_time()
    pages = [
        page_of(row(f"s{n}", {"compute_cam": 0.5, "compute_gradcam": 0.5}), **options)
        for n in range(50)
    ]
    seconds = (time.process_time() - started) * 1000 / len(pages)
    with capsys.disabled():
        print(f"\n1,000 feedback pages: {seconds:.0f} s, {len(pages[0]) / 1e3:.0f} kB each")
    assert seconds < 60
    assert len(pages[0]) < 250_000
