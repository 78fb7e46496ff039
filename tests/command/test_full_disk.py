"""A disk that is full while marks and pages are written: a sentence, nothing lost, and the same
commands go on when there is room."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="bubblewrap makes the small disk"
)
SIZE = 32 * 2**20


@pytest.fixture(scope="module")
def told(own_small_lab, tmp_path_factory):
    """What each command did: before the disk was full, while it was, and afterwards."""
    course = own_small_lab.course
    solved = (course.solution_release / "lab10.ipynb").read_bytes()
    for student, content in {"ada": solved, "eve": own_small_lab.begun(2)}.items():
        folder = course.submitted / student / "lab10"
        folder.mkdir(parents=True)
        (folder / "lab10.ipynb").write_bytes(content)
    disk = tmp_path_factory.mktemp("disk")
    ran = subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL", "--size", str(SIZE), "--tmpfs", disk,
         sys.executable, "-m", "tests.command.on_a_full_disk", course.root, disk],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )  # fmt: skip
    if ran.returncode and "bwrap:" in ran.stderr:
        pytest.skip(ran.stderr)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_each_command_says_that_the_disk_is_full_and_changes_nothing(told):
    commands, _, _ = told
    full = commands[2:6]
    assert [command for command, *_ in full] == ["report", "export", "marks", "grade"]
    for command, code, errors, changed in full:
        assert code == 2, command
        (sentence,) = [line for line in errors.splitlines() if line.strip()]
        assert "disk is full" in sentence or "No space left on device. Make room" in sentence
        assert changed == [], command


def test_with_room_the_same_commands_go_on_and_nothing_is_lost(told):
    commands, marks, page = told
    assert [(command, code) for command, code, *_ in commands[6:]] == [
        ("grade", 0),
        ("marks", 0),
        ("export", 0),
    ]
    totals = {row["student"]: row["total"] for row in csv.DictReader(io.StringIO(marks))}
    assert totals == {"ada": "6", "eve": "1"}
    assert page
