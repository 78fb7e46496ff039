"""What each student handed in, on its way into `submitted/`: which of several, and what stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import MissingEntry

from autograder.collect.collection_report import Collected, CollectionReport
from autograder.collect.hand_ins import HandIn, Skipped
from autograder.collect.identities import Identities, folder_key
from autograder.collect.memory import Memory
from autograder.collect.people import Person
from autograder.collect.placing import Placed, beside_of, lies_there
from autograder.course import Course
from autograder.gradebook.database import open_gradebook
from autograder.submission.timestamps import parse_time, read_timestamp
from autograder.text.plain_text import plain

BEFORE = "This student's work was collected before"


class Taking:
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
