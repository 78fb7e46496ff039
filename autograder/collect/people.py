"""Who is who: Gradescope's list of submitters, and rosters that name a system's users."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import CamlabError
from autograder.text.spreadsheet import unguarded
from autograder.text.tables import read_table

MOST_BYTES = 20 * 2**20
MOST_NESTING = 20
_ID_HEADINGS = (
    "id", "identifier", "user id", "canvas user id", "group name", "group_name", "group",
    "org defined id",
)  # fmt: skip
_NAME_HEADINGS = (
    "sis login id", "login id", "login", "sis user id", "username", "user name", "user_name",
    "id number", "student id", "student number", "student", "members", "email address", "email",
)  # fmt: skip
_TIMES = ("last modified (submission)", "submission time", "submitted at")
_TIME_FORMATS = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%Y-%m-%d %H:%M:%S %z")


@dataclass(frozen=True)
class Person:
    """Who handed something in, as far as the download and the roster tell."""

    name: str  # what the folder is to be called after
    email: str = ""
    timestamp: str = ""  # when, in ISO 8601; empty: unknown
    only_here: str = ""  # where nothing but the name is known: what tells namesakes apart

    @property
    def identity(self) -> str:
        """What tells this person apart from all others."""
        return f"{self.name} ({self.only_here})" if self.only_here else self.name


@dataclass(frozen=True)
class Roster:
    """A system's ids and who they are; one id may be a group's."""

    members: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)

    def of(self, own_id: str) -> tuple[Person, ...]:
        """Who an id is; nobody where the roster does not say. Zeros in front do not count where
        the rest is unique: Excel takes them away."""
        if own_id in self.members:
            return self.members[own_id]
        bare = own_id.lstrip("0")
        alike = [known for known in self.members if known.lstrip("0") == bare]
        return self.members[alike[0]] if own_id.isdecimal() and len(alike) == 1 else ()


def gradescope_metadata(path: Path) -> dict[str, tuple[Person, ...]]:
    """Read `submission_metadata.yml`: folder -> those who handed it in, and when.

    A student is called by the id that the roster on Gradescope has, else by the e-mail, else by
    name.
    """
    refusal = CamlabError(
        "Gradescope's submission_metadata.yml could not be read. Download the submissions again "
        "(Review Grades, Export Submissions)."
    )
    if path.stat().st_size > MOST_BYTES:
        raise CamlabError("Gradescope's submission_metadata.yml is too large to be one.")
    text = path.read_bytes()
    if _is_deep(text):
        raise refusal
    try:
        # Everything is text: an id of 0012345 is no octal number, and a date that is none no error.
        data = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        return {
            str(folder): tuple(_submitters(str(folder), about)) for folder, about in data.items()
        }
    except (
        yaml.YAMLError,
        AttributeError,
        TypeError,
        KeyError,
        ValueError,
        RecursionError,
    ) as error:
        raise refusal from error


def _is_deep(text: bytes) -> bool:
    """Whether YAML nests more than a list of people does; its parser recurses."""
    depth = 0
    for mark in re.findall(rb"[\[{\]}]", text):
        depth += 1 if mark in b"[{" else -1
        if depth > MOST_NESTING:
            return True
    return re.search(rb"^[ ]{80}|^ *(?:[-?:] ){20}", text, re.MULTILINE) is not None


def _submitters(folder: str, about: Any) -> Iterator[Person]:
    for one in about.get(":submitters") or ():
        entry = {key: str(one.get(key) or "") for key in (":sid", ":email", ":name")}
        entry = {key: "" if text in ("~", "null") else text for key, text in entry.items()}
        name = entry[":sid"] or entry[":email"] or entry[":name"]
        namesake = "" if entry[":sid"] or entry[":email"] else folder
        if name:
            when = str(about.get(":created_at") or "")
            yield Person(name, entry[":email"], when, namesake)


def read_roster(path: Path) -> Roster:
    """Read who a system's ids are: Canvas's gradebook export, Moodle's grading worksheet, a list of
    groups with a line for each member, or MarkUs's list of groups, which has no headings.

    Raises:
        CamlabError: there is no such file, or it lacks a column of ids or of names.
    """
    lines = read_table(path, "roster", MOST_BYTES)
    heading = [" ".join(cell.split()).casefold() for cell in lines[0]] if lines else []
    own = _column(heading, _ID_HEADINGS)
    names = [place for name in _NAME_HEADINGS if (place := _column(heading, (name,))) is not None]
    names = [place for place in names if place != own]
    if own is None and not names and heading and all(len(line) > 1 for line in lines if any(line)):
        return Roster(_groups_without_headings(lines))
    if own is None or not names:
        raise CamlabError(
            f"The roster {path} needs a column ID and a column of names (SIS Login ID, SIS User "
            "ID, username, e-mail address or student)."
        )
    email = _column(heading, ("email address", "email"))
    time = _column(heading, _TIMES)
    found: dict[str, list[Person]] = defaultdict(list)
    for line in lines[1:]:
        ids = _cell(line, own).split()
        # Moodle writes "Participant 4711".
        own_id = ids[-1] if len(ids) == 2 and ids[0] == "Participant" else " ".join(ids)
        name = next((text for place in names if (text := _cell(line, place))), "")
        if own_id and name:
            found[own_id].append(Person(name, _cell(line, email), _iso(_cell(line, time))))
    return Roster({own_id: tuple(people) for own_id, people in found.items()})


def _groups_without_headings(lines: Sequence[Sequence[str]]) -> dict[str, tuple[Person, ...]]:
    """MarkUs's list of groups: the group, then its members' user names."""
    found = {}
    for line in filter(None, lines):
        group, *members = (cell.strip() for cell in line)
        people = tuple(Person(name) for name in dict.fromkeys(members) if name and name != group)
        if group and people:
            found[group] = people
    return found


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
