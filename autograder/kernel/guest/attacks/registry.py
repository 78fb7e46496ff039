"""What an attack is, and the list of all.

An attack is a function that runs in a child, in the place of a student's cell, with all walls up.
It is told what to attack in a dictionary (`autograder.kernel.trial.World`), and returns what it
got, as text; an empty text, an exception or its death mean that it was stopped. What it cannot
see itself (a victim that died, a file that changed, a process that stayed) the grader looks at
afterwards.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

World = Mapping[str, Any]
Step = Callable[[World], object]


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: what it does, as a phrase.
        room: the file that it stands in.
        run: the attack.
        quick: it is one of the few that choose the sandbox and that `camlab doctor` shows.
        partner: what another child, another submission, does before.
        heard: what the other child does afterwards; also returns what it got.
        gaps: kinds of sandbox that do not stop it, and why that is borne.
    """

    name: str
    room: str
    run: Step
    quick: bool = False
    partner: Step | None = None
    heard: Step | None = None
    gaps: Mapping[str, str] = field(default_factory=dict)


ATTACKS: dict[str, Attack] = {}


def attack(
    name: str,
    *,
    quick: bool = False,
    partner: Step | None = None,
    heard: Step | None = None,
    gaps: Mapping[str, str] | None = None,
) -> Callable[[Step], Step]:
    """Put a function on the list."""

    def decorate(function: Step) -> Step:
        room = function.__module__.rpartition(".")[2]
        if name in ATTACKS:
            raise ValueError(f"two attacks are called {name!r}")
        ATTACKS[name] = Attack(name, room, function, quick, partner, heard, gaps or {})
        return function

    return decorate


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    """The result of a call of libc, as Python's own would give it."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def read(path: str) -> str:
    """What lies in a file, in short."""
    with open(path, "rb") as file:
        return f"{path}: {file.read(200)!r}"


def first(paths: list[str]) -> str:
    """The first of these that can be read; empty if none can."""
    for path in paths:
        try:
            return read(path)
        except OSError:
            continue
    return ""
