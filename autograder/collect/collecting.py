"""`camlab collect`: whose is what, and the way through nbgrader's `zip_collect`."""

from __future__ import annotations

import logging
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from autograder.collect.download import Entry, read_download
from autograder.collect.naming import (
    GRADESCOPE_METADATA,
    Person,
    find_system,
    recogniser,
)
from autograder.collect.people import gradescope_metadata, read_roster
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.scratch import scratch_folder
from autograder.text.plain_text import plain

# <student>/at-<time>/lab09.ipynb, or <student>/untimed/lab09.ipynb
NAMED = (
    r".*[/\\]extracted[/\\](?P<student_id>[^/\\]+)[/\\]"
    r"(?:at-(?P<timestamp>[^/\\]+)|untimed)[/\\](?P<file_id>[^/\\]+)$"
)


@dataclass(frozen=True)
class Collected:
    """One student's notebook."""

    student: str
    path: str  # in the download
    remark: str = ""


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class CollectionReport:
    """What became of a download."""

    system: str
    collected: tuple[Collected, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class _Candidate:
    person: Person
    entry: Entry
    file_name: str


def collect(
    course: Course,
    download: Path,
    *,
    system: str = "auto",
    roster: Path | None = None,
    force: bool = False,
) -> CollectionReport:
    """Put a download's notebooks where nbgrader expects them.

    Args:
        course: its `submitted` folder is filled.
        download: a zip or a folder, as the system gave it.
        system: "markus", "gradescope", "canvas", "moodle"; "auto" finds out by the names.
        roster: a CSV that says who the system's ids are (Canvas's gradebook export will do).
        force: replace what was collected before.

    Raises:
        CamlabError: the download or the roster cannot be read, or holds no submission at all.
    """
    names = read_roster(roster) if roster else {}
    with scratch_folder() as scratch:
        unpacked = scratch / "unpacked"
        unpacked.mkdir()
        entries = read_download(download, unpacked)
        paths = [entry.parts for entry in entries]
        if system == "auto":
            system = find_system(paths)
        skipped = [Skipped(entry.path, entry.refused) for entry in entries if entry.file is None]
        candidates = _candidates(entries, system, names, skipped)
        chosen = list(_chosen(candidates, course, force, skipped))
        if not chosen and not any("collected before" in one.reason for one in skipped):
            raise CamlabError(
                f"No submission was recognised in {download}, read as a download of {system}. "
                f"{_examples(skipped)}Name the system with --from, or check the file."
            )
        if chosen:
            _zip_collect(course, chosen, scratch, force)
            _remember_people(course, chosen)
    collected = (
        Collected(one.person.student, one.entry.path, _remark(one, course)) for one in chosen
    )
    return CollectionReport(system, tuple(collected), tuple(skipped))


def _candidates(
    entries: Sequence[Entry], system: str, roster: Mapping[str, str], skipped: list[Skipped]
) -> list[_Candidate]:
    submitters: dict[str, tuple[Person, ...]] = {}
    for entry in entries:
        if entry.parts[-1] == GRADESCOPE_METADATA and entry.file and system == "gradescope":
            submitters |= gradescope_metadata(entry.file)
    whose = recogniser(system, [entry.parts for entry in entries], submitters, roster)
    found = []
    for entry in entries:
        if entry.file is None or entry.parts[-1] == GRADESCOPE_METADATA:
            continue
        recognised = whose(entry.parts)
        if recognised is None:
            skipped.append(Skipped(entry.path, "It is not clear whose it is."))
            continue
        for person in recognised.people:
            found.append(_Candidate(person, entry, recognised.file_name))
    return found


def _chosen(
    candidates: Sequence[_Candidate], course: Course, force: bool, skipped: list[Skipped]
) -> Iterator[_Candidate]:
    """One file for each student; the others are reported."""
    of_student: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        of_student[candidate.person.student.casefold()].append(candidate)
    for mine in of_student.values():
        if len({one.person.student for one in mine}) > 1:
            names = ", ".join(sorted({one.person.student for one in mine}))
            skipped += [
                Skipped(one.entry.path, f"These names differ only in capitals: {names}.")
                for one in mine
            ]
            continue
        best = max(mine, key=lambda one: _rank(one, course))
        for other in mine:
            notebook = other.file_name.lower().endswith(".ipynb")
            if other is not best and notebook:
                skipped.append(
                    Skipped(other.entry.path, f"{plain(best.entry.path, 100)} was taken instead.")
                )
        there = course.submitted / best.person.student / course.lab.name
        if not force and there.is_dir() and any(there.iterdir()):
            skipped.append(
                Skipped(best.entry.path, "This student's work was collected before (see --force).")
            )
            continue
        yield best


def _rank(candidate: _Candidate, course: Course) -> tuple:
    """The right name first, then the latest, then the highest number of a copy."""
    stem, _, extension = candidate.file_name.lower().rpartition(".")
    copy = re.fullmatch(re.escape(course.lab.name) + r"(?:\s*\((\d+)\)|-(\d+))?", stem.strip())
    number = int(next(filter(None, copy.groups()), 0)) if copy else 0
    notebook = extension == "ipynb"
    depth = -len(candidate.entry.parts)
    return (notebook, copy is not None, candidate.person.timestamp, number, depth, stem)


def _zip_collect(course: Course, chosen: Sequence[_Candidate], scratch: Path, force: bool) -> None:
    """Lay files out in an order that one expression describes, and let nbgrader collect them."""
    lab = course.lab
    archive = scratch / "downloaded" / lab.name / "archive"
    for one in chosen:
        when = f"at-{_iso(one.person.timestamp)}" if _iso(one.person.timestamp) else "untimed"
        folder = archive / one.person.student / when
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.entry.file, folder / _target_name(one, course))
    config = course.nbgrader_config()
    config.ZipCollectApp.collect_directory_structure = str(
        scratch / "downloaded" / "{assignment_id}" / "{collect_step}"
    )
    config.ZipCollectApp.force = force
    config.FileNameCollectorPlugin.named_regexp = NAMED
    config.FileNameCollectorPlugin.valid_ext = sorted(
        {Path(_target_name(one, course)).suffix for one in chosen}
    )
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


def _target_name(candidate: _Candidate, course: Course) -> str:
    """A notebook gets the lab's name; anything else keeps a harmless form of its own."""
    if candidate.file_name.lower().endswith(".ipynb"):
        return course.lab.notebook_name
    stem, _, extension = candidate.file_name.rpartition(".")
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", stem)[:60].strip("_") or "file"
    return f"{safe}.{re.sub(r'[^A-Za-z0-9]+', '', extension)[:10] or 'bin'}"


def _iso(timestamp: str) -> str:
    """A time that nbgrader can read, without characters that a folder may not have."""
    try:
        return parse_utc(timestamp).strftime("%Y%m%dT%H%M%S") if timestamp else ""
    except ValueError:
        return ""


def _remember_people(course: Course, chosen: Sequence[_Candidate]) -> None:
    """What the download told of people goes to the gradebook: exports need Canvas's own ids."""
    known = {
        one.person.student: {
            name: value
            for name, value in (
                ("lms_user_id", one.person.lms_user_id),
                ("email", one.person.email),
            )
            if value
        }
        for one in chosen
    }
    if not any(known.values()):
        return
    with Gradebook(course.database_url, course.id) as gradebook:
        for student, fields in known.items():
            if fields:
                gradebook.update_or_create_student(student, **fields)


def _remark(candidate: _Candidate, course: Course) -> str:
    if not candidate.file_name.lower().endswith(".ipynb"):
        return "No notebook was handed in."
    if candidate.file_name != course.lab.notebook_name:
        return f"It was called {plain(candidate.file_name, 80)}."
    return ""


def _examples(skipped: Sequence[Skipped]) -> str:
    shown = ", ".join(plain(one.path, 80) for one in skipped[:3])
    return f"It holds {shown}{' and more' if len(skipped) > 3 else ''}. " if shown else ""
