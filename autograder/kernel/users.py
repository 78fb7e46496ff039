"""Users who own nothing: whom the grader, started as root, turns students' code into."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import cache

import psutil

from autograder.kernel import bubblewrap
from autograder.kernel.fork_server import clean_environment, python

UNKNOWN_USER = 65534
_TRIAL_SECONDS = 30
# systemd makes passing users of this range, and gives it to nobody for good.
_SPARE = range(61184, 65520)

_lock = threading.Lock()
_last: list[int] = []


def user_to_become() -> int | None:
    """As root: the unknown user that the fork server can really become here, else None.

    A process that is root on the host, under whatever number, escapes the system's limit on the
    number of processes, so this is tried first.
    """
    return UNKNOWN_USER if os.geteuid() == 0 and not trial(UNKNOWN_USER) else None


def spare_user() -> int | None:
    """As root: a user who owns nothing and as whom nothing runs, another one each time."""
    if os.geteuid() != 0:
        return None
    mapped = _mapped()
    with _lock:
        running = {uid for process in psutil.process_iter(["uids"]) for uid in _uids(process)}
        start = _last[-1] + 1 if _last else _SPARE.start + os.getpid() * 64 % len(_SPARE)
        for step in range(len(_SPARE)):
            user = _SPARE[(start + step - _SPARE.start) % len(_SPARE)]
            if user not in running and user in mapped:
                _last[:] = [user]
                return user
    return None


def may_pass_closed_folders() -> bool:
    """As root: whether this process has the one capability for that, and can pass it on."""
    if sys.platform != "linux":
        return False
    import pyprctl  # Linux only

    return pyprctl.Cap.DAC_READ_SEARCH in pyprctl.CapState.get_current().permitted


@cache
def _mapped() -> frozenset[int]:
    """Users that exist in this user namespace: a container may have few."""
    found: set[int] = set()
    try:
        with open("/proc/self/uid_map") as file:
            for line in file:
                first, _, count = map(int, line.split())
                found.update(set(_SPARE) & set(range(first, min(first + count, _SPARE.stop))))
    except OSError:
        pass
    return frozenset(found)


def _uids(process: psutil.Process) -> tuple[int, ...]:
    uids = process.info["uids"]
    return tuple(uids) if uids else ()


@cache
def trial(become: int | None) -> str:
    """Build a child's namespaces once; returns the complaint, empty if there is none."""
    arguments = [bubblewrap.SCRATCH] + ([str(become)] if become is not None else [])
    command = bubblewrap.command(None, become)
    try:
        process = subprocess.run(
            [*command, *python(bubblewrap.HOME, "check"), *arguments],
            env=clean_environment(bubblewrap.TORCH_HOME, bubblewrap.SCRATCH),
            capture_output=True,
            text=True,
            timeout=_TRIAL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if process.returncode == 0:
        return ""
    return (process.stderr.strip().splitlines() or ["nothing"])[-1]
