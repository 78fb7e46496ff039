"""Which kind of sandbox a machine gets, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from autograder.errors import CamlabError

_NO_WALLS = (
    "students' code runs as an ordinary process of this user, with limits on time and memory "
    "but able to read this user's files"
)


@dataclass(frozen=True)
class SandboxChoice:
    """What `--sandbox` came to."""

    kind: str  # "bwrap", "process"
    why: str  # a sentence for the terminal and for reports


def choose_sandbox(wanted: str) -> SandboxChoice:
    """Choose the kind of sandbox.

    Args:
        wanted: "auto" (the best that works here), "bwrap" or "process".

    Raises:
        CamlabError: `wanted` is "bwrap", and it is missing or does not work; or is unknown.
    """
    if wanted not in ("auto", "bwrap", "process"):
        raise CamlabError(f"There is no sandbox {wanted!r}: choose auto, bwrap or process.")
    if wanted == "process":
        return SandboxChoice("process", f"--sandbox process was asked for: {_NO_WALLS}.")
    obstacle = _obstacle()
    if not obstacle:
        return SandboxChoice(
            "bwrap", "bubblewrap works here: each submission has its own files, network and users."
        )
    if wanted == "bwrap":
        raise CamlabError(
            f"--sandbox bwrap cannot be used: {obstacle}\n"
            "Or accept a weaker one with --sandbox process."
        )
    return SandboxChoice("process", f"{obstacle} Therefore {_NO_WALLS}.")


@cache
def _obstacle() -> str:
    return "not yet"
