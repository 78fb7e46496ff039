"""One mark by hand in nbgrader's gradebook: read, and written in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass

from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course
from autograder.lab import Task


@dataclass(frozen=True)
class HandMark:
    """What Formgrader shows in the boxes of one answer."""

    score: float | None
    comment: str


def read_hand_mark(course: Course, student: str, task: Task) -> HandMark:
    with Gradebook(course.database_url, course.id) as gradebook:
        return _read(gradebook, course, student, task)


def write_hand_mark(course: Course, student: str, task: Task, mark: HandMark) -> None:
    """Write the mark; None takes it away, and the answer waits again.

    Raises:
        sqlalchemy.exc.OperationalError: somebody else is writing for longer than SQLite waits.
    """
    place = (course.lab.name, course.lab.name, student)
    with Gradebook(course.database_url, course.id) as gradebook:
        try:
            grade = gradebook.find_grade(task.grade_id, *place)
            grade.manual_score = mark.score
            grade.needs_manual_grade = mark.score is None and grade.auto_score is None
            comment = gradebook.find_comment(task.answer_id, *place)
            comment.manual_comment = mark.comment or None
            gradebook.db.commit()
        except BaseException:
            gradebook.db.rollback()
            raise


def _read(gradebook: Gradebook, course: Course, student: str, task: Task) -> HandMark:
    place = (course.lab.name, course.lab.name, student)
    try:
        score = gradebook.find_grade(task.grade_id, *place).manual_score
        comment = gradebook.find_comment(task.answer_id, *place).manual_comment
    except MissingEntry:
        return HandMark(None, "")
    return HandMark(None if score is None else float(score), comment or "")
