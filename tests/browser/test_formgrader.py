"""A TA marks the written answer on nbgrader's real Formgrader page.

Set CAMLAB_UPDATE_IMAGES=1 to write the pictures in docs/images anew; then look at them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import expect

from autograder.gradebook.marks import class_marks, read_gradebook
from autograder.marking.marking_session import MarkingSession, Ticked
from autograder.report.exports.choice import export_marks_to
from autograder.report.exports.export import export_names
from autograder.report.feedback_files import feedback_path, write_report
from autograder.results import read_results
from tests.browser.conftest import (
    HOSTILE_CELLS,
    HOSTILE_NAME,
    PAYLOAD,
    Watched,
    address_of,
    keep_picture,
)
from tests.jupyterlab_server import jupyterlab

SUBMISSIONS = "/formgrader/gradebook/lab09/lab09"
COMMENT = "Both maps are read well; say more about the difference."


@pytest.fixture(scope="module")
def server(browser, graded, tmp_path_factory) -> Iterator[tuple[str, str]]:
    """JupyterLab with nbgrader's extensions in the graded course; its address and its token."""
    course, _ = graded
    scratch = tmp_path_factory.mktemp("jupyter")
    _make_exchange(course, scratch)
    with jupyterlab(course.root, scratch, {}) as served:
        yield served


def _make_exchange(course, scratch) -> None:
    """nbgrader's exchange with the release in it, and what somebody of a hostile name handed in."""
    exchange = scratch / "exchange" / course.id
    for name in ("outbound", "feedback"):
        (exchange / name).mkdir(parents=True)
    shutil.copytree(course.student_release, exchange / "outbound" / "lab09")
    (exchange / "inbound" / f"{HOSTILE_NAME}+lab09+2026-11-01 10:00:00 UTC").mkdir(parents=True)
    (scratch / "config").mkdir()
    text = f"c = get_config()\nc.Exchange.root = {str(scratch / 'exchange')!r}\n"
    (scratch / "config" / "nbgrader_config.py").write_text(text)


def submission_id(course, student: str) -> str:
    with Gradebook(course.database_url, course.id) as gradebook:
        return gradebook.find_submission_notebook("lab09", "lab09", student).id


def open_submission(server, opened, course, student: str):
    """Go where a TA goes: the list of submissions of the notebook, then this one."""
    address, token = server
    watched = opened(f"{address}/login?token={token}&next={SUBMISSIONS}", width=1200)
    link = watched.page.locator(f"a[href*='{submission_id(course, student)}']").first
    link.wait_for()
    link.click()
    watched.page.locator("input#interpretation.score").wait_for()
    return watched


@pytest.fixture(scope="module")
def nbgraders_feedback(graded) -> None:
    """`nbgrader generate_feedback`, run as a course runs it."""
    course, _ = graded
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "lab09", "--force"],
        cwd=course.root, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_nbgrader_delivers_the_page_that_camlab_report_writes(graded, nbgraders_feedback):
    course, results = graded
    path = feedback_path(course, "frances")
    theirs = path.read_bytes()
    write_report(course, class_marks(course.lab, results, course.database_url))
    assert path.read_bytes() == theirs
    assert b"Each map should be the weighted sum itself" in theirs
    assert b"data:image/jpeg" in theirs


def test_no_hidden_test_and_no_reference_code_is_delivered(graded, nbgraders_feedback, root):
    course, _ = graded
    delivered = "".join(
        path.read_text() for path in course.out.joinpath("feedback").rglob("*.html")
    )
    assert "HIDDEN TESTS" not in delivered
    for source in (root / "autograder" / "labs" / "lab09" / "graders").glob("test_*.py"):
        for line in source.read_text().splitlines():
            if len(line.strip()) > 40 and "=" in line and "sentence" not in line:
                assert line.strip() not in delivered


def test_a_ta_marks_the_written_answer_and_finds_the_mark_everywhere(
    server, opened, graded, tmp_path
):
    course, _ = graded
    page = open_submission(server, opened, course, "frances").page
    answer = page.locator("input#interpretation.score")
    assert answer.input_value() == ""
    assert "Marking scheme (for TAs alone)" in page.inner_text("#notebook-container")
    # Formgrader fetches the marks after it has shown the page.
    expect(page.locator("input#test_compute_cam.score")).to_have_attribute("placeholder", "1.5")

    with page.expect_response(lambda reply: reply.request.method == "PUT" and reply.ok):
        answer.fill("1.5")
        answer.dispatch_event("change")
    comment = page.locator("textarea#interpretation-comment")
    with page.expect_response(lambda reply: reply.request.method == "PUT" and reply.ok):
        comment.fill(COMMENT)
        comment.dispatch_event("change")
    answer.scroll_into_view_if_needed()
    keep_picture("formgrader.png", page.screenshot())

    marks = class_marks(course.lab, read_results(course.results), course.database_url)
    frances = next(one for one in marks.rows if one.student == "frances")
    assert frances.total == 8.0  # 6.5 by the machine
    assert _total_in_list(server, opened, course) == 8.0
    write_report(course, marks)
    text = opened(address_of(feedback_path(course, "frances"))).page.inner_text("body")
    assert "8 of 10 points" in text
    assert "Marked by a person: 1.5 of 2 points." in text
    assert COMMENT in text
    _assert_in_every_export(marks, tmp_path)


def _total_in_list(server, opened, course) -> float:
    """What Formgrader's own list of submissions shows."""
    address, token = server
    page = opened(f"{address}/login?token={token}&next={SUBMISSIONS}", width=1200).page
    line = page.locator("tr", has=page.locator(f"a[href*='{submission_id(course, 'frances')}']"))
    line.wait_for()
    return float(re.search(r"([\d.]+)\s*/\s*10", line.inner_text())[1])


def _assert_in_every_export(marks, folder) -> None:
    written = {kind: export_marks_to(kind, marks, folder / kind) for kind in export_names()}
    lines = list(csv.DictReader(io.StringIO(written["csv"].read_text("utf-8-sig"))))
    (line,) = (line for line in lines if line["student"] == "frances")
    assert (line["interpretation"], line["total"]) == ("1.5", "8")
    canvas = written["canvas"].read_text()
    assert "frances,,,frances,,8" in canvas
    assert "\nfrances,1,1,1.5,1.5,3" in (written["markus"] / "marks.csv").read_text().replace(
        "\r", ""
    )
    markus = json.loads((written["markus"] / "results" / "frances.json").read_text())
    (test,) = (one for one in markus["test_groups"][0]["tests"] if one["name"] == "interpretation")
    assert test["marks_earned"] == 1.5 and COMMENT in test["output"]
    gradescope = json.loads((written["gradescope"] / "frances" / "results.json").read_text())
    (test,) = (one for one in gradescope["tests"] if one["name"] == "interpretation")
    assert test["score"] == 1.5 and COMMENT in test["output"]
    assert gradescope["score"] == 8.0


LISTS = (
    "/formgrader/manage_assignments",
    "/formgrader/gradebook",
    "/formgrader/gradebook/lab09",
    SUBMISSIONS,
    "/formgrader/manage_students",
    "/formgrader/manage_students/mallory",
    "/formgrader/manage_students/mallory/lab09",
    "/formgrader/manage_submissions/lab09",
)
WITH_NAMES = (
    SUBMISSIONS,
    "/formgrader/manage_students",
    "/formgrader/manage_submissions/lab09",
)
CDN = "https://cdnjs.cloudflare.com/ajax/libs/"  # nbgrader's own pages ask for MathJax there


@pytest.mark.parametrize("student", ["frances", "mallory", "trudy", "eve"])
def test_nothing_that_a_student_wrote_runs_in_formgrader(student, server, opened, graded):
    course, _ = graded
    before = read_gradebook(course.database_url, course.lab)
    watched = open_submission(server, opened, course, student)
    page = watched.page
    page.wait_for_load_state("load")
    # Whatever can be clicked in what a student wrote is clicked.
    assert page.locator("#notebook-container a, #notebook-container form").count() == 0
    page.evaluate("document.querySelectorAll('.rendered_html *').forEach(one => one.click())")
    _assert_harmless(watched, server)
    # Fields that could be taken for Formgrader's own are not there, and its own can be reached.
    score = page.locator("input.score#test_compute_cam")
    assert score.count() == 1
    score.click(timeout=5000)
    assert read_gradebook(course.database_url, course.lab) == before
    if student == "trudy":
        shown = page.inner_text("#notebook-container")
        for text in HOSTILE_CELLS:
            assert " ".join(text.split())[:40].strip("![]<>$\\(") in " ".join(shown.split())
    if student == "mallory":
        assert "window.owned" in page.inner_text("body")
        assert f"{PAYLOAD}, {HOSTILE_NAME}" in page.locator(".breadcrumb").text_content()


@pytest.mark.parametrize("address", LISTS)
def test_no_list_of_formgrader_runs_what_a_student_wrote(address, server, opened):
    base, token = server
    watched = opened(f"{base}/login?token={token}&next={address}", width=1200)
    watched.page.wait_for_load_state("networkidle")
    assert watched.page.locator("#main-table tr").count() > 0
    if address in WITH_NAMES:  # as text
        assert f"{PAYLOAD}, {HOSTILE_NAME}" in watched.page.locator("#main-table").text_content()
    _assert_harmless(watched, server)


def test_stock_feedback_pages_run_nothing(graded, opened, server, tmp_path):
    """`nbgrader generate_feedback` with nbgrader's own exporter instead of ours."""
    course, _ = graded
    target = tmp_path / "feedback"
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "lab09",
         "--GenerateFeedback.exporter_class=nbconvert.exporters.HTMLExporter",
         f"--CourseDirectory.feedback_directory={target}"],
        cwd=course.root, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for student in ("mallory", "trudy", "eve"):
        (path,) = (target / student).rglob("*.html")
        watched = opened(address_of(path))
        watched.page.evaluate("document.querySelectorAll('*').forEach(one => one.click())")
        assert "Score" in watched.page.inner_text("body")
        assert "(for TAs alone)" not in watched.page.inner_text("body")
        _assert_harmless(watched, server)


def _assert_harmless(watched, server) -> None:
    assert watched.nothing_ran()
    assert watched.foreign(server[0], CDN) == []
    assert watched.page.locator("#cover, #forged, iframe, object, math, base").count() == 0
    assert watched.page.evaluate("getComputedStyle(document.body).display") == "block"


def test_formgrader_and_the_marking_page_show_each_others_marks(server, opened, graded):
    course, _ = graded
    session = MarkingSession(course)
    key = next(one for one, answer in session._by_key.items() if answer.student == "frances")
    seen = session.answer(key, "ann")
    session.save(key, "ann", Ticked((0, 1), True, "From the marking page.", seen["revision"]))
    page = open_submission(server, opened, course, "frances").page
    answer, comment = (
        page.locator("input#interpretation.score"),
        page.locator("textarea#interpretation-comment"),
    )
    # Formgrader fetches the marks after it has shown the page.
    expect(answer).to_have_value("1")
    expect(comment).to_have_value("From the marking page.")
    with page.expect_response(lambda reply: reply.request.method == "PUT" and reply.ok):
        answer.fill("1.5")
        answer.dispatch_event("change")
    assert session.answer(key, "ann")["elsewhere"] == 1.5
    assert _total_in_list(server, opened, course) == 8.0


# nbgrader's panels in JupyterLab, and what each shows once it is there.
PANELS = {
    "nbgrader:open-assignment-list": "Downloaded assignments",
    "nbgrader:open-course-list": "Available formgraders",
    "nbgrader:open-create-assignment": "Total points",
}
# JupyterLab itself loads a picture that a text names, whosever text it is.
NAMED_PICTURES = ("https://evil.invalid/x", "https://evil.invalid/x.png")


@pytest.fixture(scope="module")
def laboratory(server, browser):
    """JupyterLab's own page in the graded course; owned once, it stays owned."""
    base, token = server
    context = browser.new_context(viewport={"width": 1400, "height": 800}, bypass_csp=True)
    watched = Watched(context.new_page())
    watched.page.goto(f"{base}/lab?token={token}")
    watched.page.wait_for_function("() => window.jupyterapp?.shell", timeout=120_000)
    watched.page.evaluate("async () => { await window.jupyterapp.restored; }")
    yield watched
    context.close()


@pytest.mark.parametrize("student", ["mallory", "trudy"])
def test_a_marked_notebook_runs_nothing_in_jupyterlab(student, laboratory, server, graded):
    course, _ = graded
    before = read_gradebook(course.database_url, course.lab)
    _open_in_jupyterlab(laboratory.page, f"autograded/{student}/lab09/lab09.ipynb")
    # Whatever can be clicked in what a student wrote is clicked.
    laboratory.page.evaluate(
        """() => document.querySelectorAll('.jp-RenderedHTMLCommon *, .jp-OutputArea *')
               .forEach(one => one.click?.())"""
    )
    _assert_nothing_ran_in_jupyterlab(laboratory, server)
    assert read_gradebook(course.database_url, course.lab) == before


@pytest.mark.parametrize("command", PANELS)
def test_no_panel_of_nbgrader_in_jupyterlab_runs_what_a_student_wrote(
    command, laboratory, server, graded
):
    page = laboratory.page
    _open_in_jupyterlab(page, "autograded/mallory/lab09/lab09.ipynb")
    page.evaluate("async id => { await window.jupyterapp.commands.execute(id); }", command)
    page.get_by_text(PANELS[command]).first.wait_for()
    if command == "nbgrader:open-assignment-list":
        page.get_by_text("lab09", exact=True).first.wait_for()  # from the exchange
    _assert_nothing_ran_in_jupyterlab(laboratory, server)


def _open_in_jupyterlab(page, path: str) -> None:
    """Open a notebook, wait until it is shown, and have every cell drawn."""
    page.evaluate(
        """async path => {
            const {commands} = window.jupyterapp;
            const widget = await commands.execute('docmanager:open', {path});
            await widget.context.ready;
            for (const cell of widget.content.widgets) await cell.ready;
        }""",
        path,
    )
    page.get_by_role("heading", name="Lab 09", exact=False).first.wait_for()


def _assert_nothing_ran_in_jupyterlab(laboratory, server) -> None:
    page = laboratory.page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned === undefined")
    assert laboratory.dialogs == []
    assert set(laboratory.foreign(server[0], "attachment:")) <= set(NAMED_PICTURES)
    shown = page.locator(
        ".jp-RenderedMarkdown script, .jp-RenderedMarkdown iframe, base[href*=evil]"
    )
    assert shown.count() == 0
