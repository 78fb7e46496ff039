"""Resource limits that the system keeps, for the process that calls."""

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
