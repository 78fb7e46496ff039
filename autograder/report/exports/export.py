"""What an export is, and which there are: each file `<name>_export.py` in this folder is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `camlab --help` asks for the names only, and nbgrader loads slowly
    from autograder.gradebook.marks import ClassMarks
    from autograder.submission.groups import Group

    Write = Callable[[ClassMarks, Path, Mapping[str, Group]], Path]

ENDING = "_export"


@dataclass(frozen=True)
class Export:
    """One form of a class's marks; each export's file holds one, named `EXPORT`.

    Attributes:
        default: the file or folder that is written when nobody names one, relative to the folder
            where grading writes.
        plugin: the class's name for nbgrader's own command (`nbgrader export --exporter=…`).
        write: writes a class into a file or folder and says what was written; groups are who
            stands behind a row, by row, where rows are groups.
    """

    default: str
    plugin: str
    write: Write


def export_names() -> tuple[str, ...]:
    """What `camlab export --to` takes, in the order of the alphabet."""
    files = sorted(Path(__file__).parent.glob(f"?*{ENDING}.py"))
    return tuple(file.stem.removesuffix(ENDING) for file in files)


def all_exports() -> tuple[str, ...]:
    """What the command takes: these, students' pages packed, and an autograder for Gradescope."""
    return (*export_names(), "feedback", "gradescope-zip")
