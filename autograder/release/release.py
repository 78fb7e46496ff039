"""Make both releases, or refuse and say which cell is why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.build import (
    build_solution,
    build_student,
    replace_folder,
    staged,
    zip_folder,
)
from autograder.release.difference import difference
from autograder.release.leaks import check_leaks
from autograder.release.regions import Finding, check_copies, check_markers
from autograder.release.self_check import self_check
from autograder.release.structure import check_structure
from autograder.scratch import scratch_folder


@dataclass(frozen=True)
class Releases:
    """Where the releases lie, and what changed for students since the last ones."""

    student: Path
    solution: Path
    archive: Path
    changes: tuple[str, ...]  # a unified diff; empty for the first release
    written: bool


def make_releases(
    course: Course,
    *,
    only_diff: bool = False,
    say: Callable[[str], None] = lambda step: None,
) -> Releases:
    """Make the student and the solution release from the source.

    Nothing that is already released is touched before every check has passed.

    Args:
        course: the course folder.
        only_diff: check and compare, and write nothing.
        say: told each step.

    Raises:
        CamlabError: naming the cell, when a check refuses.
    """
    source = _read_source(course)
    say("Checking the source")
    _refuse(list(check_markers(source)))
    _refuse([*check_copies(source), *check_structure(source, course.lab)])
    with staged(course) as (scratch, folder):
        say("Making the student release")
        student = build_student(scratch, folder / "student")
        _refuse(list(check_leaks(source, student, course.lab)))
        changes = tuple(_changes(course, student))
        if not only_diff:
            say("Running the solution")
            solution = build_solution(scratch, folder / "solution")
            name = course.lab.notebook_name
            say("Grading both: the solution must earn all, the untouched release nothing")
            _refuse(list(self_check(scratch, student / name, solution / name)))
            _record(course)
            replace_folder(solution, course.solution_release)
            replace_folder(student, course.student_release)
            zip_folder(course.student_release, _archive(course))
    return Releases(
        course.student_release, course.solution_release, _archive(course), changes, not only_diff
    )


def _read_source(course: Course) -> nbformat.NotebookNode:
    path = course.source / course.lab.notebook_name
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CamlabError(f"{path} is missing: it is what the releases are made from.") from None
    except Exception as error:
        raise CamlabError(f"{path} cannot be read as a notebook: {error}") from error


def _archive(course: Course) -> Path:
    return course.student_release.with_suffix(".zip")


def _changes(course: Course, student: Path) -> list[str]:
    if not course.student_release.is_dir():
        return []
    return list(difference(course.student_release, student))


def _record(course: Course) -> None:
    """Tell the course's own gradebook about the cells; refused when submissions forbid it."""
    with scratch_folder() as folder:
        build_student(course, folder)


def _refuse(findings: list[Finding]) -> None:
    if findings:
        listed = "\n".join(f"  - {finding}" for finding in findings)
        raise CamlabError(f"Not released. Nothing was changed. Mend this first:\n{listed}")
