"""Which submissions there are: `<folder>/<student>/<lab>/<lab>.ipynb`, as nbgrader lays them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CamlabError

MAX_BYTES = 50 * 2**20  # a notebook with all its pictures weighs about 3 MB


@dataclass(frozen=True)
class SubmittedFile:
    """What one student handed in: the bytes of a notebook, or the reason why there are none."""

    student: str
    content: bytes = b""
    reason: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubmittedFolder:
    """Where one student's files lie; read only when its turn comes."""

    student: str
    folder: Path
    lab: str

    def read(self) -> SubmittedFile:
        """Read the notebook. Never raises for what a student can do."""
        try:
            path, remarks = self._notebook()
            return SubmittedFile(self.student, _read_regular(path), remarks=remarks)
        except _Unreadable as error:
            return SubmittedFile(self.student, reason=str(error))
        except OSError as error:
            return SubmittedFile(
                self.student, reason=f"The submission could not be read: {error.strerror}."
            )

    def _notebook(self) -> tuple[Path, tuple[str, ...]]:
        expected = f"{self.lab}.ipynb"
        folder = self.folder if _is_folder(self.folder) else self.folder.parent
        if not _is_folder(folder):
            raise _Unreadable(f"The folder {self.student}/{self.lab} is not an ordinary folder.")
        names = sorted(entry.name for entry in os.scandir(folder))
        if expected in names:
            return folder / expected, ()
        others = [name for name in names if name.lower().endswith(".ipynb")]
        if not others:
            found = f" It holds {', '.join(names[:5])}." if names else " The folder is empty."
            raise _Unreadable(f"No notebook was handed in: {expected} is missing.{found}")
        if len(others) > 1:
            raise _Unreadable(
                f"{expected} is missing, and there is more than one other notebook: "
                f"{', '.join(others[:5])}. Rename the right one to {expected}."
            )
        remark = f"The notebook was handed in as {others[0]}; it was graded as {expected}."
        return folder / others[0], (remark,)


class _Unreadable(Exception):
    pass


def find_submissions(submitted: Path, lab: str) -> list[SubmittedFolder]:
    """List the submissions of a class, sorted by student. Nothing of them is read yet."""
    if not submitted.is_dir():
        raise CamlabError(
            f"There is no folder {submitted}. Put each submission at "
            f"{submitted}/<student>/{lab}/{lab}.ipynb, or name another folder with --submitted."
        )
    students = sorted(
        entry.name
        for entry in os.scandir(submitted)
        if not entry.name.startswith(".") and (entry.is_dir() or entry.is_symlink())
    )
    return [SubmittedFolder(name, submitted / name / lab, lab) for name in students]


def _is_folder(path: Path) -> bool:
    """Whether `path` is a folder and not a link, which could lead to another's work."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _read_regular(path: Path) -> bytes:
    """Read an ordinary file: no link, no pipe, nothing huge."""
    if path.is_symlink():
        raise _Unreadable(f"{path.name} is a link to another file. Hand in the notebook itself.")
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _Unreadable(f"{path.name} is not an ordinary file.")
        if status.st_size > MAX_BYTES:
            raise _Unreadable(
                f"{path.name} has {status.st_size / 2**20:.0f} MB; at most "
                f"{MAX_BYTES / 2**20:.0f} MB are read. Clear its outputs and hand it in again."
            )
        return file.read(MAX_BYTES)
