"""`camlab collect`: from a download to whose is what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from autograder.collect.collection_report import CollectionReport
from autograder.collect.download import CHECKPOINT, LEADS_OUT, Download, Entry
from autograder.collect.hand_ins import HandIn, Skipped, hand_ins
from autograder.collect.identities import folders_of
from autograder.collect.memory import Memory
from autograder.collect.no_download import refuse_what_is_no_download, why_nobody
from autograder.collect.people import Person, gradescope_metadata
from autograder.collect.placing import Placed, place
from autograder.collect.rosters import Roster, read_roster
from autograder.collect.systems import (
    GRADESCOPE_METADATA,
    Found,
    blackboard_guesses,
    blackboard_users,
    find_system,
    is_metadata,
    proper_name,
    recogniser,
)
from autograder.collect.taking import Taking
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.grading.class_setup import read_release
from autograder.scratch import scratch_folder
from autograder.submission.notebook_choice import CHECKPOINTS
from autograder.submission.timestamps import TIMESTAMP
from autograder.text.plain_text import listed, plain
from autograder.text.student_names import bare_name

UNCLEAR = "It is not clear whose it is."


def collect(
    course: Course,
    download: Path,
    *,
    system: str = "auto",
    roster: Path | None = None,
    force: bool = False,
) -> CollectionReport:
    """Put a download's notebooks, and what lies beside them, where nbgrader expects them.

    Args:
        course: its `submitted` folder is filled.
        download: a zip or a folder, as the system gave it.
        system: one of `collect.systems.SYSTEMS`; "auto" finds out by the names.
        roster: a CSV that says who the system's ids are (Canvas's gradebook export, Moodle's
            worksheet, a list of groups); everybody in it gets a row.
        force: replace what was collected before.

    Raises:
        CamlabError: the download or the roster cannot be read, or holds no submission at all.
    """
    known = read_roster(roster) if roster else Roster()
    with scratch_folder() as scratch:
        unpacked = scratch / "unpacked"
        unpacked.mkdir()
        opened = Download(download)
        system = find_system(opened.names) if system == "auto" else proper_name(system)
        refuse_what_is_no_download(opened.names)
        whose = recogniser(system, opened.names, lab=course.lab.name)
        entries = opened.unpack(unpacked, lambda parts: (found := whose(parts)) and found.id)
        users = blackboard_users(_texts(entries)) if system == "blackboard" else {}
        if users:
            whose = recogniser(system, opened.names, users=users)
        skipped: list[Skipped] = []
        named = _named(entries, whose, opened.names, system, skipped)

        @cache
        def release() -> NotebookNode:
            return read_release(course)

        found = hand_ins(named, system, course.lab.name, release, skipped)
        if why := why_nobody(found, opened.names, system, course.lab.name):
            raise CamlabError(
                f"No submission was recognised in {download}, read as a download of {system}. "
                f"{_examples(skipped)}{why}"
            )
        people = _people(found, known, _submitters(entries, opened.names, system))
        everybody = [person for group in known.members.values() for person in group]
        identities = folders_of([*(one for group in people.values() for one in group), *everybody])
        taking = Taking(course, Memory(course, system), identities, force, skipped)
        taking.notes += known.notes
        taking.notes += _garbled(opened.garbled)
        if system == "blackboard":
            taking.notes += _guessed(blackboard_guesses(opened.names, users))
        taking.add_all(found, people, release)
        nothing = taking.nothing(everybody)
        place(course, [*taking.placed, *(Placed(student, None) for student in nothing)], scratch)
        taking.remember(system)
    return taking.report(system, nothing)


def _named(
    entries: Sequence[Entry],
    whose: Callable[[tuple[str, ...]], Found | None],
    names: Sequence[tuple[str, ...]],
    system: str,
    skipped: list[Skipped],
) -> list[tuple[Found, Entry]]:
    named = []
    for entry in entries:
        if system == "gradescope" and is_metadata(entry.parts, names):
            continue
        found = whose(entry.parts) if entry.refused != LEADS_OUT else None
        if entry.refused == CHECKPOINT and CHECKPOINTS not in (found.file_name if found else ""):
            continue  # of a folder that is no student's
        own_name = found.file_name.rpartition("/")[2] if found else ""
        # Blackboard writes a text about each attempt: no work, but somebody's.
        loose = found is not None and not found.file_name and system != "blackboard"
        if found is None or (loose and not entry.folder):
            named_here = not entry.folder or entry.refused
            if named_here and entry.parts[-1] != "index.html":
                skipped.append(Skipped(entry.path, entry.refused or UNCLEAR))
        elif not found.file_name:
            named.append((found, Entry(entry.parts, None, entry.refused, folder=True)))
        elif own_name == TIMESTAMP:
            skipped.append(Skipped(entry.path, "This name is kept for the time of handing in."))
        else:
            named.append((found, entry))
    return named


def _texts(entries: Sequence[Entry]) -> Iterator[tuple[str, bytes]]:
    """The first lines of the texts at the top of a download, with their names."""
    for entry in entries:
        if entry.file is not None and entry.parts[-1].endswith(".txt"):
            with entry.file.open("rb") as file:
                yield entry.parts[-1], file.read(1000)


def _guessed(guesses: Sequence[tuple[str, str]]) -> Iterator[str]:
    if guesses:
        shown = listed([f"{user} of “{blackboard}”" for blackboard, user in guesses], 3)
        yield (
            "Blackboard's texts about the attempts, which say who is who, were not in the "
            f"download: names were cut at an underscore ({shown}). Look whether they are right."
        )


def _submitters(
    entries: Sequence[Entry], names: Sequence[tuple[str, ...]], system: str
) -> dict[str, tuple[Person, ...]]:
    """Gradescope's folders and who handed them in."""
    if system != "gradescope":
        return {}
    lists = [one for one in entries if is_metadata(one.parts, names) and one.file]
    if not lists or lists[0].file is None:
        raise CamlabError(
            f"The download has no {GRADESCOPE_METADATA} beside its folders, which says who handed "
            "in what. Download the submissions again (Review Grades, Export Submissions)."
        )
    return gradescope_metadata(lists[0].file)


def _people(
    found: Sequence[HandIn], roster: Roster, submitters: Mapping[str, tuple[Person, ...]]
) -> dict[str, tuple[Person, ...]]:
    """Who each hand-in is of: the roster's word first, then Gradescope's, then the system's."""
    people = {}
    alike = Counter(bare_name(one.id) for one in found)
    for one in found:
        own = roster.of(one.id, alike[bare_name(one.id)] == 1) or submitters.get(one.id, ())
        if not own and not submitters:
            own = (Person(one.name),)
        people[one.id] = own
    return people


def _garbled(names: Sequence[str]) -> list[str]:
    """What to say of names in a zip that does not tell how it writes characters."""
    if not names:
        return []
    shown = listed([plain(name, 60) for name in names], 3)
    return [
        f"Names may be garbled, for the zip does not say how it writes them: {shown}. Compare them "
        "with your list of students; where they are wrong, unpack the zip and name the folder."
    ]


def _examples(skipped: Sequence[Skipped]) -> str:
    shown = ", ".join(plain(one.path, 80) for one in skipped[:3])
    return f"It holds {shown}{' and more' if len(skipped) > 3 else ''}. " if shown else ""
