"""Which submissions there are: `<folder>/<student>/<lab>/<lab>.ipynb`, as nbgrader lays them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from nbformat import NotebookNode

from autograder.errors import AutograderError, CamlabError
from autograder.submission.notebook_choice import (
    CHECKPOINTS,
    NOISE,
    Candidate,
    choose_notebook,
    is_archive,
    is_noise,
    notebook_candidates,
)
from autograder.submission.timestamps import TIMESTAMP, read_timestamp
from autograder.text.plain_text import listed, plain
from autograder.text.student_names import shown_name, unfit_name

MAX_BYTES = 50 * 2**20  # a notebook with all its pictures weighs about 3 MB
MAX_BESIDE = 16 * 2**20  # of all other files together
MOST_BESIDE = 100
MAX_DEPTH = 4  # folders below the student's in which a notebook is looked for
MOST_ENTRIES = 2000  # of those folders together
_COURSE = "nbgrader_config.py"  # what tells a course folder
LEFT_OUT = "left_out.txt"  # what `camlab collect` did not take, and why
_EMPTY = " The folder is empty."
NO_FILES: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True)
class SubmittedFile:
    """What one student handed in: the bytes of a notebook, or the reason why there are none."""

    student: str
    content: bytes = b""
    message: str = ""
    remarks: tuple[str, ...] = ()
    # Other files that were handed in, by their path from the notebook's folder.
    beside: Mapping[str, bytes] = field(default_factory=lambda: NO_FILES)


@dataclass(frozen=True)
class SubmittedFolder:
    """Where one student's files lie; read only when its turn comes."""

    student: str
    folder: Path  # <submitted>/<student>/<lab>
    lab: str
    release: NotebookNode | None = None  # what a blank notebook is known by
    message: str = ""  # why it cannot be graded, whatever lies there

    def read(self) -> SubmittedFile:
        """Read the notebook and what lies beside it. Never raises for what a student can do."""
        if self.message:
            return SubmittedFile(self.student, message=self.message)
        try:
            return self._read()
        except _UnreadableFolderError as error:
            return SubmittedFile(self.student, message=str(error))
        except OSError as error:
            return SubmittedFile(
                self.student, message=f"The submission could not be read: {error.strerror}."
            )

    def handed_in(self) -> datetime | None:
        """When, in UTC; None where nobody wrote it down."""
        try:
            return read_timestamp(self._root())[0]
        except OSError:
            return None

    def _read(self) -> SubmittedFile:
        folder = self._root()
        paths = list(_files(folder))
        if folder == self.folder.parent:
            paths = [path for path in paths if not _is_of_another_lab(path.relative_to(folder))]
        files = [
            Candidate(path.relative_to(folder).as_posix(), partial(_read_regular, path))
            for path in paths
        ]
        candidates = notebook_candidates(files)
        if not candidates:
            names = [file.path for file in files if file.path not in (TIMESTAMP, LEFT_OUT)]
            found = f" It holds {listed(names, 5)}." if names else _without_work(folder)
            if archives := [name for name in names if is_archive(name)]:
                found += f" The notebook may be in {listed(archives, 3)}: unpack that."
            raise _UnreadableFolderError(
                f"No notebook was handed in: {self.lab}.ipynb is missing.{found}"
            )
        choice = choose_notebook(candidates, self.lab, self.release)
        if choice.chosen is None:
            raise _UnreadableFolderError(
                f"{self.lab}.ipynb is missing: {choice.unclear}. "
                f"The right one belongs at {self.lab}/{self.lab}.ipynb."
            )
        path = folder / choice.chosen.path
        content = _read_regular(path)
        remarks: list[str] = []
        if choice.chosen.path != f"{self.lab}.ipynb":
            remarks.append(
                f"The notebook was handed in as {plain(choice.chosen.path, 100)}; it was graded "
                f"as {self.lab}.ipynb."
            )
        if choice.left:
            others = listed([one.path for one in choice.left], 5)
            remarks.append(f"Not graded: {others}.")
        beside, left_out = self._beside(path, paths)
        if unknown := read_timestamp(folder)[1]:
            remarks.append(unknown)
        if left_out:
            remarks.append(f"Too many or too large to lie beside the notebook: {listed(left_out)}.")
        return SubmittedFile(self.student, content, "", tuple(remarks), beside)

    def _root(self) -> Path:
        """The lab's folder, whatever its capitals; where there is none, the student's own."""
        student = self.folder.parent
        if not _is_folder(student):
            raise _UnreadableFolderError(
                f"The folder {self.student} is not an ordinary folder. A link could lead to "
                "another's work: put the work itself there."
            )
        if _is_folder(self.folder):
            return self.folder
        names = sorted(os.listdir(student))
        alike = [name for name in names if name.casefold() == self.lab.casefold()]
        return next((student / name for name in alike if _is_folder(student / name)), student)

    def _beside(self, notebook: Path, paths: list[Path]) -> tuple[dict[str, bytes], list[str]]:
        """The other files in the notebook's folder and below, and what of them is too much."""
        beside: dict[str, bytes] = {}
        left_out: list[str] = []
        room = MAX_BESIDE
        for path in paths:
            if not path.is_relative_to(notebook.parent) or path == notebook:
                continue
            name = path.relative_to(notebook.parent).as_posix()
            if name in (TIMESTAMP, LEFT_OUT, f"{self.lab}_check.py") or name.lower().endswith(
                ".ipynb"
            ):
                continue
            too_much = path.lstat().st_size > room or len(beside) >= MOST_BESIDE
            if too_much or not name.isprintable():
                left_out.append(name)
                continue
            try:
                beside[name] = _read_regular(path)
            except (_UnreadableFolderError, OSError):
                left_out.append(name)
                continue
            room -= len(beside[name])
        return beside, left_out


class _UnreadableFolderError(AutograderError, OSError):
    """A reason that is a sentence."""


def find_submissions(
    submitted: Path, lab: str, release: NotebookNode | None = None
) -> list[SubmittedFolder]:
    """List the submissions of a class, sorted by student. Nothing of them is read yet.

    Args:
        submitted: the folder of submissions.
        lab: the lab's name.
        release: the student release, by which a blank notebook is known.

    Raises:
        CamlabError: there is no such folder, it cannot be read, or nobody handed anything in.
    """
    if not submitted.is_dir():
        raise CamlabError(
            f"There is no folder {submitted}. Put each submission at "
            f"{submitted}/<student>/{lab}/{lab}.ipynb, or name another folder with --submitted."
        )
    try:
        students = sorted(
            entry.name
            for entry in os.scandir(submitted)
            if not entry.name.startswith(".")
            and entry.name not in NOISE
            and (entry.is_symlink() or entry.is_dir(follow_symlinks=False))
        )
    except OSError as error:
        raise CamlabError(f"{submitted} cannot be read: {error.strerror}.") from error
    if not students:
        raise CamlabError(
            f"{submitted} holds no submission. Put each at <student>/{lab}/{lab}.ipynb there, let "
            "`camlab collect` do it, or name another folder with --submitted."
        )
    return [_submitted(submitted, name, lab, release) for name in students]


def refuse_what_is_no_class(submitted: Path, lab: str) -> None:
    """Look whether a folder is one of students, before anything is graded in its name.

    Raises:
        CamlabError: it is one student's, a release, or the course itself.
    """
    if (submitted / lab / f"{lab}.ipynb").is_file() and not (submitted / lab / lab).exists():
        raise CamlabError(
            f"{submitted} holds the folder {lab} with a notebook and not folders of students: it "
            "is one student's, or a release. Name the folder that it lies in."
        )
    if (submitted / _COURSE).is_file() and (submitted / "source").is_dir():
        raise CamlabError(f"{submitted} is a course folder. Name the folder of submissions in it.")


def _submitted(
    submitted: Path, name: str, lab: str, release: NotebookNode | None
) -> SubmittedFolder:
    reason = ""
    if unfit := unfit_name(name):
        reason = (
            f"The name of this student's folder cannot be used: {unfit}. Rename the folder in "
            "submitted/ and grade again."
        )
    return SubmittedFolder(shown_name(name), submitted / name / lab, lab, release, reason)


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, nearest first; links are no folders.

    In each folder notebooks come first: data without end costs nobody the notebook beside it.
    """
    waiting, seen = [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop(0)
        names = sorted(os.listdir(here))
        for name in sorted(names, key=lambda name: not name.lower().endswith(".ipynb")):
            path = here / name
            seen += 1
            if seen > MOST_ENTRIES:
                return
            if is_noise(name) or (name.startswith(".") and _is_folder(path)):
                continue
            if _is_folder(path):
                if depth < MAX_DEPTH:
                    waiting.append((path, depth + 1))
            else:
                yield path


def _without_work(folder: Path) -> str:
    """What there is instead of work: what `camlab collect` noted, or what programs leave behind."""
    if (folder / LEFT_OUT).is_file():
        return _left_out(folder)
    names = [name for name in sorted(os.listdir(folder)) if is_noise(name)]
    if CHECKPOINTS in names and _is_folder(folder / CHECKPOINTS):
        copies = sorted(os.listdir(folder / CHECKPOINTS))
        names = [*(f"{CHECKPOINTS}/{copy}" for copy in copies), *names]
    return f" It holds only what programs leave: {listed(names, 5)}." if names else _EMPTY


def _left_out(folder: Path) -> str:
    """What `camlab collect` noted of files that it did not take."""
    try:
        text = _read_regular(folder / LEFT_OUT).decode("utf-8", "replace")
    except OSError:
        return ""
    return f" Left out when it was collected: {plain(text, 300).strip()}"


def _is_of_another_lab(path: Path) -> bool:
    """Whether a file in a student's folder lies in another assignment's, as nbgrader lays them."""
    return len(path.parts) == 2 and path.stem == path.parts[0] and path.suffix == ".ipynb"


def _is_folder(path: Path) -> bool:
    """Whether `path` is a folder and not a link, which could lead to another's work."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _read_regular(path: Path) -> bytes:
    """Read an ordinary file: no link, no pipe, nothing huge."""
    if path.is_symlink():
        raise _UnreadableFolderError(
            f"{path.name} is a link to another file. Hand in the notebook itself."
        )
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _UnreadableFolderError(f"{path.name} is not an ordinary file.")
        if status.st_size > MAX_BYTES:
            raise _UnreadableFolderError(
                f"{path.name} has {status.st_size / 2**20:.0f} MB; at most "
                f"{MAX_BYTES / 2**20:.0f} MB are read. Clear its outputs and hand it in again."
            )
        return file.read(MAX_BYTES)
