"""Files that need not be made again, because what they are made from is as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from autograder.files import write_atomically


class OutputCache:
    """Notes, in `folder`, of what files below `root` were made from.

    A file that somebody else touched since, or that is not there, is made again.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self._folder = folder
        self._root = root

    def write(self, path: Path, fingerprint: str, make: Callable[[], bytes]) -> None:
        """Write what `make` gives to `path`, unless it lies there already.

        Args:
            fingerprint: changes when anything that `make` depends on does.
        """
        name = hashlib.sha256(
            str(path.relative_to(self._root)).encode("utf-8", "surrogatepass")
        ).hexdigest()
        note = self._folder / name[:2] / name[2:]
        try:
            if note.read_bytes() == _note(path, fingerprint):
                return
        except OSError:
            pass
        # After a failure of the machine the note tells, and the file is made again.
        write_atomically(path, make(), durable=False)
        write_atomically(note, _note(path, fingerprint), durable=False)


def _note(path: Path, fingerprint: str) -> bytes:
    status = path.stat()
    return (
        f"{_digest(fingerprint)} {status.st_size} {status.st_mtime_ns} {status.st_ino}\n".encode()
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
