"""What became of a download."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.collect.hand_ins import Skipped


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
