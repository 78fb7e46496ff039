"""Every attack, in every kind of sandbox, on the machines that can be played here.

Nothing is gained or read, nothing is left, and no neighbour changes. What came out is the table
in docs/sandbox-attacks.md; CAMLAB_WRITE_TABLE=1 writes it anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kernel.guest.attacks import ATTACKS
from autograder.kernel.sandbox_selection import obstacle, trouble_with

TABLE = Path(__file__).parents[2] / "docs" / "sandbox-attacks.md"
USER = "12345"  # any who is not in use; as an ordinary user the tests play only themselves
AS_ROOT = os.geteuid() == 0

# The machine: its kind of sandbox, and what is taken from it (`tests.kernel.locked_machine`).
MACHINES: dict[str, tuple[str, list[str]]] = {
    "bwrap": ("bwrap", []),
    "bwrap-shared": ("bwrap-shared", ["--no-nested", *(["--user", USER] if AS_ROOT else [])]),
    "landlock, ordinary user": (
        "landlock",
        ["--container", *(["--user", USER] if AS_ROOT else [])],
    ),
    "landlock, root in a container": ("landlock", ["--container"]),
}


class Machines:
    """Plays each machine once, when it is first asked for."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, dict[str, str]]] = {}

    def found(self, machine: str) -> dict[str, dict[str, str]]:
        kind, options = MACHINES[machine]
        if not AS_ROOT and "root" in machine:
            pytest.skip("only root can play it")
        if trouble := obstacle(kind) or ("" if options else trouble_with(kind)):
            pytest.skip(trouble)
        if machine not in self._found:
            played = ["-m", "tests.kernel.locked_machine", *options, "--"] if options else []
            program = [sys.executable, *played]
            program += [sys.executable] if played else []
            done = subprocess.run(
                [*program, "-m", "tests.kernel.played_attacks", kind],
                capture_output=True,
                text=True,
                timeout=900,
            )
            assert done.returncode == 0, done.stderr
            self._found[machine] = json.loads(done.stdout)
        return self._found[machine]


@pytest.fixture(scope="module")
def machines() -> Machines:
    return Machines()


def test_there_are_at_least_sixty_attacks() -> None:
    assert len(ATTACKS) >= 60


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_stopped_or_its_gap_is_known(
    name: str, machine: str, machines: Machines
) -> None:
    trial = machines.found(machine)[name]
    assert trial["got"] == "" or trial["gap"], trial["got"]


def test_the_table_in_docs_says_what_was_found(machines: Machines) -> None:
    if not AS_ROOT:
        pytest.skip("only root can play all machines")
    text = _table(machines)
    if os.environ.get("CAMLAB_WRITE_TABLE"):
        TABLE.write_text(text)
    assert TABLE.read_text() == text


def _table(machines: Machines) -> str:
    lines = [
        "# Attacks, and what became of them",
        "",
        "Written by `CAMLAB_WRITE_TABLE=1 pytest tests/kernel/test_attacks.py`; each attack is a",
        "function in `autograder/kernel/guest/attacks/`. ● stopped; ○ not, and why stands below.",
        "",
        f"| attack | {' | '.join(MACHINES)} |",
        f"|---|{'---|' * len(MACHINES)}",
    ]
    gaps: dict[str, str] = {}
    for name in ATTACKS:
        marks = []
        for machine in MACHINES:
            trial = machines.found(machine)[name]
            marks.append("○" if trial["got"] else "●")
            if trial["got"]:
                gaps[f"{name} ({MACHINES[machine][0]})"] = trial["gap"] or "not known"
        lines.append(f"| {name} | {' | '.join(marks)} |")
    lines += ["", "Not stopped:", "", *(f"- {name}: {why}." for name, why in gaps.items())]
    return "\n".join(lines) + "\n"
