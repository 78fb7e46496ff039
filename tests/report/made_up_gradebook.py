"""A real nbgrader gradebook for the tests of reports, filled from made-up results."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.labs import find_lab
from autograder.results import ClassResults

# nbgrader starts `alembic` by name, also where this environment was not activated.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

LAB = find_lab("lab09")


def make_gradebook(path: Path, results: ClassResults) -> str:
    """Write every row of `results` as grading does; gives the gradebook's address."""
    url = f"sqlite:///{path}"
    with Gradebook(url, "csc413") as gradebook:
        gradebook.add_assignment(LAB.name)
        gradebook.add_notebook(LAB.name, LAB.name)
        place = (LAB.name, LAB.name)
        for task in LAB.tasks:
            kind = "code" if task.by_machine else "markdown"
            gradebook.add_grade_cell(task.grade_id, *place, max_score=task.points, cell_type=kind)
            gradebook.add_solution_cell(task.answer_id, *place)
        for row in results.submissions:
            gradebook.add_student(row.student)
            submission = gradebook.add_submission(LAB.name, row.student)
            grades = {grade.name: grade for grade in submission.notebooks[0].grades}
            for mark in row.tasks:
                grade = grades[LAB.task(mark.task).grade_id]
                waits = mark.status == "manual"
                grade.auto_score = None if waits else mark.points
                grade.needs_manual_grade = waits
        gradebook.db.commit()
    return url


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
