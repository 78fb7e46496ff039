"""The page on which an instructor sees a class."""

import re
import time

from autograder.gradebook.marks import class_marks
from autograder.report.class_page import class_page, feedback_link
from tests.report.sample_gradebook import LAB, mark_by_hand
from tests.report.sample_results import class_of, failed_row, large_class, row, small_class


def page_of(results, url=None, **options) -> str:
    return class_page(class_marks(LAB, results, url), **options)


def section(page: str, name: str) -> str:
    start = page.index(f'id="{name}"')
    return " ".join(re.sub(r"<[^>]+>", " ", page[start : page.index("</section>", start)]).split())


def test_it_says_who_needs_a_person_and_why():
    text = section(page_of(small_class()), "person")
    assert "4 written answers wait for a TA ada , barbara , edsger , grace" in text
    assert "1 submission could not be run" in text
    assert "linus This file is not a notebook." in text


def test_it_shows_the_distribution_of_totals(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "interpretation", 2.0)
    text = section(page_of(small_class(), gradebook_url), "distribution")
    assert "0 to below 1 1" in text
    assert "5 to below 6 2" in text
    assert "7 to below 8 1" in text
    assert "10 and above 1" in text


def test_it_shows_the_share_of_full_marks_of_each_task():
    text = section(page_of(small_class()), "tasks")
    assert "predict 0.65 1 1 60 %" in text
    assert "interpretation ? ? 2 ?" in text


def test_the_most_frequent_mistake_comes_first_with_the_names_of_those_who_made_it():
    page = page_of(small_class())
    text = section(page, "mistakes")
    assert text.index("compute_gradcam, no-relu : 2 students") < text.index(
        "no-softmax : 1 student"
    )
    assert "edsger , grace" in text


def test_the_slowest_come_first():
    text = section(page_of(small_class()), "slowest")
    assert "Seconds grace 48.0 ada 1.6" in text


def test_each_name_leads_to_that_students_feedback():
    page = page_of(small_class())
    assert '<a href="feedback/ada/lab09/lab09.html"><bdi>ada</bdi></a>' in page


def test_a_name_cannot_lead_elsewhere_or_become_markup():
    names = ("javascript:alert(1)", "../../x", "<script>alert(1)</script>", "a b%20c\u202ed")
    page = page_of(class_of(*(row(name) for name in names), failed_row("<i>z</i>", "<b>no</b>")))
    links = set(re.findall(r'href="([^"]*)"', page))
    assert all(re.fullmatch(r"feedback/[\w%.~-]+/lab09/lab09\.html", link) for link in links)
    assert "%2F..%2F" in feedback_link("lab09")("../../x")
    assert page.count("<script") == 1
    assert "<i>" not in page and "<b>" not in page
    assert "\u202e" not in page


def test_students_without_a_page_are_not_linked():
    assert "<a " not in page_of(small_class(), link=lambda student: "")


def test_notes_and_stand_in_weights_are_said_at_the_top():
    page = page_of(small_class(), notes=["Run without the sandbox's walls."])
    assert "Run without the sandbox&#39;s walls." in page
    assert "stand-in weights" in page


def test_an_empty_class_has_a_page():
    assert "0 submissions" in page_of(class_of())


def test_a_thousand_students_are_quick_and_small(capsys):
    marks = class_marks(LAB, large_class(1000), None)
    started = time.perf_counter()
    page = class_page(marks)
    seconds = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n1,000 rows: class page {seconds:.2f} s, {len(page.encode()) / 1e6:.2f} MB")
    assert seconds < 60
    assert len(page.encode()) < 5e6
    assert page.count("<tr>") > 1000
