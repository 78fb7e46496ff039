"""Who handed something in, and Gradescope's list of submitters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import CamlabError

MOST_BYTES = 20 * 2**20
MOST_NESTING = 20


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
