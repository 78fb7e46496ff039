"""`camlab export --to …`: the export of a name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks
from autograder.report.exports.export import ENDING, Export, all_exports, export_names
from autograder.submission.groups import Group
from autograder.text.plain_text import counted


def find_export(name: str) -> Export:
    """The export of a name, which is its file's.

    Raises:
        CamlabError: there is none.
    """
    if name not in export_names():
        raise CamlabError(f"There is no export to {name}. There are {', '.join(all_exports())}.")
    module = import_module(f"{__package__}.{name}{ENDING}")
    return cast(Export, module.EXPORT)


def default_target(name: str, course: Course) -> Path:
    """Where an export is written when nobody says so."""
    return course.own(find_export(name).default)


def export_marks_to(
    name: str, marks: ClassMarks, target: Path, groups: Mapping[str, Group] | None = None
) -> Path:
    """Export a class.

    Args:
        name: one of `export_names`.
        marks: the class.
        target: the file or folder to write.
        groups: who stands behind a row, where rows are groups (`camlab markus pull`).

    Returns:
        What was written.
    """
    export = find_export(name)
    if not marks.rows:
        raise CamlabError("There is nothing to export: no submission was graded yet.")
    return export.write(marks, target, groups or {})


def still_waiting(marks: ClassMarks) -> str:
    """A sentence when totals are not final; else empty."""
    waiting = sum(row.waits for row in marks.rows)
    if not waiting:
        return ""
    return (
        f"{counted(waiting, 'written answer is', 'written answers are')} not marked yet: "
        "their totals are not final. Mark them, then run this again."
    )
