"""What all tests share: the real course in a folder of its own, released and graded once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# One thread for each process: torch's results do not depend on it, and two cores are all there is.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# As in the sandbox: memory that a layer gave back serves the next one. For xdist's workers and all
# that tests start; half of the time of tests with networks went into new pages.
os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(2**30))
os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(2**30))

import nbformat
import pytest

from autograder.course import Course, find_course
from autograder.release import Releases, make_releases
from tests.sharing import made_once
from tests.small_lab import SmallLab, make_small_course, open_small_lab

ROOT = Path(__file__).parent.parent
DIFFERENCE = "difference"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder, which is a course folder too."""
    return ROOT


def copy_course(target: Path) -> Course:
    """A fresh course folder with the real source and the real configuration."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", target)
    shutil.copytree(ROOT / "source", target / "source", dirs_exist_ok=True)
    return find_course(target)


def release_unproved(course: Course) -> None:
    """Let the course have a student release, as far as `collect` looks at it."""
    course.student_release.mkdir(parents=True)
    name = course.lab.notebook_name
    shutil.copy(course.source / name, course.student_release / name)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder for TMPDIR: sockets below it need short paths, and pytest's own may be long."""
    with tempfile.TemporaryDirectory(prefix="short.", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Course:
    """A course folder of this test run, not released yet."""
    return copy_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def releases(course, tmp_path_factory) -> Releases:
    """Both releases of `course`, made and proved as `camlab release` does."""
    made = made_once(tmp_path_factory, "course", lambda folder: make_releases(copy_course(folder)))
    shutil.copytree(made, course.root, dirs_exist_ok=True)
    archive = course.student_release.with_suffix(".zip")
    return Releases(course.student_release, course.solution_release, archive, (), written=True)


@pytest.fixture(scope="session")
def small_lab(tmp_path_factory) -> SmallLab:
    """A course of this process with a lab without networks, released once for the test run."""
    made = made_once(tmp_path_factory, "small-course", make_small_course)
    return open_small_lab(made, tmp_path_factory.mktemp("small-lab"))


@pytest.fixture(scope="module")
def own_small_lab(tmp_path_factory) -> SmallLab:
    """The same in a copy for one file of tests, which may write into it."""
    made = made_once(tmp_path_factory, "small-course", make_small_course)
    return open_small_lab(made, tmp_path_factory.mktemp("own-small-lab"))


@pytest.fixture(scope="session")
def student_notebook(course, releases) -> nbformat.NotebookNode:
    return nbformat.read(releases.student / course.lab.notebook_name, as_version=4)


@pytest.fixture(scope="session")
def solution_notebook(course, releases) -> nbformat.NotebookNode:
    return nbformat.read(releases.solution / course.lab.notebook_name, as_version=4)


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Print what the oracles' tests noted, in whichever process they ran."""
    largest: dict[str, float] = {}
    for report in terminalreporter.getreports("passed"):
        for kind, noted in report.user_properties:
            if kind == DIFFERENCE:
                name, difference = noted
                largest[name] = max(largest.get(name, 0.0), difference)
    if largest:
        terminalreporter.section("the reference against three libraries, largest difference")
        for name, difference in sorted(largest.items()):
            terminalreporter.write_line(f"{difference:8.1e}  {name}")
