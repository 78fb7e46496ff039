"""Drive nbgrader: a source notebook becomes its student and its solution release."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import write_atomically

# A fixed date in every zip, so that the same files give the same bytes.
ZIP_DATE = (2020, 1, 1, 0, 0, 0)


def build_student(course: Course, into: Path) -> Path:
    """Write the student release below `into` and the lab's cells into the course's gradebook.

    Returns:
        The folder `into/<lab>`.

    Raises:
        CamlabError: with nbgrader's own words, when it refuses.
    """
    api = NbGraderAPI(config=course.nbgrader_config(release_directory=str(into)))
    return _run(api.generate_assignment, course, into)


def build_solution(course: Course, into: Path) -> Path:
    """Write the worked notebook, run, below `into`. Returns the folder `into/<lab>`."""
    api = NbGraderAPI(config=course.nbgrader_config(solution_directory=str(into)))
    return _run(api.generate_solution, course, into)


def ensure_assignment(course: Course) -> None:
    """Make sure that the course's gradebook knows the lab's cells."""
    course.gradebook.parent.mkdir(parents=True, exist_ok=True)
    with Gradebook(course.database_url, course.id) as gradebook:
        try:
            gradebook.find_notebook(course.lab.name, course.lab.name)
            return
        except MissingEntry:
            pass
    with tempfile.TemporaryDirectory(prefix="camlab-") as folder:
        build_student(course, Path(folder))


@contextmanager
def staged(course: Course) -> Iterator[tuple[Course, Path]]:
    """A scratch folder beside the releases, and the course with a scratch gradebook in it."""
    parent = course.root / "release"
    parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".staged-") as folder:
        yield replace(course, out=Path(folder) / "course"), Path(folder)


def zip_folder(folder: Path, target: Path) -> None:
    """Zip a release so that the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(item for item in folder.rglob("*") if item.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    write_atomically(target, buffer.getvalue())


def replace_folder(new: Path, old: Path) -> None:
    """Put `new` in the place of `old`; at each moment one of the two is whole."""
    old.parent.mkdir(parents=True, exist_ok=True)
    aside = old.with_name(f".{old.name}.old")
    if old.exists():
        os.replace(old, aside)
    os.replace(new, old)
    if aside.exists():
        shutil.rmtree(aside)


def _run(step: Callable[..., dict], course: Course, into: Path) -> Path:
    course.gradebook.parent.mkdir(parents=True, exist_ok=True)
    result = step(course.lab.name)
    folder = into / course.lab.name
    if not result["success"] or not folder.is_dir():
        raise CamlabError(_reason(result))
    return folder


def _reason(result: dict) -> str:
    """nbgrader's last error as one sentence, without its traceback."""
    said = f"{result.get('log', '')}\n{result.get('error', '')}".splitlines()
    for line in said:
        if "CamlabError: " in line:
            return line.split("CamlabError: ", 1)[1]
    errors = [line.split("[ERROR]", 1)[1].strip() for line in said if "[ERROR]" in line]
    reason = errors[-1] if errors else (said[-1] or "it gave no reason")
    return f"nbgrader could not make the release: {reason}"
