"""What each of a system's users handed in: a notebook, and what lies beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.collect.download import CHECKPOINT, Entry
from autograder.collect.systems import Found
from autograder.submission.notebook_choice import (
    Candidate,
    choose_notebook,
    is_archive,
    is_worked,
    notebook_candidates,
)
from autograder.text.plain_text import listed, plain

_MOST_LINES = 5  # of one student about files that were left out for one reason
_VERSION = re.compile(r"-\d{1,4}(?=\.[^.]+$)")  # Canvas's, on a file that was handed in again


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    path: str
    message: str
    others: int = 0  # files that were left out with it, for the same reason

    @property
    def shown(self) -> str:
        return plain(self.path, 170) + (f" and {self.others:,} more" if self.others else "")


@dataclass
class HandIn:
    """All that one user (or group) of the system handed in."""

    id: str
    name: str  # what the system calls them
    late: bool = False
    timestamp: str = ""
    files: dict[str, Entry] = field(default_factory=dict)  # of the attempt that counts, by path
    notebook: str = ""  # which of the files; empty: none, or nobody can tell
    remarks: list[str] = field(default_factory=list)
    refused: list[Skipped] = field(default_factory=list)

    def is_worked(self, release: NotebookNode) -> bool:
        """Whether its notebook holds anything that the student release does not."""
        entry = self.files.get(self.notebook)
        if entry is None or entry.file is None:
            return False
        return is_worked(Candidate(self.notebook, entry.file.read_bytes), release)


@dataclass(frozen=True)
class _File:
    found: Found
    entry: Entry


def hand_ins(
    entries: Sequence[tuple[Found, Entry]],
    system: str,
    lab: str,
    release: Callable[[], NotebookNode],
    skipped: list[Skipped],
) -> list[HandIn]:
    """Sort a download's files by user, and choose each user's notebook.

    Args:
        entries: the files, with what their names tell.
        system: Canvas counts the versions of a file.
        lab: the notebook's name, without `.ipynb`.
        release: gives the student release, by which a blank notebook is known.
        skipped: gets the files that were not taken.
    """
    of_user: dict[str, list[_File]] = defaultdict(list)
    for found, entry in entries:
        of_user[found.id].append(_File(found, entry))
    return [_hand_in(files, system, lab, release, skipped) for files in of_user.values()]


def _hand_in(
    files: list[_File],
    system: str,
    lab: str,
    release: Callable[[], NotebookNode],
    skipped: list[Skipped],
) -> HandIn:
    made = HandIn(files[0].found.id, files[0].found.name)
    made.late = any(file.found.late for file in files)
    # Jupyter's own copies are worth a word where there is nothing else.
    copies = [file for file in files if file.entry.refused == CHECKPOINT]
    work = [file for file in files if file not in copies and not file.entry.folder]
    files = [file for file in files if file not in copies] if work else files
    made.refused = list(_refused(files))
    skipped += made.refused
    there = [file for file in files if file.entry.file is not None]
    if system == "canvas":
        there = list(_latest_versions(there, skipped))
    attempt = _attempt(there, skipped)
    made.timestamp = max((file.found.timestamp for file in attempt), default="")
    for file in attempt:
        name = file.found.file_name
        if name in made.files:
            skipped.append(Skipped(file.entry.path, "Its name is there twice."))
        made.files.setdefault(name, file.entry)
    _choose(made, lab, release, skipped)
    return made


def _refused(files: list[_File]) -> Iterator[Skipped]:
    """What was refused: a line for each file, but one for all that have the same reason."""
    of_reason: dict[str, list[str]] = defaultdict(list)
    for file in files:
        if file.entry.refused:
            of_reason[file.entry.refused].append(file.entry.path)
    for reason, paths in of_reason.items():
        if len(paths) > _MOST_LINES:
            yield Skipped(paths[0], reason, len(paths) - 1)
        else:
            yield from (Skipped(path, reason) for path in paths)


def _latest_versions(files: list[_File], skipped: list[Skipped]) -> list[_File]:
    """Of each file the version with the highest number, under the name that its student gave it."""
    versions: dict[str, list[_File]] = defaultdict(list)
    for file in files:
        versions[_VERSION.sub("", file.found.file_name)].append(file)
    latest = []
    for same in versions.values():
        best = max(same, key=lambda file: file.found.number)
        skipped += [_instead(file, best) for file in same if file is not best]
        latest.append(best)
    return latest


def _attempt(files: list[_File], skipped: list[Skipped]) -> list[_File]:
    """The files of the latest attempt that holds a notebook; else of the latest."""
    attempts: dict[str, list[_File]] = defaultdict(list)
    for file in files:
        attempts[file.found.timestamp].append(file)
    if len(attempts) < 2:
        return files
    ordered = [attempts[when] for when in sorted(attempts, reverse=True)]
    chosen = next((one for one in ordered if any(map(_is_notebook, one))), ordered[0])
    for files_then in ordered:
        if files_then is not chosen:
            skipped += [_instead(file, chosen[0]) for file in files_then if _is_notebook(file)]
    return chosen


def _choose(
    made: HandIn, lab: str, release: Callable[[], NotebookNode], skipped: list[Skipped]
) -> None:
    files = [
        Candidate(name, entry.file.read_bytes) for name, entry in made.files.items() if entry.file
    ]
    candidates = notebook_candidates(files)
    if not candidates:
        why = next((one.message for one in made.refused), "")
        if archives := [name for name in made.files if is_archive(name)]:
            why = f"It may be in {listed(archives, 3)}, which is not opened: unpack it."
        made.remarks.append(
            f"No notebook could be taken. {why}" if why else "No notebook was handed in."
        )
        return
    choice = choose_notebook(candidates, lab, release() if len(candidates) > 1 else None)
    if choice.chosen is None:
        made.remarks.append(f"Not one but several notebooks: {choice.unclear}.")
        return
    made.notebook = choice.chosen.path
    name = made.notebook.rpartition("/")[2]
    if name != f"{lab}.ipynb":
        made.remarks.append(f"It was called {plain(name, 80)}.")
    chosen = made.files[made.notebook]
    for other in choice.left:
        entry = made.files.pop(other.path)
        skipped.append(Skipped(entry.path, f"{plain(chosen.path, 100)} was taken instead."))
    if choice.left:
        names = listed([other.path for other in choice.left], 3)
        made.remarks.append(f"Not taken: {names}.")


def _is_notebook(file: _File) -> bool:
    return file.found.file_name.lower().endswith(".ipynb")


def _instead(file: _File, best: _File) -> Skipped:
    return Skipped(file.entry.path, f"{plain(best.entry.path, 100)} was taken instead.")
