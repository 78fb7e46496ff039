"""No room while a download is collected: a sentence, nothing changed, and the same command goes on
when there is room."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

from autograder.collect import collect
from autograder.submission.find import find_submissions
from tests.collect.test_collecting import submitted, zipped
from tests.conftest import ROOT, copy_course, release_unproved

SIZE = 4 * 2**20
OLD = {"c3ada/lab09.ipynb": b"old", "c3ada/helpers.py": b"old"}
NEW = {
    "c3ada/lab09.ipynb": os.urandom(2 * 2**20),
    "c3bob/lab09.ipynb": os.urandom(2 * 2**20),
    "c3eve/data.bin": os.urandom(2**20),
}
PROGRAM = """
import sys
from pathlib import Path
from autograder.collect import collect
from autograder.course import find_course
from autograder.errors import CamlabError
from autograder.files import refusals_explained
try:
    with refusals_explained():
        collect(find_course(Path(sys.argv[1])), Path(sys.argv[2]), force=True)
except CamlabError as error:
    print(error)
"""


@pytest.fixture
def own_course(tmp_path):
    course = copy_course(tmp_path / "course")
    release_unproved(course)
    collect(course, zipped(tmp_path / "old.zip", OLD))
    return course


def later(course, download, *command: str, **options):
    return subprocess.run(
        [*command, sys.executable, "-c", PROGRAM, course.root, download],
        cwd=ROOT, capture_output=True, text=True, **options,
    )  # fmt: skip


def goes_on(course, download) -> None:
    collect(course, download, force=True)
    assert submitted(course) == {
        name.replace("/", "/lab09/"): content for name, content in NEW.items()
    }


def test_where_the_course_is_full_nothing_changes_and_its_own_file_is_named(own_course, tmp_path):
    """The disk of the course: it has room for one of the notebooks."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap makes the small disk")
    download = zipped(tmp_path / "new.zip", NEW)
    disk = tmp_path / "disk"
    disk.mkdir()
    program = (
        "import shutil, sys, json; from pathlib import Path; root = Path(sys.argv[1])\n"
        f"shutil.copytree({str(own_course.root)!r}, root, ignore=shutil.ignore_patterns('labs'))\n"
        "files = lambda: {str(p.relative_to(root)): p.read_bytes().hex() for p in\n"
        "                 root.rglob('*') if p.is_file() and 'submitted' in p.parts}\n"
        "before = files()\n" + PROGRAM + "print(json.dumps([before == files(), len(before)]))"
    )
    ran = subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL", "--size", str(SIZE), "--tmpfs", disk,
         sys.executable, "-c", program, disk / "course", download],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if ran.returncode and "bwrap:" in ran.stderr:
        pytest.skip(ran.stderr)
    sentence, unchanged = ran.stdout.splitlines()
    assert json.loads(unchanged) == [True, 2]
    assert "No space left on device. Make room there" in sentence
    assert sentence.startswith(str(disk / "course" / "submitted" / "c3"))
    assert ".collecting" not in sentence


def test_where_the_folder_for_temporary_files_is_full_no_student_is_blamed(own_course, tmp_path):
    download = zipped(tmp_path / "new.zip", NEW)
    before = submitted(own_course)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))

    said = later(own_course, download, preexec_fn=limit).stdout
    assert "could not be unpacked in" in said and "TMPDIR" in said
    assert "c3" not in said.replace(str(tmp_path), "")
    assert submitted(own_course) == before
    goes_on(own_course, download)


def test_whoever_is_killed_leaves_no_half_notebook(own_course, tmp_path):
    download = zipped(tmp_path / "new.zip", NEW)
    before = submitted(own_course)
    whole = {*NEW.values(), *before.values()}
    for wait in (0.0, 0.01, 0.02, 0.04):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, own_course.root, download],
            cwd=ROOT, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        folders = (own_course.submitted, own_course.submitted / "c3ada")
        then = [folder.stat().st_mtime_ns for folder in folders]
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            if [folder.stat().st_mtime_ns for folder in folders] != then:
                time.sleep(wait)
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        there = {
            path: content
            for path, content in submitted(own_course).items()
            if not path.startswith(".")
        }
        assert "c3ada/lab09/lab09.ipynb" in there
        assert set(there.values()) <= whole
        assert {one.student for one in find_submissions(own_course.submitted, "lab09")} <= {
            "c3ada", "c3bob", "c3eve",
        }  # fmt: skip
    goes_on(own_course, download)
    assert not list(own_course.submitted.glob(".*")), "what the dead left is swept away"
