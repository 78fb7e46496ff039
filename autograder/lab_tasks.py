"""The tasks of a lab, read from its notebook: names, points and grade ids stand nowhere else."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder.cells import is_grade, is_locked, is_solution, name_of
from autograder.errors import CamlabError
from autograder.lab import Task


def read_tasks(notebook: Path, graders: Path) -> tuple[Task, ...]:
    """One task for each graded cell, in the notebook's order.

    A locked test cell `test_NAME` is marked by the pytest file `test_NAME.py`, and the student's
    answer stands in the cell `NAME`; a graded answer cell is marked by a person.

    Args:
        notebook: the lab's source notebook.
        graders: the folder of the lab's hidden graders.

    Raises:
        CamlabError: the notebook cannot be read, a test cell has no grader or no answer cell, or
            points are no number.
    """
    try:
        cells = nbformat.read(notebook, as_version=4).cells
    except FileNotFoundError:
        raise CamlabError(f"{notebook} is missing: the lab's tasks are read from it.") from None
    except Exception as error:
        raise CamlabError(f"{notebook} cannot be read as a notebook: {error}") from error
    return tuple(_tasks(cells, notebook, graders))


def _tasks(cells: list[nbformat.NotebookNode], notebook: Path, graders: Path) -> Iterator[Task]:
    answers = {cell.metadata.nbgrader["grade_id"] for cell in cells if is_solution(cell)}
    for cell in filter(is_grade, cells):
        grade_id = str(cell.metadata.nbgrader["grade_id"])
        points = _points(cell, notebook)
        if not grade_id:
            continue  # a release is refused for it
        if not is_locked(cell) and not (graders / f"{grade_id}.py").is_file():
            yield Task(grade_id, points, grade_id, grade_id)
            continue
        name, file = grade_id.removeprefix("test_"), f"{grade_id}.py"
        if not (graders / file).is_file():
            raise CamlabError(
                f"The cell {grade_id} of {notebook} is marked by {graders / file}, which is "
                "missing."
            )
        if name not in answers:
            raise CamlabError(
                f"The cell {grade_id} of {notebook} tests a cell {name}, which is missing: give "
                "the student's answer cell that grade id."
            )
        yield Task(name, points, grade_id, name, file)


def _points(cell: nbformat.NotebookNode, notebook: Path) -> float:
    points = cell.metadata.nbgrader.get("points")
    if isinstance(points, int | float) and not isinstance(points, bool) and 0 <= points < math.inf:
        return float(points)
    raise CamlabError(
        f"The cell {name_of(cell)} of {notebook} is graded, and its points are {points!r}: give it "
        "a number, 0 or more."
    )
