"""A page of `docs/`, followed: its commands, as somebody would type them, in its order.

Each is a process of its own, which `tests.command.forking` makes.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_COMMAND = re.compile(
    r"^((?:camlab|nbgrader|python) [^#\n]*)|`((?:camlab|nbgrader|python) [^`\n]*)`", re.M
)
Command = tuple[str, ...]


@dataclass(frozen=True)
class Ran:
    """What a command ended with and said."""

    code: int
    out: str
    err: str


def commands_of(page: str) -> list[Command]:
    """Each command of a page, once, in the order in which it is read."""
    found = (block or inline for block, inline in _COMMAND.findall((DOCS / page).read_text()))
    return list(dict.fromkeys(tuple(shlex.split(command)) for command in found))


def follow(root: Path, commands: Iterable[Command], lab: str) -> dict[str, Ran]:
    """Run commands in a course, with its lab for lab 09, and tell what each of them said."""
    typed = [[part.replace("lab09", lab) for part in command] for command in commands]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.command.forking", str(root)],
        input=json.dumps(typed),
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    ends = [Ran(*end) for end in json.loads(ran.stdout)]
    return {" ".join(command): end for command, end in zip(typed, ends, strict=True)}
