"""Rosters: who a system's ids are, as the tables say that systems and people make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from autograder.collect.naming import student_folder
from autograder.collect.people import Person
from autograder.errors import CamlabError
from autograder.text.plain_text import listed, plain
from autograder.text.spreadsheet import unguarded
from autograder.text.student_names import bare_name
from autograder.text.tables import read_table

MOST_BYTES = 20 * 2**20
_ID_HEADINGS = (
    "id", "identifier", "user id", "canvas user id", "group name", "group_name", "group",
    "org defined id",
)  # fmt: skip
_NAME_HEADINGS = (
    "sis login id", "login id", "login", "sis user id", "username", "user name", "user_name",
    "id number", "student id", "student number", "student", "members", "email address", "email",
)  # fmt: skip
_ONE_OF_SEVERAL = re.compile(r"members?[ _]?\d{0,3}")  # "members", "Member 1", "member_2"
_TIMES = ("last modified (submission)", "submission time", "submitted at")
_TIME_FORMATS = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%Y-%m-%d %H:%M:%S %z")
_MARKUS_STUDENT = 6  # cells: user name, last name, first name, section, number, e-mail


@dataclass(frozen=True)
class Roster:
    """A system's ids and who they are; one id may be a group's."""

    members: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # sentences about names

    def of(self, own_id: str, alone: bool = True) -> tuple[Person, ...]:
        """Who an id is; nobody where the roster does not say.

        Capitals, forms of accents and zeros in front do not count where the rest is unique: a
        spreadsheet takes zeros away, and systems write a group's name in their own way.

        Args:
            own_id: as the system writes it.
            alone: no other id of the download is alike.
        """
        if own_id in self.members:
            return self.members[own_id]
        alike = self._alike.get(bare_name(own_id), ())
        return self.members[alike[0]] if len(alike) == 1 and alone else ()

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        alike: dict[str, list[str]] = defaultdict(list)
        for own_id in self.members:
            alike[bare_name(own_id)].append(own_id)
        return alike


def read_roster(path: Path) -> Roster:
    """Read who a system's ids are: Canvas's gradebook export, Moodle's grading worksheet, a list of
    groups with a line for each member or for each group, or one of MarkUs's lists, of groups or of
    students, which have no headings.

    Raises:
        CamlabError: there is no such file, it lacks a column of ids or of names, or it cannot be
            told who is meant.
    """
    lines = read_table(path, "roster", MOST_BYTES)
    heading = [" ".join(cell.split()).casefold() for cell in lines[0]] if lines else []
    own = _column(heading, _ID_HEADINGS)
    names = [place for name in _NAME_HEADINGS if (place := _column(heading, (name,))) is not None]
    several = [i for i, name in enumerate(heading) if _ONE_OF_SEVERAL.fullmatch(name)]
    names = [place for place in names or several[:1] if place != own]
    if own is None and not names and heading and all(len(line) > 1 for line in lines if any(line)):
        return _told_apart(_without_headings(path, lines))
    if own is None or not names:
        raise CamlabError(
            f"The roster {path} needs a column ID and a column of names (SIS Login ID, SIS User "
            "ID, username, e-mail address or student)."
        )
    email = _column(heading, ("email address", "email"))
    time = _column(heading, _TIMES)
    found: dict[str, dict[str, Person]] = defaultdict(dict)
    for number, line in enumerate(lines[1:], start=2):
        ids = _cell(line, own).split()
        # Moodle writes "Participant 4711".
        own_id = ids[-1] if len(ids) == 2 and ids[0] == "Participant" else " ".join(ids)
        place = next((place for place in names if _cell(line, place)), names[0])
        people = _named_in(line, place, heading, f"Row {number} of the roster {path}")
        for name in people if own_id else ():
            address = _cell(line, email) if len(people) == 1 else ""
            person = Person(name, address, _iso(_cell(line, time)))
            found[own_id].setdefault(name, person)
    return _told_apart({own_id: tuple(people.values()) for own_id, people in found.items()})


def _named_in(line: Sequence[str], place: int, heading: Sequence[str], row: str) -> list[str]:
    """Who one line names. A column of members goes on in further ones, named so or without a name;
    beside any other column, what has no heading could be anybody."""
    unnamed = [i for i in range(len(line)) if i >= len(heading) or not heading[i]]
    one_of_several = _ONE_OF_SEVERAL.fullmatch(heading[place]) is not None
    if one_of_several:
        further = [i for i, name in enumerate(heading) if _ONE_OF_SEVERAL.fullmatch(name)]
        cells = [_cell(line, i) for i in sorted({place, *further, *unnamed})]
    else:
        cells = [_cell(line, place)]
        beside = [text for i in unnamed if (text := _cell(line, i))]
        if beside and cells[0]:
            raise CamlabError(
                f"{row} has “{plain(beside[0], 60)}” in a column without a heading. If these are "
                "members of a group, call their columns Members; else give it another heading."
            )
    # "Lovelace, Ada" is one student; a user name or an address has no comma.
    between = r"[;\n]" if heading[place] == "student" else r"[,;\n]"
    texts = [text.strip() for cell in cells for text in re.split(between, cell)]
    return list(dict.fromkeys(filter(None, texts)))


def _without_headings(path: Path, lines: Sequence[Sequence[str]]) -> dict[str, tuple[Person, ...]]:
    """One of MarkUs's lists."""
    rows = [[cell.strip() for cell in line] for line in lines if any(map(str.strip, line))]
    if all(map(_is_markus_student, rows)) and any(row[-1] for row in rows):
        return {row[0]: (Person(row[0], row[-1]),) for row in rows if row[0]}
    groups = {group: members for group, *members in rows if group}
    _refuse_unless_groups(path, groups)
    return {
        group: people
        for group, members in groups.items()
        if (people := tuple(map(Person, _members(group, members))))
    }


def _is_markus_student(row: Sequence[str]) -> bool:
    about, email = row[1:-1], row[-1]
    whole = len(row) == _MARKUS_STUDENT and (not email or "@" in email)
    return whole and not any("@" in cell for cell in about)


def _members(group: str, cells: Sequence[str]) -> list[str]:
    """The user names behind a group's. Its own name is its repository's where others stand there
    too, and else the only member's."""
    names = list(dict.fromkeys(filter(None, cells)))
    return [name for name in names if name != group] or names


def _refuse_unless_groups(path: Path, groups: Mapping[str, Sequence[str]]) -> None:
    """Lists of other things have no headings either: there, words stand in several lines."""
    width = max(map(len, groups.values()), default=0)
    unfilled = all(len(cells) == width and not cells[-1] for cells in groups.values())
    between = any(
        name and not before for cells in groups.values() for before, name in pairwise(cells)
    )
    if groups and (unfilled or between):
        raise _no_list_of_groups(path, "some of its cells are empty")
    first: dict[str, str] = {}
    addresses = set()
    for group, cells in groups.items():
        for name in _members(group, cells):
            addresses.add("@" in name)
            if first.setdefault(name, group) != group:
                why = (
                    f"“{plain(name, 60)}” stands in the lines of “{plain(first[name], 60)}” and of "
                    f"“{plain(group, 60)}”"
                )
                raise _no_list_of_groups(path, why)
    if len(addresses) > 1:
        raise _no_list_of_groups(path, "some of the members are e-mail addresses, others are not")


def _no_list_of_groups(path: Path, why: str) -> CamlabError:
    return CamlabError(
        f"The roster {path} has no headings, and is no list of groups: {why}. Give it a first row "
        "with ID above what the system calls them, and student above their names."
    )


def _told_apart(members: Mapping[str, tuple[Person, ...]]) -> Roster:
    """Namesakes with ids of their own get them behind their names: nobody is another's work.

    Who stands in a group as well is one person in two places.
    """
    ids: dict[str, list[str]] = defaultdict(list)
    alone = {own_id: people[0] for own_id, people in members.items() if len(people) == 1}
    for own_id, person in alone.items():
        ids[person.name].append(own_id)
    grouped = {one.name for people in members.values() if len(people) > 1 for one in people}
    twice = {name: same for name, same in ids.items() if len(same) > 1 and name not in grouped}
    apart = {
        own_id: (replace(alone[own_id], name=f"{name}_{own_id}"),)
        for name, same in twice.items()
        for own_id in same
    }
    return Roster({**members, **apart}, tuple(_notes(twice)))


def _notes(twice: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, same in twice.items():
        folders = listed([student_folder(f"{name}_{own_id}") for own_id in same], 5)
        yield (
            f"“{plain(name, 60)}” stands in the roster with {len(same)} ids; they are told apart "
            f"as {folders}."
        )


def _column(heading: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _cell(line: Sequence[str], place: int | None) -> str:
    return (
        unguarded(line[place].replace("\xa0", " ").strip())
        if place is not None and place < len(line)
        else ""
    )


def _iso(text: str) -> str:
    for form in _TIME_FORMATS:
        try:
            return datetime.strptime(text, form).isoformat(" ")
        except ValueError:
            continue
    return ""
