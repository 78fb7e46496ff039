"""The final marks of a class: what the machine gave and what people gave, together.

`results.json` explains the marks; nbgrader's gradebook decides them, since it is where people
change them. Everything that leaves the course (exports, pages) is made from `ClassMarks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Query

from autograder.errors import CamlabError
from autograder.gradebook.database import open_gradebook
from autograder.gradebook.marked_answers import CHANGED
from autograder.lab import Lab
from autograder.results import ClassResults, SubmissionResult, TaskMark, TaskStatus
from autograder.text.plain_text import plain


@dataclass(frozen=True)
class ManualMark:
    """What a person gave for one task."""

    score: float | None  # None: a comment without a mark
    max_score: float
    comment: str = ""
    outdated: bool = False  # given for another answer than today's: waits to be given anew


@dataclass(frozen=True)
class Enrolled:
    """Who a student is, as far as the gradebook knows."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


@dataclass(frozen=True)
class GradebookRow:
    """What the gradebook holds of one submission."""

    enrolled: Enrolled
    auto: Mapping[str, float | None]  # task -> the machine's points; None: not marked yet
    manual: Mapping[str, ManualMark]  # task -> what a person gave, where one gave anything
    late_penalty: float = 0.0


@dataclass(frozen=True)
class FinalRow:
    """One student's marks as they leave the course."""

    result: SubmissionResult  # with the marks that people gave
    enrolled: Enrolled
    manual: Mapping[str, ManualMark] = field(default_factory=dict)  # by task
    late_penalty: float = 0.0

    @property
    def student(self) -> str:
        return self.result.student

    @property
    def total(self) -> float:
        """Points after the late penalty, as nbgrader counts: never below zero."""
        return max(0.0, self.result.score - self.late_penalty)

    @property
    def waits(self) -> bool:
        """Whether a person still has something to mark."""
        return any(mark.status == "manual" for mark in self.result.tasks)


@dataclass(frozen=True)
class ClassMarks:
    """All rows of one class, sorted by student."""

    assignment: str
    weights: str  # "imagenet", "stand-in"; empty: unknown
    max_score: float
    tasks: tuple[str, ...]
    rows: tuple[FinalRow, ...]
    without_walls: bool = False  # as in `ClassResults`

    @property
    def results(self) -> ClassResults:
        """The rows as results, for whatever takes those."""
        rows = tuple(row.result for row in self.rows)
        return ClassResults(self.assignment, self.weights, self.max_score, rows, self.without_walls)


def class_marks(
    lab: Lab,
    results: ClassResults | None,
    db_url: str | None,
    submitted: Path | None = None,
) -> ClassMarks:
    """Bring results and gradebook together.

    Args:
        lab: whose tasks they are.
        results: the explained marks; None when only the gradebook is known.
        db_url: nbgrader's gradebook; None when there is none.
        submitted: the folder of submissions: whoever has neither a row in `results` nor a folder
            there was removed or renamed, and is left out; None: nobody is.

    Where the two disagree on the machine's points (someone ran `nbgrader autograde` since), the
    gradebook's count and the explanation, which belongs to other points, is left out.
    """
    known = read_gradebook(db_url, lab) if db_url else {}
    explained = {row.student: row for row in results.submissions} if results else {}
    if results is not None and submitted is not None:
        known = {
            name: row
            for name, row in known.items()
            if name in explained or (submitted / name).is_dir()
        }
    students = sorted(explained.keys() | known.keys())
    rows = tuple(_final(lab, name, explained.get(name), known.get(name)) for name in students)
    weights = results.weights if results else ""
    tasks = tuple(task.name for task in lab.tasks)
    without_walls = results.without_walls if results else False
    return ClassMarks(lab.name, weights, lab.max_score, tasks, rows, without_walls)


def with_gradebook(lab: Lab, results: ClassResults, db_url: str) -> ClassResults:
    """The rows of `results`, each with its final marks: `results.json` says what every page says.

    Students whom the gradebook has and `results` has not are left out.
    """
    graded = {row.student for row in results.submissions}
    rows = class_marks(lab, results, db_url).rows
    final = tuple(row.result for row in rows if row.student in graded)
    return replace(results, submissions=final)


def read_manual_marks(db_url: str, lab: Lab) -> dict[str, Mapping[str, ManualMark]]:
    """What people gave: student -> task -> mark. Students to whom nobody gave anything are left
    out."""
    rows = read_gradebook(db_url, lab)
    return {student: row.manual for student, row in rows.items() if row.manual}


def read_gradebook(db_url: str, lab: Lab) -> dict[str, GradebookRow]:
    """Every submission of a lab in the gradebook, in a handful of queries; none where there is no
    gradebook yet.

    Raises:
        CamlabError: the gradebook cannot be read.
    """
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return {}  # opening it would make it
    with open_gradebook(db_url) as gradebook:
        return _read(gradebook, lab)


def _read(gradebook: Gradebook, lab: Lab) -> dict[str, GradebookRow]:
    def of_lab(query: Query[Any]) -> Query[Any]:
        return (
            query.join(
                SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id
            )
            .join(Student, SubmittedAssignment.student_id == Student.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .filter(Assignment.name == lab.name)
        )

    session = gradebook.db
    students = of_lab(
        session.query(
            Student.id,
            Student.first_name,
            Student.last_name,
            Student.email,
            Student.lms_user_id,
            SubmittedNotebook.late_submission_penalty,
        ).select_from(SubmittedNotebook)
    )
    grades = of_lab(
        session.query(
            Student.id,
            BaseCell.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
    )
    comments = of_lab(
        session.query(Student.id, BaseCell.name, Comment.manual_comment)
        .select_from(Comment)
        .join(SubmittedNotebook, Comment.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, Comment.cell_id == BaseCell.id)
        .filter(Comment.manual_comment.is_not(None))
    )
    given = {(student, cell): grade for student, cell, *grade in grades}
    said = {(student, cell): text for student, cell, text in comments}
    return {
        student: _gradebook_row(
            lab, Enrolled(student, *(one or "" for one in who)), late, given, said
        )
        for student, *who, late in students
    }


def _gradebook_row(
    lab: Lab,
    enrolled: Enrolled,
    late: float | None,
    given: Mapping[tuple[str, str], Sequence[Any]],
    said: Mapping[tuple[str, str], str],
) -> GradebookRow:
    auto: dict[str, float | None] = {}
    manual: dict[str, ManualMark] = {}
    for task in lab.tasks:
        machine, person, extra, asked = given.get(
            (enrolled.student, task.grade_id), (None, None, None, False)
        )
        auto[task.name] = machine
        comment = (said.get((enrolled.student, task.answer_id)) or "").strip()
        score = None
        if person is not None or extra:
            score = (machine or 0.0 if person is None else person) + (extra or 0.0)
        if score is not None or comment:
            outdated = bool(asked) and person is not None and not task.by_machine
            manual[task.name] = ManualMark(score, task.points, comment, outdated)
    return GradebookRow(enrolled, auto, manual, late or 0.0)


def _final(
    lab: Lab, student: str, explained: SubmissionResult | None, row: GradebookRow | None
) -> FinalRow:
    if row is None:
        assert explained is not None  # else nobody would know the student
        return FinalRow(explained, Enrolled(student))
    result = explained or _from_gradebook(lab, student, row)
    marks = {mark.task: mark for mark in result.tasks}
    if missing := [task.name for task in lab.tasks if task.name not in marks]:
        raise CamlabError(
            f"The results of {plain(student, 60)} know nothing of {', '.join(missing)}: they were "
            f"made with another version of {lab.name}. Run `camlab grade` again."
        )
    tasks = tuple(_task_mark(marks[task.name], row, task.name) for task in lab.tasks)
    result = replace(result, tasks=tasks, score=sum(mark.points for mark in tasks))
    return FinalRow(result, row.enrolled, row.manual, row.late_penalty)


def _task_mark(mark: TaskMark, row: GradebookRow, task: str) -> TaskMark:
    given = row.manual.get(task)
    if given is not None and given.outdated:
        said = tuple(remark for remark in mark.remarks if remark != CHANGED)
        return replace(mark, points=0.0, status="manual", remarks=(*said, CHANGED))
    if given is not None and given.score is not None:
        return replace(mark, points=given.score, status=status_of(given.score, mark.max_points))
    machine = row.auto[task]
    if mark.status == "manual" or machine is None or machine == mark.points:
        return mark
    return TaskMark(task, machine, mark.max_points, status_of(machine, mark.max_points))


def status_of(points: float, max_points: float) -> TaskStatus:
    """The status of a mark that someone has decided."""
    return "full" if points >= max_points else "partial" if points > 0 else "none"


def _from_gradebook(lab: Lab, student: str, row: GradebookRow) -> SubmissionResult:
    """A row of a submission of which only the marks are known."""
    tasks = tuple(_unexplained(row.auto[task.name], task.name, task.points) for task in lab.tasks)
    score = sum(mark.points for mark in tasks)
    return SubmissionResult(student, "graded", "", 0.0, score, lab.max_score, tasks)


def _unexplained(machine: float | None, task: str, most: float) -> TaskMark:
    if machine is None:
        return TaskMark(task, 0.0, most, "manual")
    return TaskMark(task, machine, most, status_of(machine, most))
