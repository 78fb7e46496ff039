"""The evening of `docs/for-tas.md`, command by command, in its order, as a TA would type it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
# Commands that wait for somebody: a browser, a server of MarkUs's.
WAITING = {("camlab", "marks"), ("camlab", "markus")}


def commands() -> list[list[str]]:
    """Each command of the page, once, in the order in which it is read."""
    text = (DOCS / "for-tas.md").read_text()
    found = re.findall(
        r"^((?:camlab|nbgrader) [^#\n]*)|`((?:camlab|nbgrader) [^`\n]*)`", text, re.M
    )
    split = [shlex.split(block or inline) for block, inline in found]
    kept = [one for one in split if not (tuple(one[:2]) in WAITING and not _is_file_command(one))]
    return [list(one) for one in dict.fromkeys(map(tuple, kept))]


def _is_file_command(command: list[str]) -> bool:
    return "--export" in command or "--import" in command


@pytest.fixture(scope="module")
def followed(course, releases, tmp_path_factory):
    """The course with a download of two, and what each command said, in a folder of its own."""
    root = tmp_path_factory.mktemp("evening") / "course"
    shutil.copytree(course.root, root)
    for made in ("submitted", "autograded", "feedback", "gradebook.db", "results.json"):
        path = root / made
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    with zipfile.ZipFile(root / "submissions.zip", "w") as archive:
        archive.write(releases.student / "lab09.ipynb", "c3ada/lab09.ipynb")
        archive.writestr("c3bob/report.pdf", b"%PDF")
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    said = {}
    for command in commands():
        # A folder that students' accounts can read is no part of this machine.
        if command[:2] == ["nbgrader", "release_feedback"]:
            continue
        ran = subprocess.run(
            [programs / command[0], *command[1:]],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
        )
        said[" ".join(command)] = ran
    return root, said


def test_every_command_of_the_page_does_what_it_says(followed):
    root, said = followed
    assert len(said) >= 9
    for command, ran in said.items():
        # 1: a submission could not be run, as c3bob's.
        allowed = (0, 1) if command.startswith("camlab grade") else (0,)
        assert ran.returncode in allowed, f"{command}\n{ran.stdout}\n{ran.stderr}"
        assert "Traceback" not in ran.stderr, command
    made = ("class.html", "to-mark.csv", "exports/markus/marks.csv", "exports/feedback.zip",
            "feedback/c3ada/lab09/lab09.html", "results.json", "gradebook.db")  # fmt: skip
    for name in made:
        assert (root / name).is_file(), name


def test_a_second_run_of_the_evening_runs_nothing_again(followed):
    _, said = followed
    again = said["camlab grade --again"].stdout
    assert "0 marks rise, 0 fall." in again
