"""Into `submitted/`: notebooks through nbgrader's `zip_collect`, other files beside them."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory

from autograder.collect.download import Entry
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.scratch import scratch_folder
from autograder.submission.find import LEFT_OUT, MAX_BESIDE, MOST_BESIDE
from autograder.submission.timestamps import TIMESTAMP, WRITTEN, parse_time
from autograder.text.plain_text import counted, plain

# <student>/at-<time>/lab09.ipynb, or <student>/untimed/lab09.ipynb
NAMED = (
    r".*[/\\]extracted[/\\](?P<student_id>[^/\\]+)[/\\]"
    r"(?:at-(?P<timestamp>[^/\\]+)|untimed)[/\\](?P<file_id>[^/\\]+)$"
)
_MOST_NAME_BYTES = 200
_BESIDE = ".collecting."  # how the folder in `submitted` is called in which all is written first
_CANNOT = "It cannot lie beside the notebook."
_OF_ITS_NAME = (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)  # no fault of the disk's


@dataclass
class Placed:
    """What goes into one student's folder."""

    student: str
    notebook: Entry | None
    beside: Mapping[str, Entry] = field(default_factory=dict)  # by the path there
    timestamp: str = ""
    left_out: Sequence[tuple[str, str]] = ()  # path and reason of files that were refused


def place(course: Course, all_placed: Sequence[Placed], scratch: Path) -> None:
    """Put every student's files into their folder, in place of what was there.

    All is written beside the students' folders and renamed when it is whole: whoever stops
    half-way, or finds no room, changes nothing.

    Raises:
        OSError: the system refused; its `filename` is the course's file.
    """
    if not all_placed:
        return
    with _named_as_in_the_course(course, scratch):
        course.submitted.mkdir(parents=True, exist_ok=True)
        with scratch_folder(course.submitted, _BESIDE) as beside:
            made, replaced = beside / "made", beside / "replaced"
            with_notebook = [one for one in all_placed if one.notebook is not None]
            if with_notebook:
                _zip_collect(course, with_notebook, scratch, made)
            for one in all_placed:
                _place_beside(course, one, made / one.student / course.lab.name)
            for one in all_placed:
                student = course.submitted / one.student
                (replaced / one.student).mkdir(parents=True)
                student.mkdir(exist_ok=True)
                with contextlib.suppress(FileNotFoundError):
                    os.rename(student / course.lab.name, replaced / one.student / "folder")
                os.rename(made / one.student / course.lab.name, student / course.lab.name)


def lies_there(course: Course, placed: Placed) -> bool:
    """Whether a student's folder holds all these files already, whatever else it holds.

    A file that the student took away is no reason to collect again, nor one that a TA put there.
    """
    folder = course.submitted / placed.student / course.lab.name
    files, _ = _layout(course, placed)
    if placed.notebook is not None and placed.notebook.file is not None:
        files[course.lab.notebook_name] = placed.notebook.file
    return all(_is_same(folder / name, file) for name, file in files.items())


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
    except OSError:
        return False


@contextlib.contextmanager
def _named_as_in_the_course(course: Course, scratch: Path) -> Iterator[None]:
    """Let errors name the file as it will be called, and not one that nobody ever sees."""
    try:
        yield
    except OSError as error:
        names = [name for name in (error.filename2, error.filename) if isinstance(name, str)]
        for path in map(Path, names):
            if path.is_relative_to(course.submitted):
                inside = path.relative_to(course.submitted).parts
                hidden = 2 if inside and inside[0].startswith(_BESIDE) else 0
                error.filename = str(course.submitted.joinpath(*inside[hidden:]))
                break
        else:
            in_scratch = any(Path(name).is_relative_to(scratch) for name in names)
            error.filename = str(scratch.parent if in_scratch else course.submitted)
        error.filename2 = None
        raise


def beside_of(files: Mapping[str, Entry], notebook: str) -> dict[str, Entry]:
    """Files by their path from the notebook's folder; what lies above it keeps its name alone."""
    base = notebook.rpartition("/")[0]
    found: dict[str, Entry] = {}
    # Those in its folder first: only so many can lie there.
    for name, entry in sorted(files.items(), key=lambda one: not one[0].startswith(f"{base}/")):
        if name == notebook:
            continue
        inside = name[len(base) + 1 :] if base and name.startswith(f"{base}/") else name
        found.setdefault(inside if not base or inside != name else name.rpartition("/")[2], entry)
    return found


def _place_beside(course: Course, placed: Placed, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files, left_out = _layout(course, placed)
    for name, file in files.items():
        target = folder / name
        if target.exists():  # its own name in other capitals, where capitals do not count
            left_out.append((name, _CANNOT))
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        except OSError as error:
            if error.errno not in _OF_ITS_NAME:
                raise
            left_out.append((name, f"It could not be written: {error.strerror}."))
    if placed.notebook is None and (when := parse_time(placed.timestamp)[0]):
        (folder / TIMESTAMP).write_text(when.strftime(WRITTEN))
    if left_out:
        lines = [f"{plain(name, 200)}: {reason}" for name, reason in left_out]
        (folder / LEFT_OUT).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _layout(course: Course, placed: Placed) -> tuple[dict[str, Path], list[tuple[str, str]]]:
    """The files that lie beside the notebook, nearest first; and what cannot, with the reason."""
    room = MAX_BESIDE
    left_out = list(placed.left_out)
    taken = {course.lab.notebook_name, TIMESTAMP, LEFT_OUT}
    folders: set[str] = set()
    files: dict[str, Path] = {}
    wanted = [(name, entry.file) for name, entry in placed.beside.items() if entry.file is not None]
    wanted.sort(key=lambda one: one[0].count("/"))
    for name, file in wanted[: 2 * MOST_BESIDE]:
        size = file.stat().st_size
        above = {str(path) for path in PurePosixPath(name).parents}
        clashes = name in taken or name in folders or bool(above & taken)
        if clashes or not _is_harmless(name) or size > room:
            left_out.append((name, _CANNOT))
            continue
        room -= size
        files[name] = file
        taken.add(name)
        folders |= above
    if more := len(wanted[2 * MOST_BESIDE :]):
        left_out.append((f"{counted(more, 'file')} more", "Too many to lie beside the notebook."))
    return files, left_out


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


def _zip_collect(course: Course, all_placed: Sequence[Placed], scratch: Path, target: Path) -> None:
    """Lay notebooks out as one expression describes them, and let nbgrader collect them."""
    lab = course.lab
    archive = scratch / "downloaded" / lab.name / "archive"
    for one in all_placed:
        when = f"at-{_iso(one.timestamp)}" if _iso(one.timestamp) else "untimed"
        folder = archive / one.student / when
        folder.mkdir(parents=True, exist_ok=True)
        if one.notebook is not None and one.notebook.file is not None:
            shutil.copyfile(one.notebook.file, folder / lab.notebook_name)
    # nbgrader puts the course's folder before it.
    config = course.nbgrader_config(submitted_directory=str(target.relative_to(course.root)))
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
            "nbgrader zip_collect stopped; its message stands above. Nothing in "
            f"{course.submitted} was changed."
        ) from error


def _iso(timestamp: str) -> str:
    """A time that nbgrader can read, without characters that a folder may not have."""
    when, _ = parse_time(timestamp)
    return when.strftime("%Y%m%dT%H%M%S") if when else ""
