"""`camlab markus pull` and `push`: the real client against a server that keeps MarkUs's rules."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from autograder.command.cli import app
from autograder.errors import CamlabError
from autograder.gradebook.graded_class import graded_class
from autograder.submission.groups import groups_path, read_groups
from tests.markus.conftest import (
    CHANGES_HANDS,
    LATE,
    WITHOUT_FILE,
    course_at,
    grade_as_sampled,
    notebook_of,
    sample_markus,
    total_of,
)
from tests.markus.markus_server import KEY, TA_KEY, serving
from tests.report.sample_gradebook import mark_by_hand, penalise


def camlab(*arguments: str, code: int = 0) -> str:
    """Run the command in this process; gives what it printed."""
    done = CliRunner().invoke(app, [*arguments])
    if isinstance(done.exception, CamlabError):
        assert code == 2, done.exception
        return str(done.exception)
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


@pytest.fixture
def late_table(tmp_path):
    path = tmp_path / "late.csv"
    lines = [f"{name},{hours}" for name, hours in LATE.items()]
    path.write_text("\n".join(["Group name,hours late", *lines]) + "\n")
    return path


def shows_the_class(markus, course, but: tuple[str, ...] = ()) -> None:
    """Every group's total, comment, page and state in MarkUs is this course's."""
    marks = graded_class(course)
    for group in markus.groups.values():
        if group.name in but:
            continue
        assert group.total == total_of(marks, group.name), group.name
        (page,) = group.feedback
        assert page.filename == "lab09-feedback.html" and b"<!DOCTYPE html>" in page.content
        assert group.complete is (group.name != "group_0002")
        hours = LATE.get(group.name)
        taken = [mark for mark, _ in group.extra]
        assert taken == ([] if hours is None else [-1.0 if hours < 24 else -2.0])
        assert ("Handed in late" in group.comment) is (hours is not None)


def test_thirty_groups_come_with_their_files_members_and_late_hours(own_course, late_table):
    said = camlab("markus", "pull", "--late", str(late_table))
    assert "29 submissions collected from markus." in said
    assert "left out" not in said
    assert "30 groups in MarkUs, 30 of them new." in said
    assert "Late: group_0004 (5 hours), group_0011 (30.5 hours)" in said
    assert f"Without any file: {WITHOUT_FILE}" in said
    for number in range(1, 31):
        folder = own_course.submitted / f"group_{number:04d}" / "lab09"
        names = {one.name for one in folder.iterdir()} - {"timestamp.txt"}
        assert names == (
            set() if folder.parent.name == WITHOUT_FILE else {"lab09.ipynb", "notes.txt"}
        )
    handed_in = own_course.submitted / "group_0004" / "lab09"
    assert (handed_in / "lab09.ipynb").read_bytes() == notebook_of("group_0004")
    # Due on November 20 at 22:00 in Toronto, which is 3:00 of the next day in UTC.
    assert (handed_in / "timestamp.txt").read_text() == "2026-11-21 08:00:00 UTC\n"
    groups = read_groups(groups_path(own_course.root, "lab09"))
    assert groups["group_0004"].members == ("c3user8", "c3user9")


def test_a_second_pull_has_nothing_to_do_and_a_newer_submission_is_named(own_course, markus):
    camlab("markus", "pull")
    before = {path: path.read_bytes() for path in own_course.submitted.rglob("*.ipynb")}
    assert "Nothing new was handed in." in camlab("markus", "pull")
    markus.group("group_0003").files["lab09.ipynb"] = notebook_of("changed")
    said = camlab("markus", "pull")
    assert "Collected anew in MarkUs; --force takes it: group_0003" in said
    assert {path: path.read_bytes() for path in before} == before
    assert "--force takes it: group_0003" in camlab("markus", "pull")  # not told once only
    camlab("markus", "pull", "--force")
    path = own_course.submitted / "group_0003" / "lab09" / "lab09.ipynb"
    assert path.read_bytes() == notebook_of("changed")
    assert "Nothing new was handed in." in camlab("markus", "pull")


def test_late_hours_that_are_taken_back_leave_no_time_behind(own_course, late_table):
    camlab("markus", "pull", "--late", str(late_table))
    late_table.write_text("Group name,hours late\ngroup_0004,0\n")
    camlab("markus", "pull", "--late", str(late_table))
    assert not list(own_course.submitted.rglob("timestamp.txt"))


def test_marks_pages_comments_penalties_and_states_arrive(pulled, markus):
    said = camlab("markus", "push")
    assert "30 groups: 30 changed, 0 as they should be, 0 left alone." in said
    assert "Read again: MarkUs shows the marks of this course." in said
    assert "1 written answer is not marked yet" in said
    shows_the_class(markus, pulled)
    assert "interpretation" not in markus.group("group_0002").marks
    assert markus.group(WITHOUT_FILE).comment == "No notebook was handed in."


def test_a_dry_run_says_what_would_change_and_writes_nothing(pulled, markus):
    said = camlab("markus", "push", "--dry-run")
    assert markus.writes == []
    assert "group_0004: would set predict unmarked → 1" in said
    assert "late penalty 0 → 1" in said and "30 would change" in said
    camlab("markus", "push")
    assert "0 would change, 30 as they should be" in camlab("markus", "push", "--dry-run")


def test_a_second_push_changes_nothing(pulled, markus):
    camlab("markus", "push")
    markus.requests.clear()
    assert "0 changed, 30 as they should be, 0 left alone." in camlab("markus", "push")
    assert markus.writes == []


def test_a_penalty_that_changes_or_goes_is_never_taken_twice(pulled, markus):
    camlab("markus", "push")
    penalise(pulled.database_url, "group_0004", 3.0)
    penalise(pulled.database_url, "group_0011", 0.0)
    camlab("markus", "push")
    assert [mark for mark, _ in markus.group("group_0004").extra] == [-3.0]
    assert markus.group("group_0011").extra == []
    assert "no longer applies" in markus.group("group_0011").comment


@pytest.mark.parametrize(("write", "after"), [(2, False), (11, True), (14, True)])
def test_a_push_killed_in_the_middle_goes_on(pulled, markus, write, after):
    """Killed at a write: before MarkUs did it, or after, with the answer not heard."""
    running: list[subprocess.Popen] = []

    def kill(request: str) -> None:
        if not request.startswith("GET") and len(markus.writes) == write and running:
            os.kill(running[0].pid, signal.SIGKILL)
            running[0].wait()
            running.clear()

    if after:
        markus.after = kill
    else:
        markus.before = kill
    running.append(
        subprocess.Popen(
            [sys.executable, "-m", "autograder.command.cli", "markus", "push"],
            cwd=pulled.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    )  # fmt: skip
    assert running[0].wait(timeout=120) == -signal.SIGKILL
    assert write <= len(markus.writes) <= write + 1
    camlab("markus", "push")
    shows_the_class(markus, pulled)


def test_a_pull_killed_in_the_middle_asks_for_no_group_twice(own_course, markus):
    running: list[subprocess.Popen] = []

    def kill(request: str) -> None:
        if "515/submission_files" in request and running:
            os.kill(running[0].pid, signal.SIGKILL)
            running[0].wait()
            running.clear()

    markus.before = kill
    running.append(
        subprocess.Popen(
            [sys.executable, "-m", "autograder.command.cli", "markus", "pull"],
            cwd=own_course.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    )  # fmt: skip
    assert running[0].wait(timeout=120) == -signal.SIGKILL
    markus.before = lambda request: None
    assert "29 submissions collected" in camlab("markus", "pull")
    asked = [one for one in markus.requests if "submission_files" in one]
    assert len(asked) - len(set(asked)) <= 1  # the one under way


def test_a_group_that_changed_hands_gets_no_mark_until_somebody_looked(pulled, markus):
    markus.group(CHANGES_HANDS).members = ["c3user46", "c3newcomer"]
    said = camlab("markus", "push", code=1)
    assert f"{CHANGES_HANDS}: It changed hands since its work was pulled: it was c3user46, " in said
    assert markus.group(CHANGES_HANDS).marks == {}
    shows_the_class(markus, pulled, but=(CHANGES_HANDS,))
    said = camlab("markus", "pull")
    assert f"{CHANGES_HANDS} changed hands: it was c3user46, c3user47, and is c3newcomer" in said
    camlab("markus", "push")
    shows_the_class(markus, pulled)


def test_marking_that_is_complete_is_left_alone_until_one_says_reopen(pulled, markus):
    group = markus.group("group_0005")
    group.complete = True
    said = camlab("markus", "push", code=1)
    assert "group_0005: Marking is complete in MarkUs" in said and "--reopen" in said
    assert group.marks == {}
    shows_the_class(markus, pulled, but=("group_0005",))
    camlab("markus", "push", "--reopen")
    shows_the_class(markus, pulled)


def test_what_somebody_changed_in_markus_is_left_alone_until_one_says_overwrite(pulled, markus):
    camlab("markus", "push")
    markus.group("group_0006").marks["compute_cam"] = 0.5
    markus.group("group_0007").comment = "Written by a person."
    said = camlab("markus", "push", code=1)
    assert "group_0006: Left alone, since compute_cam is 0.5 in MarkUs and" in said
    assert markus.group("group_0006").marks["compute_cam"] == 0.5
    assert markus.group("group_0007").comment == "Written by a person."
    camlab("markus", "push", "--overwrite", "--reopen")
    shows_the_class(markus, pulled)


def test_a_late_rule_of_markus_is_not_added_to_ours(pulled, markus):
    markus.group("group_0004").extra.append((-0.75, "Late by 5 hours"))
    said = camlab("markus", "push", code=1)
    assert "it could be taken off twice" in said
    assert markus.group("group_0004").extra == [(-0.75, "Late by 5 hours")]


def test_work_that_markus_has_not_collected_is_named(own_course, markus):
    markus.group("group_0009").collected = False
    said = camlab("markus", "pull")
    assert "Not collected in MarkUs (Submissions, Collect): group_0009" in said
    grade_as_sampled(own_course)
    said = camlab("markus", "push", code=1)
    assert "group_0009: MarkUs has not collected its submission." in said


def test_marks_that_were_released_are_a_sentence(pulled, markus):
    group = markus.group("group_0008")
    camlab("markus", "push")
    group.released = True
    mark_by_hand(pulled.database_url, "group_0008", "interpretation", 2.0)
    said = camlab("markus", "push", "--reopen", code=1)
    assert "group_0008: MarkUs refused: Marks have been released" in said
    assert "Unrelease them there." in said


def test_criteria_that_do_not_fit_are_named_before_anything_is_sent(pulled, markus):
    del markus.criteria["compute_cam"]
    markus.criteria["Grad-CAM"] = markus.criteria.pop("compute_gradcam")
    markus.criteria["predict"] = 4.0
    said = camlab("markus", "push", code=2)
    assert "MarkUs has no criterion 'compute_cam' for compute_cam." in said
    assert "The criterion 'predict' is out of 4 in MarkUs, and predict is out of 1 here." in said
    assert "c.MarkUs.criteria" in said
    assert markus.writes == []


def test_criteria_with_other_titles_are_named_in_the_settings(pulled, markus):
    markus.criteria["Grad-CAM"] = markus.criteria.pop("compute_gradcam")
    config = pulled.root / "nbgrader_config.py"
    line = 'c.MarkUs.criteria = {"compute_gradcam": "Grad-CAM"}\n'
    config.write_text(config.read_text() + line)
    camlab("markus", "push")
    assert markus.group("group_0001").marks["Grad-CAM"] == 3.0
    shows_the_class(markus, pulled)


def test_a_markus_before_2_10_1_gets_everything_but_overall_comments(monkeypatch, tmp_path):
    monkeypatch.setenv("MARKUS_API_KEY", KEY)
    old = sample_markus(3)
    old.old = True
    with serving(old):
        course = course_at(tmp_path / "old", old, monkeypatch)
        where = ("--url", old.url, "--course", "csc413")
        camlab("markus", "pull", *where)
        grade_as_sampled(course)
        camlab("markus", "push", *where)
        group = old.group("group_0001")
        assert group.total == total_of(graded_class(course), group.name) and group.complete
        assert group.comment == ""
        assert "0 changed, 3 as they should be" in camlab("markus", "push", *where)


@pytest.mark.parametrize("key", [TA_KEY, "unknown"])
def test_a_key_without_the_right_is_a_sentence_that_does_not_show_it(
    own_course, markus, key, monkeypatch
):
    monkeypatch.setenv("MARKUS_API_KEY", key)
    said = camlab("markus", "pull", code=2)
    assert "refuses the key (403). It must be the key of an instructor" in said
    assert key not in said


def test_nobody_answers_at_the_address(own_course):
    said = camlab("markus", "pull", "--url", "http://127.0.0.1:1", code=2)
    assert "cannot be reached" in said and "the same command goes on" in said


def test_an_unknown_assignment_is_told_which_there_are(own_course):
    said = camlab("markus", "pull", "--assignment", "lab9", code=2)
    assert "has no assignment lab9. It has a1, lab09." in said


def test_two_groups_that_would_share_a_folder_are_named(own_course, markus):
    markus.group("group_0001").name = "ann lee"
    markus.group("group_0002").name = "ann_lee"
    said = camlab("markus", "pull", code=2)
    assert "'ann lee', 'ann_lee' would share a folder" in said
    assert not own_course.submitted.exists()
