"""Locks on files: the system lets go of them when a process dies, however it dies.

Not the library filelock, as in the tests: its locks are not shared by readers, and are not taken on
a file that is open for writing.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def hold(descriptor: int, *, shared: bool = False) -> None:
    """Wait until the open file is ours alone, or `shared` with others who share it."""
    fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


def hold_now(descriptor: int) -> bool:
    """The same without waiting; False where another process holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Wait for the lock file at `path`, which is made where there is none, and hold it."""
    descriptor = open_lock(path)
    try:
        hold(descriptor, shared=shared)
        yield
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    """A lock file's descriptor; closing it lets go. Links are not followed."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
