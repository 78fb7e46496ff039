"""Whose a file is, by the ways in which MarkUs, Gradescope, Canvas and Moodle name downloads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import CamlabError

# lastfirst_LATE_4711_98765_lab09-1.ipynb: the name, Canvas's user, its submission, the file
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_(?:text|\d+)_(?P<file>.+)")
# "Ada Lovelace_4711_assignsubmission_file_" as a folder, or with the file's name behind it
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)")
_GRADESCOPE = re.compile(r"submission_\d+")
GRADESCOPE_METADATA = "submission_metadata.yml"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """Who handed something in, as far as the download tells."""

    student: str  # a folder's name, safe on every system
    lms_user_id: str = ""
    email: str = ""
    timestamp: str = ""  # when, in ISO 8601; empty: unknown


@dataclass(frozen=True)
class Recognised:
    """A file, and whose it is."""

    people: tuple[Person, ...]  # several for a group
    file_name: str


Recogniser = Callable[[Sequence[str]], Recognised | None]


def find_system(paths: Sequence[Sequence[str]]) -> str:
    """Which system's naming a download follows."""
    if any(parts[-1] == GRADESCOPE_METADATA for parts in paths):
        return "gradescope"
    if any(_MOODLE.fullmatch(part) for parts in paths for part in parts):
        return "moodle"
    notebooks = [parts for parts in paths if parts[-1].lower().endswith(".ipynb")] or list(paths)
    named = sum(any(_CANVAS.fullmatch(part) for part in parts) for parts in notebooks)
    return "canvas" if notebooks and named * 2 > len(notebooks) else "markus"


def recogniser(
    system: str,
    paths: Sequence[Sequence[str]],
    submitters: Mapping[str, tuple[Person, ...]],
    roster: Mapping[str, str],
) -> Recogniser:
    """The way to tell whose a file is.

    Args:
        system: "markus", "gradescope", "canvas", "moodle".
        paths: every path of the download.
        submitters: Gradescope's folders -> people (see `gradescope_metadata`).
        roster: the system's own id of a user -> the student's name in this course.
    """
    match system:
        case "canvas":
            return lambda parts: _by_pattern(_CANVAS, parts, roster)
        case "moodle":
            return lambda parts: _by_pattern(_MOODLE, parts, roster)
        case "gradescope":
            return lambda parts: _gradescope(parts, submitters)
        case "markus":
            depth = _common_folders(paths)
            return lambda parts: _by_folder(parts[depth:], roster)
    raise CamlabError(
        f"There is no way to read downloads of {system}. There are markus, gradescope, canvas and "
        "moodle."
    )


def student_folder(name: str) -> str:
    """A name as a folder's: letters, digits and `._@+-`; empty when nothing is left."""
    kept = "".join(
        mark if mark.isalnum() or mark in "._@+-" else "_"
        for mark in unicodedata.normalize("NFC", name.strip())
    )
    kept = kept.strip("_").lstrip(".-+@").rstrip(".")[:100]
    return f"{kept}_" if _RESERVED.fullmatch(kept.partition(".")[0]) else kept


def _by_pattern(
    pattern: re.Pattern, parts: Sequence[str], roster: Mapping[str, str]
) -> Recognised | None:
    for part in parts:
        found = pattern.fullmatch(part)
        if found is None:
            continue
        own_id = found["id"]
        student = student_folder(roster.get(own_id) or f"{found['name']}_{own_id}")
        file_name = (found["file"] or part) if part is parts[-1] else parts[-1]
        return Recognised((Person(student, own_id),), file_name) if student else None
    return None


def _gradescope(
    parts: Sequence[str], submitters: Mapping[str, tuple[Person, ...]]
) -> Recognised | None:
    for part in parts[:-1]:
        if _GRADESCOPE.fullmatch(part):
            people = submitters.get(part, ())
            return Recognised(people, parts[-1]) if people else None
    return None


def _by_folder(parts: Sequence[str], roster: Mapping[str, str]) -> Recognised | None:
    if len(parts) < 2:
        return None
    student = student_folder(roster.get(parts[0]) or parts[0])
    return Recognised((Person(student),), parts[-1]) if student else None


def _common_folders(paths: Sequence[Sequence[str]]) -> int:
    """How many folders lie above the students' own; a class of one has none above."""
    folders = [tuple(parts[:-1]) for parts in paths]
    depth = 0
    while folders and all(len(one) > depth + 1 for one in folders):
        if len({one[depth] for one in folders}) > 1:
            break
        if len({one[depth + 1] for one in folders}) == 1:
            break
        depth += 1
    return depth
