"""`camlab markus pull`: what MarkUs collected becomes `submitted/`, through `camlab collect`.

Each group's files are kept as soon as they have come, so that a pull that was broken off goes on.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.collect import CollectionReport, collect
from autograder.collect.naming import student_folder
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.gradebook.database import open_gradebook
from autograder.markus.assignment import Assignment, Listed, list_groups
from autograder.markus.connection import MarkusClient, MarkusError
from autograder.scratch import scratch_folder
from autograder.submission.groups import Group, groups_path, read_groups, write_groups
from autograder.submission.timestamps import WRITTEN

NOT_COLLECTED = "not collected"  # a mark in the place of a group's files


@dataclass(frozen=True)
class PullReport:
    """What became of a pull."""

    groups: tuple[Group, ...]
    collection: CollectionReport | None  # None: there was nothing new
    new: tuple[Group, ...]
    newer: tuple[Group, ...]  # MarkUs has other files than we; taken only with `force`
    without_files: tuple[Group, ...]
    not_collected: tuple[Group, ...]  # MarkUs has not collected their work
    changed_hands: tuple[tuple[Group, Group], ...]  # (before, now)
    gone: tuple[Group, ...]  # MarkUs lists them no more


def pull(
    course: Course,
    client: MarkusClient,
    assignment: Assignment,
    *,
    hours_late: Mapping[str, float] | None = None,
    force: bool = False,
    on_total: Callable[[int], None] = lambda total: None,
    on_group: Callable[[str], None] = lambda name: None,
) -> PullReport:
    """Bring groups and their collected files into the course.

    Args:
        course: its `submitted` is filled.
        client: a connection.
        assignment: which assignment.
        hours_late: group name -> hours; None: as before.
        force: replace work that MarkUs collected anew since.
        on_total: told how many groups there are.
        on_group: told each group whose files have come.

    Raises:
        CamlabError: MarkUs cannot be reached or refuses, or two groups would share a folder.
    """
    path = groups_path(course.root, course.lab.name)
    before = {group.id: group for group in read_groups(path).values()}
    listed = list_groups(client, assignment)
    folders = _folders(listed)
    on_total(len(listed))
    spool = path.parent / "coming"
    now: list[Group] = []
    absent: list[Group] = []
    for one in listed:
        archive = _fetch(client, assignment, one.id, spool)
        what = _digest(archive) if archive else "", _hours_late(one, before, hours_late)
        group = Group(one.id, one.name, folders[one.id], one.members, *what)
        now.append(group)
        if archive is None:
            absent.append(group)
        on_group(one.name)
    wanted = _wanted(course, now, before, force)
    collection = _collect(course, wanted, spool, force) if wanted else None
    newer = tuple(one for one in now if _is_newer(one, before) and one not in wanted)
    _make_folders(course, now)
    _write_times(course, assignment, now, before)
    # What was left there is still what lies in submitted/.
    kept = [replace(one, digest=before[one.id].digest) if one in newer else one for one in now]
    write_groups(path, kept)
    shutil.rmtree(spool, ignore_errors=True)
    return PullReport(
        groups=tuple(now),
        collection=collection,
        new=tuple(one for one in now if one.id not in before),
        newer=newer,
        without_files=tuple(one for one in now if not one.digest and one not in absent),
        not_collected=tuple(absent),
        changed_hands=tuple(_changed_hands(now, before)),
        gone=tuple(group for number, group in before.items() if number not in folders),
    )


def _hours_late(
    one: Listed, before: Mapping[int, Group], hours_late: Mapping[str, float] | None
) -> float:
    if hours_late is not None:
        return hours_late.get(one.name, 0.0)
    return before[one.id].hours_late if one.id in before else 0.0


def _changed_hands(
    now: Sequence[Group], before: Mapping[int, Group]
) -> Iterator[tuple[Group, Group]]:
    """Groups whose members are others than they were: (as it was, as it is)."""
    for group in now:
        old = before.get(group.id)
        if old is not None and old.members != group.members:
            yield old, group


def _folders(listed: Sequence[Listed]) -> dict[int, str]:
    """Each group's folder by its number. Two groups never share one, on any system."""
    named: dict[str, list[Listed]] = defaultdict(list)
    for one in listed:
        named[student_folder(one.name).casefold()].append(one)
    for folder, sharing in named.items():
        if not folder or len(sharing) > 1:
            names = ", ".join(repr(one.name) for one in sharing)
            raise CamlabError(
                f"The groups {names} would share a folder below submitted/. Rename one of them in "
                "MarkUs, and pull again."
                if folder
                else f"The group {names} has a name without letters and digits. Rename it in "
                "MarkUs, and pull again."
            )
    return {one.id: student_folder(one.name) for one in listed}


def _fetch(
    client: MarkusClient, assignment: Assignment, group: int, spool: Path
) -> zipfile.ZipFile | None:
    """A group's files; None where MarkUs collected nothing. Asked for once in each pull."""
    kept = spool / f"{group}.zip"
    if not kept.is_file():
        write_atomically(kept, _ask(client, assignment, group), mode=0o600)
    content = kept.read_bytes()
    if content == NOT_COLLECTED.encode():
        return None
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        kept.unlink()
        raise CamlabError(
            f"MarkUs sent something for group {group} that is not a zip file. Pull again; what "
            "came before is kept."
        ) from error


def _ask(client: MarkusClient, assignment: Assignment, group: int) -> bytes:
    try:
        return bytes(client.get_files_from_repo(*assignment.ids, group, collected=True) or b"")
    except MarkusError as refusal:
        if refusal.status == 404:
            return NOT_COLLECTED.encode()
        raise


def _digest(archive: zipfile.ZipFile) -> str:
    """Changes when a file does; an archive made anew of the same files has the same. Empty for no
    files."""
    files = sorted(
        (info.filename, info.CRC, info.file_size)
        for info in archive.infolist()
        if not info.is_dir()
    )
    return hashlib.sha256(repr(files).encode("utf-8", "replace")).hexdigest() if files else ""


def _is_newer(group: Group, before: Mapping[int, Group]) -> bool:
    old = before.get(group.id)
    return bool(group.digest and old and old.digest and old.digest != group.digest)


def _wanted(
    course: Course, groups: Iterable[Group], before: Mapping[int, Group], force: bool
) -> list[Group]:
    """Whose files are to be collected now."""
    return [
        group
        for group in groups
        if group.digest and (not _has_work(course, group) or (force and _is_newer(group, before)))
    ]


def _has_work(course: Course, group: Group) -> bool:
    folder = course.submitted / group.student / course.lab.name
    return folder.is_dir() and any(one.name != "timestamp.txt" for one in folder.iterdir())


def _collect(course: Course, groups: Sequence[Group], spool: Path, force: bool) -> CollectionReport:
    """Lay the archives out as MarkUs's own download does, and collect that."""
    with scratch_folder() as scratch:
        folder = scratch / "download"  # by itself: nothing of ours is taken for somebody's work
        folder.mkdir()
        for group in groups:
            (folder / group.student).mkdir()
            shutil.copyfile(spool / f"{group.id}.zip", folder / group.student / "files.zip")
        return collect(course, folder, system="markus", force=force)


def _make_folders(course: Course, groups: Iterable[Group]) -> None:
    """A group without files has a row, and the row says so."""
    for group in groups:
        (course.submitted / group.student / course.lab.name).mkdir(parents=True, exist_ok=True)


def _write_times(
    course: Course, assignment: Assignment, groups: Iterable[Group], before: Mapping[int, Group]
) -> None:
    """Late hours as nbgrader knows them: a due date, and the time of a late submission."""
    late = [group for group in groups if group.hours_late > 0]
    due = assignment.due or datetime.now(UTC)
    for group in groups:
        path = course.submitted / group.student / course.lab.name / "timestamp.txt"
        if group.hours_late > 0:
            when = (due + timedelta(hours=group.hours_late)).astimezone(UTC)
            write_atomically(path, f"{when:{WRITTEN}} UTC\n".encode())
        elif group.id in before and before[group.id].hours_late > 0:
            path.unlink(missing_ok=True)
    if late and assignment.due is None:
        raise CamlabError(
            f"{assignment.name} has no due date in MarkUs, and hours late are counted from there."
        )
    if late:
        with open_gradebook(course.database_url, course.id) as gradebook:
            naive = due.astimezone(UTC).replace(tzinfo=None)  # as nbgrader keeps times
            gradebook.update_or_create_assignment(course.lab.name, duedate=naive)
