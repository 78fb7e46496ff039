"""Two courses with the same submissions: Camlab's and a stock one."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.assets.weights import find_weights
from autograder.course import CONFIG_NAME, Course, find_course
from autograder.demo import make_class
from autograder.lab import SampleStudent
from autograder.release import make_releases
from benchmarks.measuring import Measured, measure

PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class ScratchCourse:
    """A copy of the course, with a class of students who all did everything right."""

    course: Course
    students: tuple[str, ...]

    def submitted(self, students: Sequence[str]) -> Path:
        """A folder with the submissions of `students` only."""
        everyone = self.course.root / "everyone"
        folder = self.course.root / f"submitted-{students[0]}-{len(students)}"
        if not folder.exists():
            for student in students:
                shutil.copytree(everyone / student, folder / student)
        return folder

    def grade(
        self,
        students: Sequence[str],
        out: str,
        jobs: int = 0,
        fresh: bool = True,
        scheduler: str = "",
        package: Path | None = None,
        memory: bool = False,
    ) -> Measured:
        """`camlab grade`, measured.

        Args:
            memory: look at its memory too.
            package: a folder with another copy of Camlab, such as one with a changed grader.
        """
        out_folder = self.course.root / out
        command = [
            *(sys.executable, "-m", "autograder.command.cli", "grade", "--json"),
            *("--submitted", self.submitted(students), "--out", out_folder, "--jobs", str(jobs)),
            *(["--fresh"] if fresh else []),
            *(["--scheduler", scheduler] if scheduler else []),
        ]
        environment = {"PYTHONPATH": str(package)} if package else {}
        graded = out_folder / "autograded"
        return measure(command, self.course.root, graded, environment, memory=memory)


def make_scratch_course(
    folder: Path, submissions: int, *, unfinished: bool = False
) -> ScratchCourse:
    """Copy the course that we stand in below `folder`, release it, make up a class.

    Args:
        unfinished: students have begun one task only, which makes their notebooks cheap to run.
    """
    here = find_course()
    folder.mkdir(parents=True)
    shutil.copy(here.root / CONFIG_NAME, folder)
    shutil.copytree(here.source, folder / "source" / here.lab.name)
    course = find_course(folder)
    if here.student_release.is_dir() and here.solution_release.is_dir():
        shutil.copytree(here.student_release, course.student_release)
        shutil.copytree(here.solution_release, course.solution_release)
    else:
        make_releases(course)
    name = course.lab.notebook_name
    student = nbformat.read(course.student_release / name, as_version=4)
    solution = nbformat.read(course.solution_release / name, as_version=4)
    pupils = tuple(
        SampleStudent(f"s{number:05}", "one task begun", content=begun(student, number))
        if unfinished
        else SampleStudent(
            f"s{number:05}", "everything right", {"fc_weight": _own(solution, number)}
        )
        for number in range(1, submissions + 1)
    )
    make_class(pupils, course.lab, student, solution, folder / "everyone")
    return ScratchCourse(course, tuple(pupil.name for pupil in pupils))


def torch_home() -> dict[str, str]:
    """What tells a stock kernel where the weights are that Camlab uses too."""
    return {"TORCH_HOME": str(find_weights().torch_home)}


def begun(release: nbformat.NotebookNode, number: int) -> bytes:
    """A cheap submission unlike all others: one task begun, the others as they were handed out."""
    notebook = deepcopy(release)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "predict":
            cell.source = f"def predict(network, picture, k=5):\n    return [{number}]\n"
    return json.dumps(notebook).encode()


def _own(solution: nbformat.NotebookNode, number: int) -> str:
    cell = next(
        cell
        for cell in solution.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "fc_weight"
    )
    return f"# submission {number}\n{cell.source}"
