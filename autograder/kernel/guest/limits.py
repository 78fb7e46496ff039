"""Resource limits that the system keeps, for the process that calls.

What binds, found by `tests/kernel/test_hostile_notebooks.py` as root and as an ordinary user:

    memory       RLIMIT_AS for one process: heap, torch and shared memory; `memfd_create` is
                 forbidden by the system-call filter. Many processes together: the watchdog.
    processes    RLIMIT_NPROC, counted in the child's own user namespace, or for its own user. Not
                 for a process that is root on the host: therefore a fork server started by root
                 turns into an unknown user first, or its children do. A child that shares the
                 grader's user may start some more than all that run already; the watchdog counts
                 its own.
    disk         the size of the tmpfs, which /dev/shm shares; one file: RLIMIT_FSIZE.
                 Where files are the host's: the watchdog.
    time         RLIMIT_CPU for one process; wall time: the grader, by interrupt, then by kill.
    files        RLIMIT_NOFILE.
"""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Mapping

_NETWORKS_AT_ONCE = 4
_OTHERS = 1000  # processes that the grader's user may start meanwhile without harm to a child
_KILL_SECONDS = 16  # the watchdog, who says why, comes before the system's own kill


def set_limits(limits: Mapping[str, float], own_user: bool, mapped: int) -> None:
    """Set hard limits from the fields of `autograder.limits.Limits`; none can be raised again.

    `own_user`: the process has a user, or a user namespace, of its own. Elsewhere the system counts
    all processes of the person who grades.
    `mapped`: the bytes of weights that a network maps. A mapping takes address space, not memory,
    so a few networks more are allowed for; what is written to is counted by the watchdog.
    """
    wanted = {
        "RLIMIT_AS": limits["memory"] + _NETWORKS_AT_ONCE * mapped,
        "RLIMIT_CPU": limits["cpu_seconds"],
        "RLIMIT_NOFILE": limits["open_files"],
        "RLIMIT_FSIZE": limits["scratch"],
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    others = 0 if own_user else _running() + _OTHERS
    wanted["RLIMIT_NPROC"] = limits["processes"] + others
    for name, value in wanted.items():
        kind = getattr(resource, name, None)  # macOS lacks some
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        # macOS refuses to limit address space; there the grader's watchdog looks at memory alone.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(
                kind, (value, value + (_KILL_SECONDS if name == "RLIMIT_CPU" else 0))
            )


def _running() -> int:
    """All threads of this user, as the system counts them against RLIMIT_NPROC."""
    count = 0
    for entry in os.scandir("/proc") if os.path.isdir("/proc/self") else ():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                if entry.stat().st_uid == os.getuid():
                    with open(f"/proc/{entry.name}/stat", "rb") as file:
                        count += int(file.read().rpartition(b")")[2].split()[17])
    return count
