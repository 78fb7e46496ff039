"""Resource limits that the system keeps, for the process that calls.

What binds, found by `tests/kernel/test_hostile_notebooks.py` as root and as an ordinary user:

    memory       RLIMIT_AS for one process: heap, torch and shared memory; `memfd_create` is
                 forbidden by the system-call filter. Many processes together: the watchdog.
    processes    RLIMIT_NPROC, counted in the child's own user namespace. Not for a process that is
                 root on the host: therefore a warm process started by root turns into an unknown
                 user first. Where that user cannot read Python's environment, and in the plain
                 process sandbox, the watchdog alone counts.
    disk         the size of the tmpfs, which /dev/shm shares; one file: RLIMIT_FSIZE.
                 In the plain process sandbox: the watchdog.
    time         RLIMIT_CPU for one process; wall time: the grader, by interrupt, then by kill.
    files        RLIMIT_NOFILE.
"""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Mapping

_NETWORKS_AT_ONCE = 4


def set_limits(limits: Mapping[str, float], own_user: bool, mapped: int) -> None:
    """Set hard limits from the fields of `autograder.run.Limits`; none can be raised again.

    `own_user`: the process has a user namespace of its own. Elsewhere the system would count all
    processes of the person who grades, so their number is left to the grader's watchdog.
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
    if own_user:
        wanted["RLIMIT_NPROC"] = limits["processes"]
    for name, value in wanted.items():
        kind = getattr(resource, name, None)  # macOS lacks some
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        # macOS refuses to limit address space; there the grader's watchdog looks at memory alone.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))
