"""The marking page in a real browser: by keyboard alone, for everybody, with hostile answers.

Set CAMLAB_UPDATE_IMAGES=1 to write the picture in docs/images anew; then look at it.
"""

from __future__ import annotations

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from autograder.gradebook.graded_class import graded_class
from autograder.gradebook.marks import read_manual_marks
from autograder.marking.marking_session import MarkingSession
from autograder.report.exports.choice import export_marks_to
from autograder.report.exports.export import export_names
from tests.browser.conftest import keep_picture
from tests.lab09 import LAB
from tests.marking.conftest import STUDENTS, TASK, serving

SERIOUS = ("serious", "critical")


@pytest.fixture
def calibrated(marked_course):
    """The class, its TAs past the worked examples."""
    session = MarkingSession(marked_course)
    for ta in ("ann", "bob"):
        session.calibrated(ta)
    return marked_course


@pytest.fixture
def served(calibrated):
    with serving(calibrated, "ann", "bob") as running:
        yield running


def open_marking(opened, served, ta="ann", **options):
    watched = opened(served.address(ta), **options)
    watched.page.locator("body[data-ready]").wait_for()
    return watched


def saved(page) -> None:
    expect(page.locator("#saved")).to_have_text("Saved in the gradebook.")


HELD = """() => {
const real = window.fetch;
window.fetch = async (url, options) => {
  window.underWay = (window.underWay || 0) + 1;
  const reply = await real(url, options);
  window.underWay -= 1;
  if (window.hold && url.endsWith("progress"))
    await new Promise((done) => { window.letGo = done; });
  if (url.endsWith("sentences")) window.kept = true;
  return reply;
}; }
"""


def test_a_sentence_that_is_kept_while_an_older_look_comes_back_stays(served, opened):
    watched = open_marking(opened, served)
    page, keys = watched.page, watched.page.keyboard
    page.evaluate(HELD)
    keys.press("c")
    keys.type("Name the places.")
    keys.press("Escape")
    expect(page.locator("#progress")).to_contain_text("0 of 10 marked")
    saved(page)
    page.wait_for_function("window.underWay === 0")  # the look that follows a save is over
    page.evaluate("window.hold = true")
    keys.press("1")
    page.wait_for_function("Boolean(window.letGo)")
    keys.press("e")
    page.wait_for_function("window.kept")
    page.evaluate("window.hold = false; window.letGo()")
    expect(page.locator("#saved")).to_have_text("Kept as a sentence.")
    expect(page.locator("#progress")).to_contain_text("1 of 10 marked")
    expect(page.locator("#sentences button")).to_have_text("Name the places.")


def axe(page) -> list[str]:
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in SERIOUS
    ]


def test_ten_answers_by_keyboard_alone(served, opened, calibrated, tmp_path, capsys):
    watched = open_marking(opened, served, width=1280)
    page, keys = watched.page, watched.page.keyboard
    started = time.perf_counter()
    for index in range(10):
        expect(page.locator("#answer-title")).to_contain_text(f"Answer {index + 1} of 10")
        for key in "1234"[: index % 5] or "0":
            keys.press(key)
        if index == 2:
            keys.press("c")
            keys.type("Name the places.")
            keys.press("Escape")
            saved(page)
            keys.press("e")
            expect(page.locator("#sentences button")).to_have_text("Name the places.")
        if index == 4:
            keys.press("s")
            keys.press("1")
        told = "Kept as a sentence." if index == 2 else "Saved in the gradebook."
        expect(page.locator("#saved")).to_have_text(told)
        keys.press("n")
    seconds = (time.perf_counter() - started) / 10
    expect(page.locator("#saved")).to_have_text("No other answer waits for you.")
    with capsys.disabled():
        print(f"\n{seconds:.1f} s for each answer, saves waited for")

    session = MarkingSession(calibrated)
    wanted = {
        session._by_key[key].student: (index % 5) / 2
        for index, key in enumerate(session.overview("ann")["answers"])
    }
    given = read_manual_marks(calibrated.database_url, LAB)
    assert {student: one[TASK].score for student, one in given.items()} == wanted
    said = sorted(one[TASK].comment for one in given.values())
    assert said == [""] * 8 + ["Name the places."] * 2
    marks = graded_class(calibrated)
    for line in marks.rows:
        if line.student in wanted:
            assert line.total == 8.0 + wanted[line.student]
            assert not line.waits
    for kind in export_names():
        assert export_marks_to(kind, marks, tmp_path / kind).exists()
    text = (tmp_path / "csv").read_text()
    for student, points in wanted.items():
        assert re.search(rf"^{student},.*,{points:g},3,", text, re.MULTILINE), student


def test_worked_examples_come_first_and_say_what_they_should_get(marked_course, opened):
    with serving(marked_course, "ann") as running:
        page = open_marking(opened, running, width=1280).page
        keys = page.keyboard
        expect(page.locator("#answer-title")).to_contain_text("Worked example 1 of 5")
        keys.press("1")
        keys.press("Enter")
        expect(page.locator("#why")).to_contain_text("It should get 1 of 2.")
        expect(page.locator("#sign-1")).to_contain_text("and you ticked otherwise")
        assert axe(page) == []
        for _ in range(4):
            keys.press("Enter")
            keys.press("Enter")
        expect(page.locator("#reveal")).to_contain_text("To the answers")
        keys.press("Enter")
        expect(page.locator("#answer-title")).to_contain_text("Answer 1 of 10")
        page.reload()
        expect(page.locator("#answer-title")).to_contain_text("Answer 1 of 10")
    assert read_manual_marks(marked_course.database_url, LAB) == {}


def test_two_tas_at_once_lose_nothing(served, opened, calibrated):
    first = open_marking(opened, served, "ann").page
    second = open_marking(opened, served, "bob").page
    # They are offered different answers; then Bob goes to Ann's.
    title = first.locator("#answer-title").inner_text()
    assert second.locator("#answer-title").inner_text() != title
    session = MarkingSession(calibrated)
    key = next(
        one
        for one in session.overview("ann")["answers"]
        if not session.answer(one, "carol")["for_two"]
    )
    for page in (first, second):
        page.evaluate("key => { location.hash = key }", key)
        page.reload()
        expect(page.locator("#answer-title")).to_contain_text(key.split("/")[1])
    first.keyboard.press("1")
    saved(first)
    second.keyboard.press("2")
    expect(second.locator("#saved")).to_contain_text("Somebody else changed this mark meanwhile.")
    expect(second.locator("#item-0")).to_be_checked()
    expect(second.locator("#item-1")).not_to_be_checked()
    second.keyboard.press("2")
    saved(second)
    given = read_manual_marks(calibrated.database_url, LAB)
    assert given[session._by_key[key].student][TASK].score == 1.0


def test_hostile_answers_run_nothing(served, opened, calibrated):
    session = MarkingSession(calibrated)
    key = next(one for one, found in session._by_key.items() if found.student == "mallory")
    # Also with the page's policy switched off: what does not run is what was made text.
    for bypass in (True, False):
        watched = opened(f"{served.address('ann')}#{key}", bypass=bypass)
        watched.page.locator("body[data-ready]").wait_for()
        expect(watched.page.locator("#answer-title")).to_contain_text(key.split("/")[1])
        assert "window.owned=1" in watched.page.locator("#text").inner_text()
        for link in watched.page.locator("#text a").all():
            link.click()
        assert watched.nothing_ran()
        assert watched.foreign(served.host) == []
        assert watched.page.locator("#text").locator("script, iframe, form, input").count() == 0
        assert watched.page.locator("#items").is_visible()


def test_the_page_is_drawn_for_the_documents(served, opened, calibrated):
    session = MarkingSession(calibrated)
    session.keep_sentence("Which panel shows it?")
    key = next(one for one, found in session._by_key.items() if found.student == "ada")
    page = opened(f"{served.address('ann')}#{key}", width=1280).page
    expect(page.locator("#answer-title")).to_contain_text(key.split("/")[1])
    page.keyboard.press("1")
    page.keyboard.press("2")
    saved(page)
    assert page.locator("#pictures img").count() == 2
    for image in page.locator("#pictures img").all():
        image.evaluate("one => one.decode()")
    keep_picture("marking.png", page.screenshot())


def test_no_page_shows_a_name(served, opened):
    page = open_marking(opened, served).page
    for _ in STUDENTS:
        text = page.content()
        assert not [student for student in STUDENTS if student in text]
        page.keyboard.press("j")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(served, opened, scheme):
    page = open_marking(opened, served, scheme=scheme).page
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("1")
    saved(page)
    assert axe(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_off_on_a_phone_or_a_desk(served, opened, width):
    page = open_marking(opened, served, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for image in page.locator("#pictures img").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("one => one.decode().then(() => one.naturalWidth > 100)")
