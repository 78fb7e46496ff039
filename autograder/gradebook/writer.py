"""The one writer of nbgrader's gradebook."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from nbformat.v4 import new_notebook
from nbgrader.api import BaseCell, Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from autograder.course import Course
from autograder.results import SubmissionResult, TaskMark

BATCH = 25  # submissions in one transaction


class GradebookWriter:
    """Writes rows to the gradebook in batches; a mark given by hand is never touched."""

    def __init__(self, course: Course, submitted: Path) -> None:
        self._course = course
        self._lab = course.lab
        self._submitted = submitted
        self._config = course.nbgrader_config()
        self._gradebook = Gradebook(course.database_url, course.id)
        self._session = self._gradebook.db()
        # nbgrader's methods commit whatever they do; here a batch is one transaction.
        self._gradebook.db.commit = self._session.flush
        # Cells are the same for everybody: held here, they are read once.
        self._session.expire_on_commit = False
        self._cells = list(self._session.query(BaseCell))
        self._waiting = 0
        self._late: list[str] = []

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
        finally:
            self._gradebook.close()
        if error is None:
            self._assign_late_penalties()

    def write(self, result: SubmissionResult) -> None:
        """Write one row; it is on disk at the latest when this object is closed."""
        submission = self._submission(result.student)
        notebook = next(nb for nb in submission.notebooks if nb.name == self._lab.name)
        grades = {grade.name: grade for grade in notebook.grades}
        comments = {comment.name: comment for comment in notebook.comments}
        for mark in result.tasks:
            task = self._lab.task(mark.task)
            self._set_grade(grades[task.grade_id], mark, readable=result.status == "graded")
            comment = comments.get(task.answer_id)
            if comment is not None:
                comment.auto_comment = _comment(mark)
        self._waiting += 1
        if self._waiting >= BATCH:
            self._flush()

    def _submission(self, student: str):
        self._gradebook.update_or_create_student(student)
        timestamp = CourseDirectory(config=self._config).get_existing_timestamp(
            str(self._submitted / student / self._lab.name)
        )
        fields = {"timestamp": timestamp} if timestamp else {}
        submission = self._gradebook.update_or_create_submission(self._lab.name, student, **fields)
        if timestamp and submission.total_seconds_late > 0:
            self._late.append(student)
        return submission

    def _set_grade(self, grade, mark: TaskMark, *, readable: bool) -> None:
        waits = mark.status == "manual"
        grade.auto_score = None if waits else mark.points
        grade.needs_manual_grade = waits or (grade.manual_score is not None and readable)

    def _flush(self) -> None:
        self._session.commit()
        self._waiting = 0

    def _assign_late_penalties(self) -> None:
        """Late marks follow nbgrader's own plug-in, run as `nbgrader autograde` runs it."""
        for student in self._late:
            resources = {
                "nbgrader": {
                    "student": student,
                    "assignment": self._lab.name,
                    "notebook": self._lab.name,
                    "db_url": self._course.database_url,
                }
            }
            AssignLatePenalties(config=self._config).preprocess(new_notebook(), resources)


def _comment(mark: TaskMark) -> str | None:
    """What Formgrader shows beside the answer: the sentences that explain the mark."""
    said = [criterion.sentence for criterion in mark.criteria if criterion.sentence]
    said += [hint.text for hint in mark.hints]
    return "\n".join(said) or None
