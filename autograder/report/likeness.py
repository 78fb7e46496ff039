"""Submissions whose graded code is the same but for names, spacing and comments.

For a person to look at, never a verdict, and never on a student's page: short tasks have few right
solutions. What the release gives, what the reference has and what many of the class have does not
count. `copydetect` compares (`autograder.report.likeness_process`).
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import nbformat

from autograder.cell_code import parse
from autograder.course import Course
from autograder.lab import Lab

SECONDS = 120


@dataclass(frozen=True)
class Pair:
    """Two submissions to look at."""

    first: str
    second: str
    share: float  # of their own code that is the same, 0 to 1
    tasks: tuple[str, ...]  # whose code is the same


@dataclass(frozen=True)
class Likeness:
    """What was found, or why nothing was looked for."""

    pairs: tuple[Pair, ...] = ()
    message: str = ""


def find_likeness(course: Course, codes: Mapping[str, Mapping[str, str]]) -> Likeness:
    """Compare the graded code of a class.

    Args:
        course: its lab's own code counts for nothing.
        codes: student -> task -> code (`graded_code`).
    """
    codes = {student: code for student, code in codes.items() if code}
    if len(codes) < 2:
        return Likeness()
    asked = json.dumps({"codes": codes, "known": known_code(course)})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "autograder.report.likeness_process"],
            input=asked,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return Likeness(message=f"Comparing the class's code took more than {SECONDS} seconds.")
    except (subprocess.CalledProcessError, OSError) as error:
        return Likeness(message=f"The class's code could not be compared: {type(error).__name__}.")
    found = json.loads(done.stdout)
    return Likeness(
        tuple(Pair(one, other, share, tuple(tasks)) for one, other, share, tasks in found)
    )


def known_code(course: Course) -> list[str]:
    """The lab's own code: the source's cells with their solutions, and the reference."""
    source = nbformat.read(course.source / course.lab.notebook_name, as_version=4)
    cells = [cell.source for cell in source.cells if cell.cell_type == "code"]
    return cells + list(_reference_code(course.lab))


def _reference_code(lab: Lab) -> Iterator[str]:
    """The reference's functions, read from their files: importing them may take seconds."""
    names = {task.name for task in lab.tasks}
    for path in sorted(path for folder in lab.reference_folders for path in folder.glob("*.py")):
        text = path.read_text("utf-8")
        for node in parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name in names:
                yield ast.get_source_segment(text, node) or ""
