"""Whose a file is, by the ways in which learning systems name downloads.

What the system itself wrote stands at the top level of a download: only that is looked at, for what
is below is the students' to name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from types import MappingProxyType

from autograder.errors import CamlabError
from autograder.text.plain_text import plain

Parts = tuple[str, ...]
GRADESCOPE_METADATA = "submission_metadata.yml"
SYSTEMS = ("markus", "gradescope", "canvas", "moodle", "brightspace", "blackboard")
_ALSO = {"quercus": "canvas", "d2l": "brightspace"}  # what universities call them

# lastfirst_LATE_4711_98765_lab09-1.ipynb: the name, Canvas's user, its file, the file's name.
# lastfirst_4711_text.html, or _link.html: what was written, or linked to, in place of a file.
# Where marking is anonymous: anon_Ab3dE_98765_lab09.ipynb, LATE_anon_Ab3dE_98765_lab09.ipynb.
_CANVAS = re.compile(r"(?P<id>\d{1,20})_(?P<number>\d{1,20})_(?P<file>.+)")
_CANVAS_ENTRY = re.compile(r"(?P<id>\d{1,20})_(?P<number>)(?P<file>(?:text|link)\.html)")
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<early>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]{5})_(?P<late>LATE_)?"
    r"(?:(?P<number>\d{1,20})_(?P<file>.+)|(?P<entry>(?:text|link)\.html))"
)
# "Ada Lovelace_4711_assignsubmission_file_" as a folder, or with the file's name behind it
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d{1,100})_assignsubmission_[A-Za-z]+_?(?P<file>.*)")
_GRADESCOPE = re.compile(r"submission_\d{1,20}")
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = rf"(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}})"
# "123456-7890123 - Ada Lovelace - Nov 2, 2026 1000 AM", with the file's name behind it or below
_BRIGHTSPACE = re.compile(
    r"(?P<id>\d{1,20})-(?P<number>\d{1,20})\s*- (?P<name>.+?)\s*- "
    rf"(?P<time>{_DAY} \d{{1,2}}:?\d{{2}}(?: [APap][Mm])?)(?: - (?P<file>.+))?"
)
# Lab09_c3ada_attempt_2026-11-02-10-00-00_lab09.ipynb, and a .txt about the attempt
_BLACKBOARD = re.compile(
    r"(?P<name>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<about>\.txt))"
)


_BLACKBOARD_USER = re.compile(r"[^:\r\n]{1,40}:[^\r\n]*\((?P<user>[^()\r\n]+)\)[ \t]*\r?(?:\n|\Z)")


@dataclass(frozen=True)
class Found:
    """What the system's own name for a file tells."""

    id: str  # what the system tells its users (or groups) apart by
    name: str  # what it calls this one
    file_name: str  # the student's own, below what the system made, with slashes
    number: int = 0  # of the hand-in; the highest is the latest
    timestamp: str = ""  # when, in ISO 8601; empty: unknown
    late: bool = False  # the system says so, without saying when


Recogniser = Callable[[Parts], Found | None]


def find_system(names: Sequence[Parts]) -> str:
    """Which system's naming the top level of a download follows; most of it, not a single file."""
    names = [parts for parts in names if parts]
    depth = _common_folders(names)
    tops = {parts[depth] for parts in names if len(parts) > depth}
    lists = [parts for parts in names if parts[-1] == GRADESCOPE_METADATA]
    work = [parts for parts in names if parts not in lists]
    theirs = sum(any(map(_GRADESCOPE.fullmatch, parts[:-1])) for parts in work)
    if lists and work and 2 * theirs > len(work):
        return "gradescope"  # where its list does not stand beside the folders, it is refused
    files = {parts[depth] for parts in names if len(parts) == depth + 1}
    for system, pattern, among in (
        ("moodle", _MOODLE, tops),
        ("brightspace", _BRIGHTSPACE, tops - {"index.html"}),
        ("blackboard", _BLACKBOARD, tops),
    ):
        if _share(pattern, among) > 0.5:
            return system
    if 2 * sum(bool(_canvas_parses(name)) for name in files) > len(tops):
        return "canvas"
    return "markus"


def proper_name(system: str) -> str:
    """A system's own name, by what a university calls it."""
    return _ALSO.get(system, system)


def _share(pattern: re.Pattern[str], names: Iterable[str]) -> float:
    names = list(names)
    return sum(pattern.fullmatch(name) is not None for name in names) / (len(names) or 1)


def recogniser(
    system: str,
    names: Sequence[Parts],
    *,
    lab: str = "",
    users: Mapping[str, str] = MappingProxyType({}),
) -> Recogniser:
    """The way to tell whose a file is.

    Args:
        system: one of `SYSTEMS`, or what a university calls it.
        names: the paths at the top level of the download.
        lab: a folder of that name is no student's.
        users: what Blackboard says of whose its names are (`blackboard_users`).

    Raises:
        CamlabError: no such system is known, or it is not clear which folders are students'.
    """
    system = proper_name(system)
    depth = _common_folders(names)
    match system:
        case "canvas":
            usual = _usual_lengths(parts[-1] for parts in names if parts)
            return lambda parts: _canvas(parts, usual)
        case "moodle":
            return lambda parts: _by_pattern(_MOODLE, parts, depth)
        case "brightspace":
            return lambda parts: _by_pattern(_BRIGHTSPACE, parts, depth)
        case "blackboard":
            assignment = _assignment(_blackboard_beginnings(names), users)
            return lambda parts: _blackboard(parts, depth, assignment, users)
        case "gradescope":
            return lambda parts: _gradescope(parts, depth)
        case "markus":
            depth = _students_depth(names, depth, lab)
            folders = {parts[depth] for parts in names if len(parts) > depth + 1}
            return lambda parts: _by_folder(parts[depth:], folders)
    raise CamlabError(
        f"There is no way to read downloads of {system}. There are {', '.join(SYSTEMS[:-1])} and "
        f"{SYSTEMS[-1]}."
    )


def is_metadata(parts: Parts, names: Sequence[Parts]) -> bool:
    """Whether a file is Gradescope's own list: beside the folders, not in one of them."""
    return parts[_common_folders(names) :] == (GRADESCOPE_METADATA,)


def _by_pattern(pattern: re.Pattern[str], parts: Parts, depth: int) -> Found | None:
    if len(parts) <= depth or (found := pattern.fullmatch(parts[depth])) is None:
        return None
    groups = found.groupdict()
    file_name = "/".join(parts[depth + 1 :]) or groups.get("file") or parts[depth]
    return Found(
        groups["id"],
        f"{groups['name'].strip()}_{groups['id']}",
        file_name,
        int(groups.get("number") or 0),
        _spoken_time(groups.get("time") or ""),
    )


@dataclass(frozen=True)
class _CanvasName:
    """One way to read a file's name as one of Canvas's."""

    name: str
    late: bool
    id: str
    number: str  # of the file; empty: it is what was written in place of one
    file: str

    def strangeness(self, usual: _Lengths) -> float:
        """How far its numbers are from as long as they usually are."""
        of_number = abs(len(self.number) - usual.number) if self.number else 0
        return of_number + abs(len(self.id) - usual.id)


@dataclass(frozen=True)
class _Lengths:
    """How many digits Canvas's numbers have, by the names that can be read in one way."""

    id: float
    number: float


def canvas_beginning(parts: Sequence[str]) -> str:
    """The part of a path by which Canvas knows whose a file is; empty: none."""
    return next((part for part in parts if _canvas_parses(part)), "")


def _canvas(parts: Parts, usual: _Lengths) -> Found | None:
    for place, part in enumerate(parts):
        if not (parses := _canvas_parses(part)):
            continue
        # A name may end in numbers, and a file's name begin with some.
        best = min(parses, key=lambda one: one.strangeness(usual))
        file_name = "/".join(parts[place + 1 :]) or best.file
        number = int(best.number or 0)
        return Found(best.id, f"{best.name}_{best.id}", file_name, number, "", best.late)
    return None


def _canvas_parses(name: str) -> list[_CanvasName]:
    """All ways to read a file's name as one of Canvas's."""
    if found := _CANVAS_ANONYMOUS.fullmatch(name):
        late = bool(found["early"] or found["late"])
        file_name = found["file"] or found["entry"]
        return [_CanvasName("anon", late, found["id"], found["number"] or "", file_name)]
    parses = []
    words = name.split("_")
    for pattern in (_CANVAS, _CANVAS_ENTRY):
        for place in range(1, min(len(words) - 1, 40)):
            late = words[place] == "LATE"
            found = pattern.fullmatch("_".join(words[place + late :]))
            if found is not None and not (place > 1 and words[place - 1] == "LATE"):
                name = "_".join(words[:place])
                parses.append(_CanvasName(name, late, found["id"], found["number"], found["file"]))
    return parses


def _usual_lengths(names: Iterable[str]) -> _Lengths:
    read = [parses[0] for name in names if len(parses := _canvas_parses(name)) == 1]
    numbers = [len(one.number) for one in read if one.number]
    return _Lengths(median([len(one.id) for one in read] or [6]), median(numbers or [6]))


def _blackboard(
    parts: Parts, depth: int, assignment: str, users: Mapping[str, str]
) -> Found | None:
    if len(parts) <= depth or (found := _BLACKBOARD.fullmatch(parts[depth])) is None:
        return None
    name = users.get(found["name"]) or found["name"].removeprefix(assignment)
    file_name = "/".join(parts[depth + 1 :]) or found["file"] or ""
    day, clock = found["time"][:10], found["time"][11:].replace("-", ":")
    return Found(name, name, file_name, 0, f"{day} {clock}")


def blackboard_users(texts: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Whose Blackboard's names are, as the texts say that it writes about each attempt.

    Args:
        texts: the names of those texts, and what they begin with.
    """
    users = {}
    for name, content in texts:
        found = _BLACKBOARD.fullmatch(name)
        line = _BLACKBOARD_USER.match(content.decode("utf-8-sig", "replace"))
        if found is None or not found["about"] or line is None:
            continue
        if found["name"] == line["user"] or found["name"].endswith(f"_{line['user']}"):
            users[found["name"]] = line["user"]
    return users


def blackboard_guesses(names: Sequence[Parts], users: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names that could be cut at another underscore: Blackboard's, and the user's as it is read."""
    beginnings = _blackboard_beginnings(names)
    assignment = _assignment(beginnings, users)
    said = any(beginning == f"{assignment}{user}" for beginning, user in users.items())
    sure = said or all(beginning.count("_") < 2 for beginning in beginnings)
    sure = sure or (len(beginnings) > 1 and "_" not in assignment[:-1])
    return (
        []
        if sure
        else [(one, one.removeprefix(assignment)) for one in sorted(beginnings - set(users))]
    )


def _blackboard_beginnings(names: Sequence[Parts]) -> set[str]:
    depth = _common_folders(names)
    tops = (parts[depth] for parts in names if len(parts) > depth)
    return {top.partition("_attempt_")[0] for top in tops if _BLACKBOARD.fullmatch(top)}


def _assignment(beginnings: Collection[str], users: Mapping[str, str]) -> str:
    """What all names begin with: Blackboard puts the assignment's before the student's."""
    said = Counter(beginning.removesuffix(user) for beginning, user in users.items())
    if said:
        return said.most_common(1)[0][0]
    if not beginnings:
        return ""
    if len(beginnings) == 1:  # one student: assignments have more underscores than user names
        before, mark, _ = next(iter(beginnings)).rpartition("_")
        return before + mark
    first, last = min(beginnings), max(beginnings)
    same = next((i for i, mark in enumerate(first) if last[i : i + 1] != mark), len(first))
    before, mark, _ = first[:same].rpartition("_")
    return before + mark


def _gradescope(parts: Parts, depth: int) -> Found | None:
    """The folder alone: who handed it in stands in the metadata."""
    if len(parts) <= depth + 1 or not _GRADESCOPE.fullmatch(parts[depth]):
        return None
    return Found(parts[depth], parts[depth], "/".join(parts[depth + 1 :]))


def _by_folder(parts: Parts, folders: Collection[str]) -> Found | None:
    if not parts:
        return None
    top = parts[0]
    if not _is_zip(top):
        return Found(top, top, "/".join(parts[1:]))
    # A zip for each student, where no folder has that name as well.
    name = top[: -len(".zip")]
    return Found(top if name in folders else name, name, "/".join(parts[1:]) or top)


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip") and len(name) > len(".zip")


def _students_depth(names: Sequence[Parts], depth: int, lab: str) -> int:
    """How many folders lie above the students', where no system's names tell.

    Raises:
        CamlabError: they could be a student's own folders, or Teams's.
    """
    level: dict[str, bool] = {}  # whether there may be a notebook in it
    for parts in names:
        if len(parts) > depth:
            holds = ".ipynb" in parts[-1].lower() or _is_zip(parts[-1])
            level[parts[depth]] = level.get(parts[depth], False) or holds
    if {name.casefold() for name in level} == {"working files", "submitted files"}:
        raise CamlabError(
            "This is a download of Teams, with the folders Working files and Submitted files. "
            "Unpack it, and collect its folder Submitted files."
        )
    with_notebook = [name for name, holds in level.items() if holds]
    if depth == 0 or len(level) < 2 or len(with_notebook) != 1:
        return depth
    above, only = plain(names[0][depth - 1], 60), with_notebook[0]
    if only == lab:
        return depth - 1
    raise CamlabError(
        f"It is not clear whether {above} is one student or a folder of students: of its "
        f"{len(level)} folders and files, only {plain(only, 60)} holds a notebook. If it is one "
        f"student's, move the notebook out of {plain(only, 60)}, into {above}; if students are in "
        f"it, unpack the download and collect {above}."
    )


def _spoken_time(text: str) -> str:
    """`Nov 2, 2026 1000 AM`, or `2 November 2026 10:00`, in ISO 8601, in the system's zone."""
    month = re.search(r"[A-Z][a-z]{2}", text)
    numbers = re.search(r"(\d{1,2})\D+(\d{4}) (\d{1,2}):?(\d\d)(?: ([APap][Mm]))?$", text)
    if month is None or numbers is None:
        return ""
    day, year, hour, minute, half = numbers.groups("")
    clock = "%I:%M %p" if half else "%H:%M"
    try:
        when = datetime.strptime(
            f"{month[0]} {day} {year} {hour}:{minute} {half}".strip(), f"%b %d %Y {clock}"
        )
    except ValueError:
        return ""
    return when.isoformat(" ")


def _common_folders(names: Sequence[Parts]) -> int:
    """How many folders lie above the students' own; a class of one has none above."""
    if not names:
        return 0
    shortest = min(len(parts) for parts in names)
    depth = next((i for i in range(shortest) if len({parts[i] for parts in names}) > 1), shortest)
    if depth == shortest:
        depth = shortest - 1  # a single file
    level = {parts[depth]: len(parts) > depth + 1 for parts in names}
    if any(map(_named_by_system, level)):
        return depth
    if len(level) > 1 and all(not folder and _is_zip(name) for name, folder in level.items()):
        return depth  # a zip for each student; a single one is a student's own
    # A notebook there, or nothing but files: this is one student's folder.
    notebook = any(name.lower().endswith(".ipynb") for name, folder in level.items() if not folder)
    return depth if sum(level.values()) > 1 and not notebook else 0


def _named_by_system(name: str) -> bool:
    patterns = (_MOODLE, _BRIGHTSPACE, _BLACKBOARD)
    named = any(one.fullmatch(name) for one in patterns) or bool(_canvas_parses(name))
    return named or name == GRADESCOPE_METADATA
