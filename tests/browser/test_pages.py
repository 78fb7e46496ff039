"""Feedback and class pages in a real browser: nothing runs, everyone can read them.

Set CAMLAB_UPDATE_IMAGES=1 to write the pictures in docs/images anew; then look at them.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from autograder.files import write_atomically
from autograder.gradebook.marks import class_marks
from autograder.report.class_page import class_page
from autograder.report.feedback_files import feedback_path, write_report
from tests.browser.conftest import HOSTILE_NAME, address_of, keep_picture
from tests.report.sample_gradebook import LAB
from tests.report.sample_results import class_of, large_class, row

STUDENTS = ("frances", "mallory", "trudy", "eve", HOSTILE_NAME)
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def pages(graded):
    """The address of each page of the graded class: by student, and the class page."""
    course, results = graded
    marks = class_marks(course.lab, results, course.database_url)
    addresses = {"class": address_of(write_report(course, marks))}
    addresses["instructors"] = address_of(course.own("instructors.html"))
    for student in STUDENTS:
        addresses[student] = address_of(feedback_path(course, student))
    return addresses


@pytest.fixture(scope="module")
def larger_class(tmp_path_factory) -> str:
    """The class page of 24 made-up students."""
    marks = class_marks(LAB, large_class(24), None)
    path = tmp_path_factory.mktemp("class") / "class.html"
    write_atomically(path, class_page(marks).encode())
    return address_of(path)


@pytest.mark.parametrize("name", ["class", *STUDENTS])
def test_nothing_that_a_student_wrote_runs_or_loads(name, pages, opened):
    watched = opened(pages[name])
    for summary in watched.page.query_selector_all("summary"):
        summary.click()
    for link in watched.page.query_selector_all("a[href^=javascript]"):
        link.click()
    assert watched.nothing_ran()
    assert watched.foreign() == []


def test_what_was_hostile_is_shown_as_text(pages, opened):
    text = opened(pages["mallory"]).page.inner_text("body")
    assert "<script>window.owned=1</script>" in text
    assert HOSTILE_NAME in opened(pages[HOSTILE_NAME]).page.inner_text("h1")


def test_a_hostile_file_name_is_told_as_text(pages, opened):
    text = opened(pages["eve"]).page.inner_text("body")
    assert '"><script>window.owned=1<:script>.ipynb' in text


def test_links_of_the_class_page_lead_to_each_students_page(pages, opened):
    for student in STUDENTS:
        page = opened(pages["class"]).page
        page.get_by_role("link", name=student, exact=True).last.click()
        page.wait_for_load_state()
        assert student in page.inner_text("h1")


def test_a_class_made_of_hostile_names_stays_text(tmp_path, opened):
    names = [HOSTILE_NAME, "</script><script>window.owned=1</script>", "javascript:window.owned=1",
             "' onmouseover='window.owned=1", "{{ 7 * 7 }}"]  # fmt: skip
    marks = class_marks(LAB, class_of(*(row(name, message=name) for name in names)), None)
    path = tmp_path / "class.html"
    path.write_text(class_page(marks))
    watched = opened(address_of(path))
    for name in names:
        assert name in watched.page.inner_text("#all")
    for heading in watched.page.query_selector_all("#all th button"):
        heading.click()
        heading.hover()
    assert watched.nothing_ran()


def test_the_table_of_students_sorts_by_a_click(larger_class, opened):
    page = opened(larger_class, bypass=False).page

    def totals() -> list[float]:
        cells = page.query_selector_all("#all tbody tr td:nth-last-child(3)")
        return [float(cell.get_attribute("data-n")) for cell in cells]

    heading = page.locator("#all th", has_text="Total")
    heading.locator("button").click()
    assert totals() == sorted(totals())
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").click()
    assert totals() == sorted(totals(), reverse=True)


def test_without_scripts_the_class_page_is_complete(larger_class, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(larger_class)
    assert page.locator("#all tbody tr").count() == 24
    assert page.locator("#all th button").count() == 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["frances", "mallory", "class", "larger"])
def test_axe_finds_nothing_serious(name, scheme, pages, larger_class, opened):
    page = opened(larger_class if name == "larger" else pages[name], scheme=scheme).page
    for summary in page.query_selector_all("summary"):
        summary.click()
    found = Axe().run(page).response["violations"]
    serious = [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})"
        for one in found
        if one["impact"] in SERIOUS
    ]
    assert serious == []


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("name", ["frances", "mallory", "class", "instructors", "larger"])
def test_nothing_is_cut_off_on_a_phone_or_a_desk(name, width, pages, larger_class, opened):
    page = opened(larger_class if name == "larger" else pages[name], width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pages_can_be_printed(pages, opened):
    page = opened(pages["frances"]).page
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_feedback_page_shows_maps_with_scales(pages, opened):
    page = opened(pages["frances"]).page
    figures = page.locator("figure")
    assert figures.count() == 2
    for picture in figures.locator("img").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
        assert len(picture.get_attribute("alt")) > 30
    # Two scales for each picture, and one more where a weak map has its own.
    assert figures.locator(".strip").count() >= 4
    keep_picture("feedback.png", page.screenshot(full_page=True))


def test_the_class_page_is_drawn_for_the_documents(larger_class, opened):
    page = opened(larger_class).page
    assert page.locator("h2").all_inner_texts() == [
        "What needs a person", "All students", "Distribution of marks", "Tasks",
        "Most frequent mistakes", "Slowest submissions",
    ]  # fmt: skip
    keep_picture("class-page.png", page.screenshot(full_page=True))
