"""Each person a folder of their own: names that would come to the same are refused together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.collect.naming import student_folder
from autograder.collect.people import Person
from autograder.text.plain_text import plain


@dataclass(frozen=True)
class Identities:
    """Which folder is whose."""

    folders: Mapping[str, str]  # a person's identity -> the folder
    refused: Mapping[str, str]  # a person's identity -> why there is no folder


def folders_of(people: Iterable[Person]) -> Identities:
    """Name a folder for each person, by the whole name.

    E-mail addresses become their first part where that tells everybody apart. Two persons may never
    share a folder, also on systems that do not tell capitals or forms of accents apart: both are
    refused then, and named.
    """
    names = {person.identity: person.name for person in people}
    short = _shortened(set(names.values()))
    by_folder: dict[str, list[str]] = defaultdict(list)
    folders = {identity: student_folder(short[name]) for identity, name in names.items()}
    for name, folder in folders.items():
        by_folder[folder_key(folder)].append(name)
    refused = {}
    for name, folder in folders.items():
        same = by_folder[folder_key(folder)]
        if not folder:
            refused[name] = "No letter or digit of the name can be used for a folder."
        elif len(same) > 1:
            refused[name] = _collision(same)
    kept = {name: folder for name, folder in folders.items() if name not in refused}
    return Identities(kept, refused)


def folder_key(folder: str) -> str:
    """The same for folders that no two persons may have."""
    return student_folder(folder).casefold()


def _shortened(names: set[str]) -> dict[str, str]:
    """E-mail addresses without their domain, where nobody else is called so."""
    parts = {name: name.partition("@")[0] if "@" in name else name for name in names}
    count: dict[str, int] = defaultdict(int)
    for part in parts.values():
        count[folder_key(part)] += 1
    return {name: part if count[folder_key(part)] == 1 else name for name, part in parts.items()}


def _collision(names: list[str]) -> str:
    shown = ", ".join(f"“{plain(name, 60)}”" for name in sorted(names)[:5])
    if len({name.casefold() for name in names}) == 1:
        return f"These names differ only in capitals: {shown}. Give them others, or a --roster."
    return f"These names would share one folder: {shown}. Give them others, or a --roster."
