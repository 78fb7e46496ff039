"""Which kind of sandbox a machine gets, and why."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from autograder.errors import CamlabError
from autograder.kernel import bubblewrap
from autograder.kernel.warm_process import clean_environment, python

_TRIAL_SECONDS = 30
UNKNOWN_USER = 65534

_NO_WALLS = (
    "students' code runs as an ordinary process of this user, with limits on time and memory "
    "but able to read and change this user's files"
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


def user_to_become() -> int | None:
    """As root: the unknown user that the warm process can really become here, else None.

    A process that is root on the host, under whatever number, escapes the system's limit on the
    number of processes, so this is tried first.
    """
    return UNKNOWN_USER if os.geteuid() == 0 and not _trial(UNKNOWN_USER) else None


@cache
def _obstacle() -> str:
    """Why bubblewrap cannot be used here, as sentences that say what to do; empty if it can."""
    if sys.platform != "linux":
        return f"bubblewrap exists on Linux only, not on {sys.platform}."
    if bubblewrap.program() is None:
        return "bubblewrap is not installed (Debian and Ubuntu: `apt install bubblewrap`)."
    if user_to_become() is not None:
        return ""
    said = _trial(None)
    if said:
        return (
            f"bubblewrap is installed but does not work here (it says: {said}). In a container it "
            "needs permission to make user namespaces; on Ubuntu 24.04 and later, an AppArmor "
            "profile for bwrap."
        )
    return ""


@cache
def _trial(become: int | None) -> str:
    """Build a child's walls once; returns the complaint, empty if there is none."""
    arguments = [bubblewrap.SCRATCH] + ([str(become)] if become is not None else [])
    command = bubblewrap.command(None, become)
    try:
        trial = subprocess.run(
            [*command, *python(bubblewrap.HOME, "check"), *arguments],
            env=clean_environment(bubblewrap.TORCH_HOME, bubblewrap.SCRATCH),
            capture_output=True,
            text=True,
            timeout=_TRIAL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if trial.returncode == 0:
        return ""
    return (trial.stderr.strip().splitlines() or ["nothing"])[-1]
