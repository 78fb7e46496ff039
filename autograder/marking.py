"""One submission from its bytes to its marks: read, run, ask, judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.answers import Answer
from autograder.assets.weights import Weights, find_weights
from autograder.course import Course
from autograder.judging import Judge
from autograder.kernel import Sandbox, choose_sandbox, open_sandbox
from autograder.lab import Lab, Questions
from autograder.results import Criterion, SubmissionResult, TaskMark
from autograder.run import Limits, Run
from autograder.submission import Submission, SubmittedFile, prepare


@dataclass(frozen=True)
class ClassSetup:
    """What is the same for every submission of a class."""

    lab: Lab
    release: NotebookNode  # the student release, as it was handed out
    folder: Path  # pictures and labels
    weights: Weights
    questions: Questions
    reference: Mapping[str, Answer]


@dataclass(frozen=True)
class Graded:
    """One submission, marked."""

    submission: Submission
    result: SubmissionResult
    run: Run | None


def _set_up(course: Course, release: NotebookNode, weights: Weights) -> ClassSetup:
    """Make the class's questions and let the reference answer them."""
    questions = course.lab.make_questions(course.source, course.secret())
    reference = course.lab.reference_answers(questions, course.source)
    return ClassSetup(course.lab, release, course.source, weights, questions, reference)


def read_release(course: Course) -> NotebookNode:
    """The student release's notebook; made in passing when the lab was not released yet."""
    from autograder.release.build import build_student, staged

    path = course.student_release / course.lab.notebook_name
    if path.is_file():
        return nbformat.read(path, as_version=4)
    with staged(course) as (scratch, folder):
        made = build_student(scratch, folder / "student")
        return nbformat.read(made / course.lab.notebook_name, as_version=4)


class Marker:
    """Marks submissions; `mark` may be called from several threads at once."""

    def __init__(self, setup: ClassSetup, sandbox: Sandbox, judge: Judge) -> None:
        self.setup = setup
        self._sandbox = sandbox
        self._judge = judge

    def mark(self, file: SubmittedFile, run: Run | None = None) -> Graded:
        """Mark what one student handed in. Never raises for what a student can do.

        Args:
            file: the submitted bytes.
            run: an earlier run of the same bytes; students' code is then not run again.
        """
        return self.mark_prepared(prepare(file, self.setup.release), run)

    def mark_prepared(self, submission: Submission, run: Run | None = None) -> Graded:
        """Mark a submission that was read already."""
        if submission.notebook is None:
            return Graded(submission, self._not_run(submission), None)
        if run is None:
            run = self._sandbox.run(submission.notebook, self.setup.questions)
        return Graded(submission, self._result(submission, run), run)

    def failed(self, student: str, error: Exception) -> Graded:
        """The row of a submission on which Camlab itself failed."""
        reason = (
            f"Camlab failed on this submission, which says nothing about its quality "
            f"({type(error).__name__}: {error}). See .camlab/errors.log, then grade again."
        )
        submission = Submission(student, None, reason)
        return Graded(submission, self._not_run(submission), None)

    def _not_run(self, submission: Submission) -> SubmissionResult:
        tasks = tuple(
            TaskMark(task.name, 0.0, task.points, "not-run") for task in self.setup.lab.tasks
        )
        message = " ".join((submission.reason, *submission.remarks))
        return SubmissionResult(
            submission.student, "error", message, 0.0, 0.0, self.setup.lab.max_score, tasks
        )

    def _result(self, submission: Submission, run: Run) -> SubmissionResult:
        marks = self._judge.marks(run.answers)
        tasks = tuple(self._written(mark, submission) for mark in marks)
        ran = any(answer.value is not None for answer in run.answers.values())
        status = "error" if run.problem and not ran else "graded"
        return SubmissionResult(
            student=submission.student,
            status=status,
            message=" ".join(filter(None, (run.problem, *submission.remarks))),
            seconds=round(run.seconds, 2),
            score=sum(task.points for task in tasks),
            max_score=self.setup.lab.max_score,
            tasks=tasks,
        )

    def _written(self, mark: TaskMark, submission: Submission) -> TaskMark:
        """A written answer that was left blank needs no person to mark it."""
        task = self.setup.lab.task(mark.task)
        if task.by_machine or not _is_blank(task.answer_id, submission, self.setup.release):
            return mark
        sentence = "No answer was written."
        blank = Criterion("answered", 0.0, task.points, sentence)
        return replace(mark, status="none", criteria=(blank,))


@contextmanager
def open_marker(
    course: Course,
    release: NotebookNode,
    *,
    sandbox: str = "auto",
    jobs: int = 1,
    limits: Limits | None = None,
) -> Iterator[Marker]:
    """Start a sandbox and a judge for a class.

    Args:
        course: the course.
        release: the student release's notebook (`read_release`).
    """
    lab, folder, weights = course.lab, course.source, find_weights()
    kind = choose_sandbox(sandbox).kind
    # First, for it loads in a process of its own while the questions are made here.
    with open_sandbox(lab, folder, weights.torch_home, kind, limits or Limits(), jobs) as opened:
        setup = _set_up(course, release, weights)
        mistakes = lab.known_mistakes(setup.questions, folder)
        with Judge(lab, setup.questions, setup.reference, mistakes) as judge:
            yield Marker(setup, opened, judge)


def _is_blank(answer_id: str, submission: Submission, release: NotebookNode) -> bool:
    def source(notebook: NotebookNode) -> str:
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == answer_id:
                return " ".join(cell.source.split())
        return ""

    return source(submission.notebook) in ("", source(release))
