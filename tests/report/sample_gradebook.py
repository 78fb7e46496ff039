"""A real nbgrader gradebook for the tests of reports, filled from made-up results."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)

from autograder.results import ClassResults, SubmissionResult
from tests.lab09 import LAB

# nbgrader starts `alembic` by name, also where this environment was not activated.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def make_gradebook(path: Path, results: ClassResults) -> str:
    """Write every row of `results` as grading does; gives the gradebook's address."""
    path.write_bytes(_without_students())
    url = f"sqlite:///{path}"
    with Gradebook(url, "csc413") as gradebook:
        assignment = gradebook.find_assignment(LAB.name)
        (notebook,) = assignment.notebooks
        cells = [(cell.name, cell.id, cell.type) for cell in notebook._base_cells]
        place = (assignment.id, notebook.id, cells)
        gradebook.db.add_all(
            made for row in results.submissions for made in _submission(row, *place)
        )
        gradebook.db.commit()
    return url


@cache
def _without_students() -> bytes:
    """A gradebook with the assignment only; nbgrader takes seconds to make one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.db"
        with Gradebook(f"sqlite:///{path}", "csc413") as gradebook:
            gradebook.add_assignment(LAB.name)
            gradebook.add_notebook(LAB.name, LAB.name)
            place = (LAB.name, LAB.name)
            for task in LAB.tasks:
                kind = "code" if task.by_machine else "markdown"
                gradebook.add_grade_cell(
                    task.grade_id, *place, max_score=task.points, cell_type=kind
                )
                gradebook.add_solution_cell(task.answer_id, *place)
        return path.read_bytes()


def _submission(row: SubmissionResult, assignment: str, notebook: str, cells) -> Iterator[object]:
    """The rows of nbgrader's tables, all at once: its own functions take seconds for hundreds."""
    submission, submitted = new_uuid(), new_uuid()
    yield Student(id=row.student)
    yield SubmittedAssignment(id=submission, assignment_id=assignment, student_id=row.student)
    yield SubmittedNotebook(id=submitted, assignment_id=submission, notebook_id=notebook)
    marks = {LAB.task(mark.task).grade_id: mark for mark in row.tasks}
    for name, cell, kind in cells:
        if kind == "SolutionCell":
            yield Comment(notebook_id=submitted, cell_id=cell)
            continue
        waits = marks[name].status == "manual"
        points = None if waits else marks[name].points
        yield Grade(
            notebook_id=submitted, cell_id=cell, auto_score=points, needs_manual_grade=waits
        )


def mark_by_hand(
    url: str, student: str, task: str, score: float | None, comment: str = "", extra: float = 0.0
) -> None:
    """What Formgrader does when a TA types a mark and a comment."""
    place = (LAB.name, LAB.name, student)
    with Gradebook(url, "csc413") as gradebook:
        if score is not None or extra:
            grade = gradebook.find_grade(LAB.task(task).grade_id, *place)
            grade.manual_score = score
            grade.extra_credit = extra or None
            grade.needs_manual_grade = False
        if comment:
            gradebook.find_comment(LAB.task(task).answer_id, *place).manual_comment = comment
        gradebook.db.commit()


def penalise(url: str, student: str, penalty: float) -> None:
    with Gradebook(url, "csc413") as gradebook:
        notebook = gradebook.find_submission_notebook(LAB.name, LAB.name, student)
        notebook.late_submission_penalty = penalty
        gradebook.db.commit()
