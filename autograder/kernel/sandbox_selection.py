"""Which sandbox a machine gets: the first one whose walls hold when they are attacked.

What was found is kept until the kernel, bubblewrap, the rights of this process or Camlab change.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.kernel import bubblewrap, users
from autograder.kernel.advice import what_to_do
from autograder.kernel.backends import BACKENDS
from autograder.kernel.guest import landlock
from autograder.kernel.trial import QUICK, Trial, open_attacked, try_attacks
from autograder.scratch import scratch_folder
from autograder.storage.versions import code_digest

NONE = "none"
WITHOUT_WALLS = (
    "without walls: students' code can read and change the files of whoever grades, the reference "
    "and the gradebook too"
)
_WHY = {
    "bwrap": "bubblewrap works here: each submission has its own files, network and users.",
    "bwrap-shared": "bubblewrap works here, but not namespaces within it: each submission is kept "
    "from the others by Landlock and a system-call filter.",
    "landlock": "no namespaces can be made here: Landlock and a system-call filter keep each "
    "submission from everything else.",
    "seatbelt": "macOS's sandbox-exec: each submission is denied all that it does not need.",
    NONE: f"--sandbox none was asked for, {WITHOUT_WALLS}.",
}
_STATUS = ("CapEff", "NoNewPrivs", "Seccomp")
_SETTINGS = (
    "/proc/self/attr/current",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "/proc/sys/user/max_user_namespaces",
    "/proc/sys/kernel/unprivileged_userns_clone",
    "/sys/kernel/security/lsm",
)


@dataclass(frozen=True)
class SandboxChoice:
    """What `--sandbox` came to."""

    kind: str  # one of `backends.BACKENDS`
    message: str  # a sentence for the terminal and for reports

    @property
    def has_walls(self) -> bool:
        return self.kind != NONE


def choose_sandbox(wanted: str = "auto") -> SandboxChoice:
    """Choose the kind of sandbox.

    Args:
        wanted: "auto" (the first that holds here), a kind, or "none". "process" is the best one
            that needs no bubblewrap.

    Raises:
        CamlabError: `wanted` does not work or does not hold here, and with "auto" none does;
            or it is unknown. The message says what to do about it on this machine.
    """
    kinds = kinds_to_try(wanted)
    if kinds == (NONE,):
        return SandboxChoice(NONE, _WHY[NONE])
    troubles = {}
    for kind in kinds:
        troubles[kind] = trouble_with(kind)
        if not troubles[kind]:
            return SandboxChoice(kind, _WHY[kind])
    reasons = "; ".join(f"{kind}: {trouble}" for kind, trouble in troubles.items())
    raise CamlabError(
        f"Students' code would have no walls on this machine ({reasons}). {what_to_do(troubles)} "
        "Or accept that it can read and change your files, and say so: --sandbox none."
    )


def kinds_to_try(wanted: str) -> tuple[str, ...]:
    """The kinds that `--sandbox` may come to, the strongest first.

    Raises:
        CamlabError: there is none of that name.
    """
    if wanted == "auto":
        return candidates()
    if wanted == "process":
        return ("landlock" if sys.platform == "linux" else "seatbelt",)
    if wanted not in BACKENDS:
        raise CamlabError(f"There is no sandbox {wanted!r}: choose auto, {', '.join(BACKENDS)}.")
    return (wanted,)


def candidates() -> tuple[str, ...]:
    """The kinds that this system could have, the strongest first."""
    if sys.platform == "linux":
        return ("bwrap", "bwrap-shared", "landlock")
    return ("seatbelt",) if sys.platform == "darwin" else ()


def trouble_with(kind: str) -> str:
    """Why a kind cannot be used here, as a phrase; empty if it can. Tried once for a machine."""
    return obstacle(kind) or _known_holes(kind)


def attack(kind: str, course: Path | None = None) -> list[Trial]:
    """The quick attacks on a sandbox of that kind; what is found is kept.

    Raises:
        CamlabError: it does not start.
    """
    with scratch_folder() as runtime, open_attacked(kind, runtime, course) as sandbox:
        trials = list(try_attacks(sandbox, QUICK))
    _keep(kind, _holes(trials))
    return trials


@cache
def obstacle(kind: str) -> str:
    """What can be seen without attacking."""
    needed = "darwin" if kind == "seatbelt" else "linux"
    if sys.platform != needed:
        return f"not on {platform.system()}"
    if kind == "seatbelt":
        return "" if Path("/usr/bin/sandbox-exec").exists() else "sandbox-exec is missing"
    if kind != "bwrap" and landlock.version() == 0:
        return f"Linux {platform.release()} has no Landlock, or it is switched off"
    if kind == "landlock":
        return ""
    if bubblewrap.program() is None:
        return "bubblewrap is not installed"
    if kind == "bwrap" and users.user_to_become() is None:
        return _quoted(users.trial(None))
    return ""


def _quoted(complaint: str) -> str:
    return f"bubblewrap says: {complaint}" if complaint else ""


@cache
def _known_holes(kind: str) -> str:
    file = _kept_in(kind)
    try:
        known = json.loads(file.read_bytes())["holes"]
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    if isinstance(known, str):
        return known
    try:
        return _holes(attack(kind))
    except CamlabError as error:
        return str(error).partition("\n")[0].rstrip(".")


def _holes(trials: list[Trial]) -> str:
    names = [trial.attack.name for trial in trials if not trial.stopped]
    return f"an attack was not stopped: {', '.join(names)}" if names else ""


def _keep(kind: str, holes: str) -> None:
    file = _kept_in(kind)
    with contextlib.suppress(OSError):  # it is tried again the next time
        write_atomically(file, json.dumps({"kind": kind, "holes": holes}).encode(), mode=0o600)


@cache
def _kept_in(kind: str) -> Path:
    """The file of what was found, named by all that it depends on."""
    parts = [kind, sys.executable, sys.prefix, str(os.getuid() if hasattr(os, "getuid") else 0)]
    parts += [code_digest("kernel", "limits.py", "run.py"), *platform.uname()]
    program = bubblewrap.program()
    if program is not None:
        status = os.stat(program)
        parts += [program, str(status.st_size), str(status.st_mtime_ns)]
    for path in _SETTINGS:
        parts.append(_content(path))
    status_lines = _content("/proc/self/status").splitlines()
    parts += [line for line in status_lines if line.split(":")[0] in _STATUS]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return platformdirs.user_cache_path("camlab") / "sandbox" / f"{digest[:32]}.json"


def _content(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
