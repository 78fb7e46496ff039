"""The folder in which a sandbox keeps its sockets, and how leftovers of a killed grader go away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.files import remove_tree

_PREFIX = "camlab-"
_LOCK = "lock"


@contextmanager
def runtime_folder() -> Iterator[Path]:
    """A private folder for as long as this process lives; folders of dead graders are removed.

    Its path is short, because the path of a socket may have 107 bytes at most.
    """
    parent = Path(tempfile.gettempdir())
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))  # mode 0700
    lock = _lock(folder)
    try:
        yield folder
    finally:
        remove_tree(folder)
        if lock is not None:
            os.close(lock)


def sweep(parent: Path) -> None:
    """Remove the folders of graders that died without a chance to do it themselves."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid != os.getuid() or not (folder / _LOCK).is_file():
                continue
            lock = _lock(folder)  # the system lets go of a dead process's locks
            if lock is not None:
                remove_tree(folder)
                os.close(lock)


def _lock(folder: Path) -> int | None:
    """Take the folder's lock, or return None where a living process holds it."""
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
