"""Into `submitted/`: notebooks through nbgrader's `zip_collect`, other files beside them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory

from autograder.collect.download import Entry
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import remove_tree
from autograder.submission.find import LEFT_OUT, MAX_BESIDE, MOST_BESIDE
from autograder.submission.timestamps import TIMESTAMP, WRITTEN, parse_time
from autograder.text.plain_text import plain

# <student>/at-<time>/lab09.ipynb, or <student>/untimed/lab09.ipynb
NAMED = (
    r".*[/\\]extracted[/\\](?P<student_id>[^/\\]+)[/\\]"
    r"(?:at-(?P<timestamp>[^/\\]+)|untimed)[/\\](?P<file_id>[^/\\]+)$"
)
_MOST_NAME_BYTES = 200


@dataclass
class Placed:
    """What goes into one student's folder."""

    student: str
    notebook: Entry | None
    beside: Mapping[str, Entry] = field(default_factory=dict)  # by the path there
    timestamp: str = ""
    left_out: Sequence[tuple[str, str]] = ()  # path and reason of files that were refused


def place(course: Course, all_placed: Sequence[Placed], scratch: Path) -> None:
    """Put every student's files into their folder, in place of what was there."""
    for one in all_placed:
        remove_tree(course.submitted / one.student / course.lab.name)
    with_notebook = [one for one in all_placed if one.notebook is not None]
    if with_notebook:
        _zip_collect(course, with_notebook, scratch)
    for one in all_placed:
        _place_beside(course, one)


def beside_of(files: Mapping[str, Entry], notebook: str) -> dict[str, Entry]:
    """Files by their path from the notebook's folder; what lies above it keeps its name alone."""
    base = notebook.rpartition("/")[0]
    found: dict[str, Entry] = {}
    for name, entry in files.items():
        if name == notebook:
            continue
        inside = name[len(base) + 1 :] if base and name.startswith(f"{base}/") else name
        found.setdefault(inside if not base or inside != name else name.rpartition("/")[2], entry)
    return found


def _place_beside(course: Course, placed: Placed) -> None:
    folder = course.submitted / placed.student / course.lab.name
    folder.mkdir(parents=True, exist_ok=True)
    room = MAX_BESIDE
    left_out = list(placed.left_out)
    taken = {course.lab.notebook_name, TIMESTAMP, LEFT_OUT}
    for name, entry in list(placed.beside.items())[: 2 * MOST_BESIDE]:
        if entry.file is None:
            continue
        size = entry.file.stat().st_size
        target = folder / name
        if name in taken or not _is_harmless(name) or size > room or target.exists():
            left_out.append((name, "It cannot lie beside the notebook."))
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(entry.file, target)
        except OSError as error:  # a folder where another file has the name of one
            left_out.append((name, f"It could not be written: {error.strerror}."))
            continue
        room -= size
    if placed.notebook is None and (when := parse_time(placed.timestamp)[0]):
        (folder / TIMESTAMP).write_text(when.strftime(WRITTEN))
    if left_out:
        lines = [f"{plain(name, 200)}: {reason}" for name, reason in left_out]
        (folder / LEFT_OUT).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _is_harmless(name: str) -> bool:
    """Whether a file of that path can be made on any system and seen in any terminal."""
    parts = name.split("/")
    return len(parts) <= 5 and all(
        part.isprintable()
        and not part.startswith((".", "-"))
        and not set(part) & set('\\:*?"<>|')
        and 0 < len(part.encode()) <= _MOST_NAME_BYTES
        for part in parts
    )


def _zip_collect(course: Course, all_placed: Sequence[Placed], scratch: Path) -> None:
    """Lay notebooks out as one expression describes them, and let nbgrader collect them."""
    lab = course.lab
    archive = scratch / "downloaded" / lab.name / "archive"
    for one in all_placed:
        when = f"at-{_iso(one.timestamp)}" if _iso(one.timestamp) else "untimed"
        folder = archive / one.student / when
        folder.mkdir(parents=True, exist_ok=True)
        if one.notebook is not None and one.notebook.file is not None:
            shutil.copyfile(one.notebook.file, folder / lab.notebook_name)
    config = course.nbgrader_config()
    config.ZipCollectApp.collect_directory_structure = str(
        scratch / "downloaded" / "{assignment_id}" / "{collect_step}"
    )
    config.ZipCollectApp.force = True  # what is replaced was asked for
    config.FileNameCollectorPlugin.named_regexp = NAMED
    config.FileNameCollectorPlugin.valid_ext = [".ipynb"]
    config.ExtractorPlugin.zip_ext = []  # archives were opened already, with limits
    app = ZipCollectApp(config=config)
    app.log.setLevel(logging.ERROR)
    app.coursedir = CourseDirectory(parent=app, config=config)
    app.coursedir.assignment_id = lab.name
    try:
        app.init_plugins()
        app.extract_archive_files()
        app.process_extracted_files()
    except SystemExit as error:
        raise CamlabError(
            "nbgrader zip_collect stopped; its message stands above. What it had collected by then "
            f"lies in {course.submitted}."
        ) from error


def _iso(timestamp: str) -> str:
    """A time that nbgrader can read, without characters that a folder may not have."""
    when, _ = parse_time(timestamp)
    return when.strftime("%Y%m%dT%H%M%S") if when else ""
