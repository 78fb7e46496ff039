"""What processes hold in memory, also where no limit of the system counts it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection

import psutil

# What the system lets one socket or pipe keep until somebody reads it; an unprivileged process
# can have no more (net.core.wmem_max, doubled; a pipe of the usual size).
_BUFFER = 425_984
_FEW = 64  # descriptors that a kernel has anyhow


def memory_use(pids: Collection[int], limit: int) -> int:
    """The bytes that these processes hold; exact only where it might be more than `limit`.

    Counted are pages that are theirs and of no file, shared ones too, and what may wait in
    their sockets and pipes.
    """
    if sys.platform != "linux":
        return sum(map(_resident, pids))
    about = sum(_pages(pid) + max(0, _descriptors(pid) - _FEW) * _BUFFER for pid in pids)
    if about <= limit:
        return about
    return sum(map(_share, pids)) + _buffers(pids) * _BUFFER


def _resident(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def _pages(pid: int) -> int:
    """At most this: pages still shared with the fork server are counted too."""
    total = 0
    for line in _lines(f"/proc/{pid}/status"):
        if line.startswith((b"RssAnon:", b"RssShmem:")):
            total += int(line.split()[1]) * 1024
    return total


def _share(pid: int) -> int:
    """Pages of no file; shared ones are divided among those who share them."""
    found = None
    for line in _lines(f"/proc/{pid}/smaps_rollup"):
        if line.startswith((b"Pss_Anon:", b"Pss_Shmem:")):
            found = (found or 0) + int(line.split()[1]) * 1024
    return _pages(pid) if found is None else found


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def _buffers(pids: Collection[int]) -> int:
    """How many different sockets and pipes these processes have."""
    found: set[str] = set()
    for pid in pids:
        try:
            names = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for name in names:
            try:
                target = os.readlink(f"/proc/{pid}/fd/{name}")
            except OSError:
                continue
            if target.startswith(("socket:", "pipe:")):
                found.add(target)
    return max(0, len(found) - _FEW)


def _lines(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:
            return file.readlines()
    except OSError:
        return []
