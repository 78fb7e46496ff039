"""The walls around one child (first part: those that need no namespace)."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable


def close_all_but(kept: Iterable[int]) -> None:
    """Close every descriptor that is not in `kept`: others' sockets must not be inherited."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    highest = 2**16 if most == resource.RLIM_INFINITY else min(most, 2**16)
    start = 0
    for descriptor in sorted(set(kept)):
        if start < descriptor:  # an empty range would close everything
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, highest)


def children_of(pid: int) -> list[int]:
    """The processes whose parent is `pid` (Linux; elsewhere none are known)."""
    found = []
    if not os.path.isdir("/proc/self"):
        return found
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if parent == pid:
                found.append(int(name))
    return found


def enter_namespaces() -> None:
    raise NotImplementedError("bwrap comes next")
