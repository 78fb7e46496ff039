"""`camlab export --to …`: which exports there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks
from autograder.report.exports.canvas import export_canvas
from autograder.report.exports.gradescope import export_gradescope
from autograder.report.exports.markus_files import export_markus
from autograder.report.exports.plain_csv import export_csv
from autograder.submission.groups import Group
from autograder.text.plain_text import counted


@dataclass(frozen=True)
class Export:
    """One target: how it is written, and under which name when nobody gives one."""

    write: Callable[[ClassMarks, Path], Path]
    default: str  # relative to the folder where grading writes


EXPORTS = {
    "csv": Export(export_csv, "exports/marks.csv"),
    "markus": Export(export_markus, "exports/markus"),
    "gradescope": Export(export_gradescope, "exports/gradescope"),
    "canvas": Export(export_canvas, "exports/canvas.csv"),
}


def default_target(kind: str, course: Course) -> Path:
    """Where an export is written when nobody says so."""
    return course.own(_export(kind).default)


def export_marks_to(
    kind: str, marks: ClassMarks, target: Path, groups: Mapping[str, Group] | None = None
) -> Path:
    """Export a class.

    Args:
        kind: one of `EXPORTS`.
        marks: the class.
        target: the file or folder to write.
        groups: who stands behind a row, where rows are groups (`camlab markus pull`).

    Returns:
        What was written.
    """
    export = _export(kind)
    if not marks.rows:
        raise CamlabError("There is nothing to export: no submission was graded yet.")
    if kind == "markus":
        return export_markus(marks, target, groups)
    return export.write(marks, target)


def _export(kind: str) -> Export:
    if kind not in EXPORTS:
        raise CamlabError(f"There is no export to {kind}. There are {', '.join(EXPORTS)}.")
    return EXPORTS[kind]


def still_waiting(marks: ClassMarks) -> str:
    """A sentence when totals are not final; else empty."""
    waiting = sum(row.waits for row in marks.rows)
    if not waiting:
        return ""
    return (
        f"{counted(waiting, 'written answer is', 'written answers are')} not marked yet: "
        "their totals are not final. Mark them, then run this again."
    )
