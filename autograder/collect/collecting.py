"""`camlab collect`: whose is what, and the way into `submitted/`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import MissingEntry

from autograder.collect.download import CHECKPOINT, LEADS_OUT, Download, Entry
from autograder.collect.hand_ins import HandIn, Skipped, hand_ins
from autograder.collect.identities import Identities, folder_key, folders_of
from autograder.collect.memory import Memory
from autograder.collect.no_download import refuse_what_is_no_download, why_nobody
from autograder.collect.people import Person, gradescope_metadata
from autograder.collect.placing import Placed, beside_of, lies_there, place
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
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.database import open_gradebook
from autograder.grading.class_setup import read_release
from autograder.scratch import scratch_folder
from autograder.submission.notebook_choice import CHECKPOINTS
from autograder.submission.timestamps import TIMESTAMP, parse_time, read_timestamp
from autograder.text.plain_text import listed, plain
from autograder.text.student_names import bare_name

UNCLEAR = "It is not clear whose it is."
BEFORE = "This student's work was collected before"


@dataclass(frozen=True)
class Collected:
    """One student's work."""

    student: str
    path: str  # of the notebook in the download; empty: none
    remark: str = ""
    replaced: bool = False


@dataclass(frozen=True)
class CollectionReport:
    """What became of a download."""

    system: str
    collected: tuple[Collected, ...]
    skipped: tuple[Skipped, ...]
    unchanged: tuple[str, ...] = ()  # students whose work is the same as before
    newer: tuple[str, ...] = ()  # students who handed in something else than before; left alone
    older: tuple[str, ...] = ()  # students of whom this is an earlier attempt; left alone
    nothing: tuple[str, ...] = ()  # students of the roster who handed in nothing
    notes: tuple[str, ...] = ()  # sentences about names


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
        collecting = _Collecting(course, Memory(course, system), identities, force, skipped)
        collecting.notes += known.notes
        collecting.notes += _garbled(opened.garbled)
        if system == "blackboard":
            collecting.notes += _guessed(blackboard_guesses(opened.names, users))
        collecting.add_all(found, people, release)
        nothing = collecting.nothing(everybody)
        place(
            course, [*collecting.placed, *(Placed(student, None) for student in nothing)], scratch
        )
        collecting.remember(system)
    return collecting.report(system, nothing)


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


class _Collecting:
    """One download on its way into `submitted/`."""

    def __init__(
        self,
        course: Course,
        memory: Memory,
        identities: Identities,
        force: bool,
        skipped: list[Skipped],
    ) -> None:
        self._course = course
        self._memory = memory
        self._identities = identities
        self._force = force
        self._skipped = skipped
        self._of_student: dict[str, list[tuple[HandIn, Person]]] = defaultdict(list)
        self._ids: dict[str, Person] = {}
        self._user_ids: dict[str, str] = {}
        self.placed: list[Placed] = []
        self.collected: list[Collected] = []
        self.unchanged: list[str] = []
        self.newer: list[str] = []
        self.older: list[str] = []
        self.notes: list[str] = []
        self._people: Mapping[str, Sequence[Person]] = {}
        self._seen: set[str] = set()  # identities
        self._due = _due_date(course)
        self._there: dict[str, str] = {}  # students of this download, and what was taken
        self._standing = _folders(course.submitted)
        self._standing_alike = {folder_key(name): name for name in self._standing}
        self._former: set[str] = set()

    def add_all(
        self,
        found: Sequence[HandIn],
        people: Mapping[str, Sequence[Person]],
        release: Callable[[], NotebookNode],
    ) -> None:
        """Take all hand-ins; of who handed in several times, the latest with a notebook counts.

        Of two of one time, or of none, a blank notebook never goes before a worked one.

        Args:
            people: by a hand-in's id, whose it is.
            release: gives the student release, by which a blank notebook is known.
        """
        of_folder = Counter(
            self._identities.folders.get(person.identity)
            for group in people.values()
            for person in group
        )

        def order(one: HandIn) -> tuple[bool, datetime, bool]:
            times = [parse_time(person.timestamp)[0] for person in people[one.id]]
            folders = {self._identities.folders.get(person.identity) for person in people[one.id]}
            several = any(of_folder[folder] > 1 for folder in folders)
            latest = max(filter(None, times), default=datetime.min)
            return bool(one.notebook), latest, several and one.is_worked(release())

        self._people = people
        for one in sorted(found, key=order, reverse=True):
            if not people[one.id]:
                self._skipped += [
                    Skipped(entry.path, "It is not clear whose it is.")
                    for entry in one.files.values()
                ]
            for person in people[one.id]:
                self.add(one, person, len(people[one.id]) > 1)

    def report(self, system: str, nothing: Sequence[str]) -> CollectionReport:
        return CollectionReport(
            system,
            tuple(self.collected),
            tuple(self._skipped),
            tuple(self.unchanged),
            tuple(self.newer),
            tuple(self.older),
            tuple(nothing),
            tuple(self.notes),
        )

    def add(self, one: HandIn, person: Person, shared: bool) -> None:
        """Take one hand-in for one person; a group's counts for each of its members."""
        refused = self._identities.refused.get(person.identity)
        if refused:
            self._skipped += [Skipped(path, refused) for path in _paths(one)]
            return
        self._seen.add(person.identity)
        student = self._identities.folders[person.identity]
        remarks = list(one.remarks)
        before = "" if shared else self._memory.folder_of(one.id, person.identity)
        if before not in ("", student) and (self._course.submitted / before).is_dir():
            self.notes.append(
                f"{plain(student, 60)} was collected as {plain(before, 60)} before and keeps that "
                f"name; to change it, remove submitted/{plain(before, 60)} and collect again."
            )
            student = before
        elif shared:
            self._note_former_row(one)
        if other := self._standing_beside(student):
            self._skipped += [Skipped(path, _twice(other, student)) for path in _paths(one)]
            return
        if student in self._there:
            self._skipped.append(
                Skipped(
                    one.name,
                    f"{plain(student, 60)} has a submission in this download already: "
                    f"{plain(self._there[student], 100)} was taken.",
                )
            )
            return
        path = one.files[one.notebook].path if one.notebook else _paths(one)[0]
        self._there[student] = path
        self._ids[student] = person
        self._user_ids[student] = "" if shared else one.id  # a group's is nobody's own
        self._memory.remember(one.id, person.identity, student, path)
        self._take(student, one, person, remarks)

    def _standing_beside(self, student: str) -> str:
        """A folder of an earlier time whose name is another form of the student's."""
        return (
            "" if student in self._standing else self._standing_alike.get(folder_key(student), "")
        )

    def _note_former_row(self, one: HandIn) -> None:
        """A group that had one row before its members were known: that row stays."""
        former = self._memory.folder_of(one.id, one.name)
        members = {self._identities.folders.get(person.identity) for person in self._people[one.id]}
        there = bool(former) and (self._course.submitted / former).is_dir()
        if there and former not in self._former | members:
            self._former.add(former)
            self.notes.append(
                f"{plain(former, 60)} was collected as one row before, and each of its members has "
                f"one now. Remove submitted/{plain(former, 60)}, or it is graded as well."
            )

    def _take(self, student: str, one: HandIn, person: Person, remarks: list[str]) -> None:
        notebook = one.files.get(one.notebook)
        folder = self._course.submitted / student / self._course.lab.name
        replaced = folder.is_dir() and any(folder.iterdir())
        path = notebook.path if notebook else one.name
        timestamp = person.timestamp or one.timestamp
        left_out = [(skipped.shown, skipped.message) for skipped in one.refused]
        beside = beside_of(one.files, one.notebook)
        placed = Placed(student, notebook, beside, timestamp, left_out)
        if replaced:
            if notebook is None and (folder / self._course.lab.notebook_name).is_file():
                reason = f"{BEFORE}, with a notebook; this time there is none. It was kept."
                self._skipped.append(Skipped(path, reason))
                return
            older = _is_older(timestamp, folder)
            if not self._force:
                self._leave_alone(placed, path, older)
                return
            if older:
                remarks.append("It is older than what it replaced.")
        if timestamp and not parse_time(timestamp)[0]:
            remarks.append(f"When it was handed in is not known: {parse_time(timestamp)[1]}.")
        if one.late and not timestamp:
            placed.timestamp = self._due
            said = "late, as the system says" + ("" if self._due else "; when is not known")
            remarks.append(f"Handed in {said}.")
        self.placed.append(placed)
        self.collected.append(
            Collected(student, notebook.path if notebook else "", " ".join(remarks), replaced)
        )

    def _leave_alone(self, placed: Placed, path: str, older: bool) -> None:
        """Note what a second download is against the first, which is kept."""
        if lies_there(self._course, placed):
            self.unchanged.append(placed.student)
            return
        (self.older if older else self.newer).append(placed.student)
        what = "older" if older else "something else"
        reason = f"{BEFORE}, and this is {what}: collect with --force to take it."
        self._skipped.append(Skipped(path, reason))

    def nothing(self, everybody: Sequence[Person]) -> list[str]:
        """Students of the roster who have nothing in `submitted/`: they get an empty folder."""
        absent = [person.identity for person in everybody if person.identity not in self._seen]
        folders = [self._identities.folders.get(identity, "") for identity in absent]
        return [
            folder
            for folder in dict.fromkeys(folders)
            if folder
            and folder not in self._there
            and not self._standing_beside(folder)
            and not (self._course.submitted / folder / self._course.lab.name).exists()
        ]

    def remember(self, system: str) -> None:
        """What the download told of people goes to the gradebook: exports need Canvas's own ids."""
        self._memory.save()
        numbered = system in ("canvas", "moodle", "brightspace")
        known = {
            student: {
                **(
                    {"lms_user_id": own_id}
                    if numbered and (own_id := self._user_ids[student])
                    else {}
                ),
                **({"email": person.email} if person.email else {}),
            }
            for student, person in self._ids.items()
        }
        if not any(known.values()):
            return
        with open_gradebook(self._course.database_url, self._course.id) as gradebook:
            for student, fields in known.items():
                if fields:
                    gradebook.update_or_create_student(student, **fields)


def _is_older(timestamp: str, folder: Path) -> bool:
    """Whether something was handed in before what lies in a folder; False where nobody knows."""
    new, old = parse_time(timestamp)[0], read_timestamp(folder)[0]
    return new is not None and old is not None and new.replace(microsecond=0) < old


def _paths(one: HandIn) -> list[str]:
    """All that somebody handed in; where that is nothing, whose it is."""
    refused = [skipped.path for skipped in one.refused]
    return [entry.path for entry in one.files.values()] or refused or [one.name]


def _folders(submitted: Path) -> list[str]:
    return sorted(one.name for one in submitted.iterdir()) if submitted.is_dir() else []


def _twice(standing: str, student: str) -> str:
    return (
        f"It would be a second row beside “{plain(standing, 60)}”, which lies in submitted/ and "
        f"differs only in form. If this is the same student, rename that folder to "
        f"{plain(student, 60)} and collect again; else give one another name, by a --roster."
    )


def _due_date(course: Course) -> str:
    """A second after the due date, for whom the system calls late without saying when."""
    if not course.gradebook.is_file():
        return ""
    with open_gradebook(course.database_url, course.id) as gradebook:
        try:
            due = gradebook.find_assignment(course.lab.name).duedate
        except MissingEntry:
            return ""
    return (due + timedelta(seconds=1)).isoformat(" ") if due else ""


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
