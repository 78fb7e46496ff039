"""The one writer of nbgrader's gradebook."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from nbformat.v4 import new_notebook
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    InvalidEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.database import explain, gradebook_errors, patient_url, take_lock
from autograder.gradebook.marked_answers import MarkedAnswers
from autograder.results import SubmissionResult, TaskMark
from autograder.submission.find import SubmittedFolder
from autograder.text.plain_text import listed, plain_lines
from autograder.text.student_names import unfit_name

BATCH = 10  # submissions in one transaction: some tenths of a second
WAIT_SECONDS = 5.0  # how long a row may wait for others


class GradebookWriter:
    """Writes rows to the gradebook, some at a time; a mark given by hand is never touched.

    Between two batches the gradebook is free for everybody else. A batch that cannot be written is
    tried again with the next one; rows that could not be written at the end are in `message`.

    Attributes:
        message: a sentence where rows could not be written; empty where all were.

    Raises:
        CamlabError: the gradebook cannot be used, or has other cells than the lab. Nothing was
            changed.
    """

    def __init__(self, course: Course, submitted: Path) -> None:
        self._course = course
        self._lab = course.lab
        self._submitted = submitted
        self._config = course.nbgrader_config()
        self._url = patient_url(course.database_url)
        self.message = ""
        self._waiting: list[SubmissionResult] = []
        self._answers: dict[str, Mapping[str, str]] = {}
        self._marked_answers = MarkedAnswers(course.out)
        self._written = time.monotonic()
        self._late: list[str] = []
        with gradebook_errors(self._url):
            self._gradebook = Gradebook(self._url, course.id)
            self._session = self._gradebook.db()
            # nbgrader's methods commit whatever they do; here a batch is one transaction.
            self._gradebook.db.commit = self._session.flush
            # Cells are the same for everybody: held here, they are read once.
            self._session.expire_on_commit = False
            self._cells = list(self._session.query(BaseCell))
            self._check_cells()
            self._session.rollback()

    def __enter__(self) -> GradebookWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._flush()
            if error is None and not self.message:
                self._assign_late_penalties()
        except (SQLAlchemyError, InvalidEntry, OSError) as failure:
            self.message = self.message or explain(failure, self._url)
        finally:
            self._gradebook.close()

    def write(self, result: SubmissionResult, answers: Mapping[str, str] | None = None) -> None:
        """Write one row, soon; it is on disk at the latest when this object is closed.

        The row of somebody whose name nbgrader cannot take is left out.

        Args:
            result: the row.
            answers: the written answers' digests (`marked_answers.answer_digests`).
        """
        if unfit_name(result.student):
            return
        self._answers[result.student] = answers or {}
        self._waiting.append(result)
        if len(self._waiting) >= BATCH or time.monotonic() - self._written > WAIT_SECONDS:
            self._flush()

    def _check_cells(self) -> None:
        known = (
            self._session.query(BaseCell.name)
            .join(Notebook, BaseCell.notebook_id == Notebook.id)
            .join(Assignment, Notebook.assignment_id == Assignment.id)
            .filter(Assignment.name == self._lab.name)
        )
        missing = {task.grade_id for task in self._lab.tasks} - {name for (name,) in known}
        if missing:
            raise CamlabError(
                f"The gradebook {self._course.gradebook} has other cells for {self._lab.name} "
                f"than this release: {listed(sorted(missing))} is not in it. It was made with "
                "another version of the lab: take that version's source, or move the gradebook "
                "away (marks given by hand go with it). Nothing was changed."
            )

    def _flush(self) -> None:
        """Write all rows that wait, in transactions of `BATCH`; those that fail go on waiting."""
        self._written = time.monotonic()
        while self._waiting:
            batch = self._waiting[:BATCH]
            late: list[str] = []
            try:
                take_lock(self._session)
                for result in batch:
                    self._put(result, late)
                self._session.commit()
                self._marked_answers.save()
            except (SQLAlchemyError, InvalidEntry, OSError) as error:
                self._session.rollback()
                self._marked_answers = MarkedAnswers(self._course.out)
                self.message = explain(error, self._url)
                return
            self._late += late
            del self._waiting[:BATCH]
            self.message = ""

    def _put(self, result: SubmissionResult, late: list[str]) -> None:
        submission = self._submission(result.student, late)
        notebook = next(nb for nb in submission.notebooks if nb.name == self._lab.name)
        grades = {grade.name: grade for grade in notebook.grades}
        comments = {comment.name: comment for comment in notebook.comments}
        for mark in result.tasks:
            task = self._lab.task(mark.task)
            grade = grades.get(task.grade_id) or self._new_grade(notebook, task.grade_id)
            self._set_grade(grade, mark, result.student)
            comment = comments.get(task.answer_id)
            if comment is not None:
                comment.auto_comment = _comment(mark)

    def _submission(self, student: str, late: list[str]) -> SubmittedAssignment:
        self._gradebook.update_or_create_student(student)
        folder = self._submitted / student / self._lab.name
        timestamp = SubmittedFolder(student, folder, self._lab.name).handed_in()
        submission = self._gradebook.update_or_create_submission(
            self._lab.name, student, timestamp=timestamp
        )
        if submission.total_seconds_late > 0 or any(map(_penalty, submission.notebooks)):
            late.append(student)
        return submission

    def _new_grade(self, notebook: SubmittedNotebook, grade_id: str) -> Grade:
        """The place of a mark that was not asked for when the submission was written first."""
        cells = notebook.notebook.grade_cells
        grade = Grade(notebook=notebook, cell=next(c for c in cells if c.name == grade_id))
        self._session.add(grade)
        return grade

    def _set_grade(self, grade: Grade, mark: TaskMark, student: str) -> None:
        waits, marked = mark.status == "manual", grade.manual_score is not None
        grade.auto_score = None if waits else mark.points
        if self._lab.task(mark.task).by_machine or not waits:
            grade.needs_manual_grade = False
            return
        answer = self._answers.get(student, {}).get(grade.name, "")
        asked = bool(grade.needs_manual_grade)
        grade.needs_manual_grade = self._marked_answers.waits(
            student, grade.name, answer, marked=marked, asked=asked
        )

    def _assign_late_penalties(self) -> None:
        """Late marks follow nbgrader's own plug-in, run as `nbgrader autograde` runs it: it takes
        a penalty away, too, where its reason is gone."""
        for student in self._late:
            resources = {
                "nbgrader": {
                    "student": student,
                    "assignment": self._lab.name,
                    "notebook": self._lab.name,
                    "db_url": self._url,
                }
            }
            AssignLatePenalties(config=self._config).preprocess(new_notebook(), resources)


def _penalty(notebook: SubmittedNotebook) -> float:
    return notebook.late_submission_penalty or 0.0


def _comment(mark: TaskMark) -> str | None:
    """What Formgrader shows beside the answer: the sentences that explain the mark."""
    said = [criterion.sentence for criterion in mark.criteria if criterion.sentence]
    said += [hint.text for hint in mark.hints]
    return plain_lines("\n".join(said)) or None
