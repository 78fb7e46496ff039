"""A grader that is killed at any moment can simply be started again.

CAMLAB_KILLS says how many times it is killed: 1 in the suite, 20 for the long version.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyprctl
import pytest

from autograder.lab import SampleStudent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's subreaper")

KILLS = int(os.environ.get("CAMLAB_KILLS", "1"))
STUDENTS = (
    SampleStudent("ada", "everything right"),
    SampleStudent("alan", "the release untouched", blank=True),
    SampleStudent("linus", "not a notebook", content=b"%PDF-1.7"),
)


@pytest.fixture
def adopting():
    """Orphans of a killed grader become children of this process, so that none can hide."""
    pyprctl.set_child_subreaper(True)
    yield {child.pid for child in psutil.Process().children(recursive=True)}
    pyprctl.set_child_subreaper(False)


@pytest.mark.timeout(900 + 180 * KILLS)
def test_a_killed_grader_is_started_again_and_the_results_are_the_same(
    small_lab, tmp_path, short_folder, adopting
):
    submitted = tmp_path / "submitted"
    cheap = tuple(
        SampleStudent(f"s{number}", "one task begun", content=small_lab.begun(number))
        for number in range(4)
    )
    small_lab.make_class(STUDENTS + cheap, submitted)
    course = small_lab.course
    started = time.monotonic()
    with _grader(course, submitted, tmp_path / "undisturbed", short_folder) as grader:
        assert grader.wait() == 1, grader.stderr.read()  # 1: one submission is not a notebook
    whole = time.monotonic() - started
    mounts = Path("/proc/self/mounts").read_text()
    moments, killed = random.Random(413), 0
    while killed < KILLS:
        with _grader(course, submitted, tmp_path / "disturbed", short_folder) as grader:
            with contextlib.suppress(subprocess.TimeoutExpired):
                grader.wait(moments.uniform(0, whole))
            if grader.poll() is None:
                killed += 1
            else:  # it was done before: from scratch, so that there is something to disturb
                (tmp_path / "disturbed" / "results.json").unlink()
                _forget_runs(tmp_path / "disturbed")
            grader.kill()
            grader.wait()
        _no_process_is_left(adopting)
    with _grader(course, submitted, tmp_path / "disturbed", short_folder) as grader:
        assert grader.wait() == 1, grader.stderr.read()
    assert _without_seconds(tmp_path / "disturbed") == _without_seconds(tmp_path / "undisturbed")
    assert _files(tmp_path / "disturbed") == _files(tmp_path / "undisturbed")
    assert list(short_folder.iterdir()) == []
    assert Path("/proc/self/mounts").read_text() == mounts
    _no_process_is_left(adopting)


def _grader(course, submitted: Path, out: Path, temporary: Path) -> subprocess.Popen:
    """`camlab grade`, with a folder for temporary files that nobody else uses."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "autograder.command.cli", "grade", "--json"),
            *("--submitted", submitted, "--out", out, "--jobs", "2"),
        ],
        cwd=course.root,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _forget_runs(out: Path) -> None:
    for run in (out / ".camlab" / "store").rglob("*.run"):
        run.unlink()


def _no_process_is_left(before: set[int]) -> None:
    """The system ends a killed grader's processes: each round waits for those that are ours."""
    deadline = time.monotonic() + 60
    while family := [
        child for child in psutil.Process().children(recursive=True) if child.pid not in before
    ]:
        assert time.monotonic() < deadline, family
        psutil.wait_procs(family, timeout=1)


def _without_seconds(out: Path) -> bytes:
    results = json.loads((out / "results.json").read_bytes())
    for row in results["submissions"]:
        del row["seconds"]
    return json.dumps(results).encode()


def _files(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in out.rglob("*")}
