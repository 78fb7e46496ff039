"""The second lab, which has no networks: for tests of the pipeline that any lab will do for."""

from __future__ import annotations

import json
import re
import shutil
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.command.init import init_course
from autograder.course import CONFIG_NAME, Course, find_course
from autograder.demo import make_class
from autograder.lab import SampleStudent
from autograder.release import make_releases

FULL = 5.0  # what the machine marks


@dataclass(frozen=True)
class SmallLab:
    """A released course with lab 10 alone."""

    course: Course
    student: NotebookNode
    solution: NotebookNode

    def make_class(self, students: tuple[SampleStudent, ...], submitted: Path) -> None:
        make_class(students, self.course.lab, self.student, self.solution, submitted)

    def begun(self, number: int) -> bytes:
        """A submission unlike all others: one task begun, the other as it was handed out."""
        notebook = deepcopy(self.student)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "max_pool":
                cell.source = f"def max_pool(image, size):\n    return [{number}]\n"
        return json.dumps(notebook).encode()


def make_small_course(folder: Path) -> None:
    """Write and release the course."""
    init_course(folder, example=True)
    shutil.rmtree(folder / "source" / "lab09")
    config = folder / CONFIG_NAME
    config.write_text(re.sub('main_lab = "lab09"', 'main_lab = "lab10"', config.read_text()))
    make_releases(find_course(folder))


def open_small_lab(made: Path, folder: Path) -> SmallLab:
    """A copy of what `make_small_course` made, in `folder`."""
    shutil.copytree(made, folder, dirs_exist_ok=True)
    course = find_course(folder)
    name = course.lab.notebook_name
    return SmallLab(
        course,
        nbformat.read(course.student_release / name, as_version=4),
        nbformat.read(course.solution_release / name, as_version=4),
    )
