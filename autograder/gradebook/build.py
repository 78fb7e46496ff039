"""Drive nbgrader: a source notebook becomes its student and its solution release."""

from __future__ import annotations

import io
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment, GenerateSolution
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.gradebook.database import make_gradebook, open_gradebook
from autograder.scratch import scratch_folder

# What editors, systems and git leave beside a notebook: older copies of it may be inside.
LEFTOVERS = (".*", "*~", "*.bak", "*.orig", "*.old", "*.tmp", "Thumbs.db", "desktop.ini")


def build_student(course: Course, into: Path) -> Path:
    """Write the student release below `into` and the lab's cells into the course's gradebook.

    Returns:
        The folder `into/<lab>`.

    Raises:
        CamlabError: with nbgrader's own words, when it refuses.
    """
    return _run(
        GenerateAssignment, course.nbgrader_config(release_directory=str(into)), course, into
    )


def build_solution(course: Course, into: Path) -> Path:
    """Write the worked notebook, run, below `into`. Returns the folder `into/<lab>`."""
    return _run(
        GenerateSolution, course.nbgrader_config(solution_directory=str(into)), course, into
    )


def ensure_assignment(course: Course) -> None:
    """Make sure that the course's gradebook knows the lab's cells."""
    course.gradebook.parent.mkdir(parents=True, exist_ok=True)
    with open_gradebook(course.database_url, course.id) as gradebook:
        try:
            gradebook.find_notebook(course.lab.name, course.lab.name)
            return
        except MissingEntry:
            pass
    with scratch_folder() as folder:
        build_student(course, folder)


@contextmanager
def staged(course: Course) -> Iterator[tuple[Course, Path]]:
    """A scratch folder beside the releases, and the course with a scratch gradebook in it."""
    parent = course.root / "release"
    parent.mkdir(exist_ok=True)
    with scratch_folder(parent, ".staged-") as folder:
        yield replace(course, out=folder / "course"), folder


def zip_folder(folder: Path, target: Path) -> None:
    """Zip a release, dated now. An archive that holds the same files already is left as it is."""
    files = {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(item for item in folder.rglob("*") if item.is_file())
    }
    if _zipped(target) == files:
        return
    buffer = io.BytesIO()
    now = time.localtime()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, now)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    write_atomically(target, buffer.getvalue())


def _zipped(path: Path) -> dict[str, bytes] | None:
    """What an archive holds; None where there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return None


def replace_folder(new: Path, old: Path) -> None:
    """Put `new` in the place of `old`; at each moment one of the two is whole."""
    old.parent.mkdir(parents=True, exist_ok=True)
    aside = old.with_name(f".{old.name}.old")
    if old.exists():
        if aside.exists():  # a run was ended before it could clear up
            shutil.rmtree(aside)
        os.replace(old, aside)
    os.replace(new, old)
    if aside.exists():
        shutil.rmtree(aside)


def _run(step: type[BaseConverter], config: Config, course: Course, into: Path) -> Path:
    if "[" in str(course.root):
        raise CamlabError(
            f"nbgrader finds no notebook in {course.root}: it takes [ for the beginning of a "
            "pattern. Rename that folder."
        )
    course.gradebook.parent.mkdir(parents=True, exist_ok=True)
    make_gradebook(course.database_url)
    config.CourseDirectory.assignment_id = course.lab.name
    coursedir = CourseDirectory(config=config)
    coursedir.ignore = [*coursedir.ignore, *LEFTOVERS]
    converter = step(coursedir=coursedir, config=config)
    converter.force = True
    result = capture_log(converter)
    folder = into / course.lab.name
    if not result["success"] or not folder.is_dir():
        raise CamlabError(_reason(result))
    return folder


def _reason(result: dict[str, Any]) -> str:
    """nbgrader's reason as one sentence, without its traceback."""
    said = result.get("log", "") + result.get("error", "")
    # The first exception is the cause; nbgrader's own, after it, only says that there was one.
    raised = re.findall(r"^\s*((?:\w+\.)*\w*(?:Error|Exception)): (.+)$", said, re.MULTILINE)
    if not raised:
        return "nbgrader could not make the release, and gave no reason."
    kind, message = raised[0]
    own = kind.endswith("CamlabError")
    return message if own else f"nbgrader could not make the release: {message}"
