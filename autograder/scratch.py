"""Scratch folders that go away at the end; the next one to be made removes what the dead left."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import CamlabError
from autograder.files import remove_tree
from autograder.locks import hold_now, open_lock

_PREFIX = "camlab."
_LOCK = "lock"
_LONGEST_PARENT = 103 - len("/camlab.12345678/1234567/k-5")


@contextmanager
def scratch_folder(parent: Path | None = None, prefix: str = _PREFIX) -> Iterator[Path]:
    """A private folder in `parent` for as long as this process lives.

    Folders of dead processes with the same prefix are removed. One file in it, the lock, is ours.

    Args:
        parent: if not given, the system's folder for temporary files, or /tmp where that one's path
            leaves no room for a socket's.
        prefix: how its name begins, and no other folder's in `parent`.

    Raises:
        CamlabError: there is no folder with a path that is short enough.
    """
    parent = _short_parent() if parent is None else parent
    sweep(parent, prefix)
    folder, lock = _locked_folder(parent, prefix)
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # a dying process still writes there: see `sweep`
            _remove(folder)
        os.close(lock)


def _short_parent() -> Path:
    """A folder in which scratch folders have short paths: a socket's may have 103 bytes (macOS)."""
    usual = Path(tempfile.gettempdir())
    if len(os.fsencode(usual)) <= _LONGEST_PARENT:
        return usual
    if os.access("/tmp", os.W_OK | os.X_OK):
        return Path("/tmp")
    raise CamlabError(
        f"The path of the folder for temporary files is too long for sockets: {usual}. Name a "
        f"shorter one, of at most {_LONGEST_PARENT} bytes: export TMPDIR=…"
    )


def sweep(parent: Path, prefix: str = _PREFIX) -> None:
    """Remove the folders of processes that died without a chance to do it themselves."""
    for folder in parent.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid != os.getuid():
                continue
            if not (folder / _LOCK).is_file():
                folder.rmdir()  # its owner died before or after all else; others are not empty
                continue
            lock = _lock(folder)  # the system lets go of a dead process's locks
            if lock is not None:
                try:
                    _remove(folder)
                finally:
                    os.close(lock)


def _locked_folder(parent: Path, prefix: str) -> tuple[Path, int]:
    """A new folder and its lock; another one where a sweep came between the two."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))  # mode 0700
        with contextlib.suppress(FileNotFoundError):
            lock = _lock(folder)
            if lock is not None:
                if (folder / _LOCK).is_file():
                    return folder, lock
                os.close(lock)


def _remove(folder: Path) -> None:
    """Remove all, the lock last: what is left of a folder is known as ours at each moment."""
    folder.chmod(0o700)  # whoever could write in it could close it, too
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        elif path.name != _LOCK:
            path.unlink(missing_ok=True)
    (folder / _LOCK).unlink(missing_ok=True)
    folder.rmdir()


def _lock(folder: Path) -> int | None:
    """Take the folder's lock, or return None where a living process holds it."""
    lock = open_lock(folder / _LOCK)
    if hold_now(lock):
        return lock
    os.close(lock)
    return None
