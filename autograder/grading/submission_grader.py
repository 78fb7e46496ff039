"""One submission from its run to its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from autograder.assets.weights import weights_of
from autograder.cells import by_grade_id
from autograder.course import Course
from autograder.grading.class_setup import ClassSetup, set_up_class
from autograder.grading.runner import (
    LazySandbox,
    LocalRunner,
    Outcome,
    RejectedSubmission,
    RetryExclusively,
)
from autograder.judging import AnswerGrader
from autograder.judging.exception_hints import missing_packages
from autograder.kernel import Sandbox, choose_sandbox, open_sandbox
from autograder.lab import Lab, Mistake, Questions
from autograder.limits import Limits
from autograder.results import Criterion, RowStatus, SubmissionResult, TaskMark
from autograder.run import Run
from autograder.storage.store import CompletedRun
from autograder.submission import Submission, SubmittedFile


@dataclass(frozen=True)
class Graded:
    """One submission, marked."""

    result: SubmissionResult
    run: Run | None


class SubmissionGrader:
    """Marks submissions; all methods may be called from several threads at once."""

    def __init__(self, setup: ClassSetup, runner: LocalRunner, answer_grader: AnswerGrader) -> None:
        self.setup = setup
        self.runner = runner
        self._answer_grader = answer_grader

    def grade(self, file: SubmittedFile) -> Graded:
        """Run and judge what one student handed in. Never raises for what a student can do."""
        return self.graded(file, _run(partial(self.runner.run, file)))

    def grade_prepared(self, submission: Submission) -> Graded:
        """The same for a submission that was read already."""
        file = SubmittedFile(submission.student)
        return self.graded(file, _run(partial(self.runner.run_prepared, submission)))

    def graded(self, file: SubmittedFile, outcome: Outcome) -> Graded:
        """The marks of what became of a submission; what is said of its file comes first."""
        outcome = replace(outcome, remarks=(*file.remarks, *outcome.remarks))
        if isinstance(outcome, RejectedSubmission):
            return Graded(self._not_run(file.student, outcome), None)
        return Graded(self._result(file.student, outcome), outcome.run)

    def failed(self, student: str, error: Exception) -> Graded:
        """The row of a submission on which Camlab itself failed."""
        reason = (
            f"Camlab failed on this submission, which says nothing about its quality "
            f"({type(error).__name__}: {error}). See .camlab/errors.log, then grade again."
        )
        return Graded(self._not_run(student, RejectedSubmission(reason)), None)

    def _not_run(self, student: str, why: RejectedSubmission) -> SubmissionResult:
        tasks = tuple(
            TaskMark(task.name, 0.0, task.points, "not-run") for task in self.setup.lab.tasks
        )
        message = " ".join((why.message, *why.remarks))
        return SubmissionResult(
            student, "error", message, 0.0, 0.0, self.setup.lab.max_score, tasks
        )

    def _result(self, student: str, completed: CompletedRun) -> SubmissionResult:
        run = completed.run
        lab = self.setup.lab
        codes = _codes(run.named_cells, lab)
        handed_out = _codes(by_grade_id(self.setup.release.cells), lab)
        marks = self._answer_grader.marks(run.answers, run.errors, codes, handed_out)
        tasks = tuple(_without_blank(mark, completed) for mark in marks)
        ran = any(answer.value is not None for answer in run.answers.values())
        status: RowStatus = "error" if run.message and not ran else "graded"
        return SubmissionResult(
            student=student,
            status=status,
            message=" ".join(
                filter(None, (run.message, *completed.remarks, *_packages(run, tasks)))
            ),
            seconds=round(run.seconds, 2),
            score=sum(task.points for task in tasks),
            max_score=self.setup.lab.max_score,
            tasks=tasks,
        )


def _codes(cells: Mapping[str, Mapping[str, str]], lab: Lab) -> dict[str, str]:
    """By task, the text of the cell that students fill in."""
    return {
        task.name: cells[task.answer_id]["source"] for task in lab.tasks if task.answer_id in cells
    }


def _packages(run: Run, tasks: Sequence[TaskMark]) -> list[str]:
    """Names what could not be imported, where that may have cost something."""
    if all(task.status in ("full", "manual") for task in tasks):
        return []
    failures = (answer.failure for answer in run.answers.values())
    texts = [
        *(f"{error.error}: {error.message}" for error in run.errors),
        *(f"{failure.error}: {failure.message}" for failure in failures if failure),
    ]
    return [
        f"It needs the package {name}, which grading does not have."
        for name in missing_packages(texts)
    ]


def _run(run: Callable[..., Outcome]) -> Outcome:
    """Run it; once more, alone, where something else may have ended it."""
    try:
        return run()
    except RetryExclusively:
        return run(alone=True)


@contextmanager
def open_submission_grader(
    course: Course,
    release: NotebookNode,
    *,
    sandbox: str = "auto",
    jobs: int = 1,
    limits: Limits | None = None,
    warm: bool = True,
) -> Iterator[SubmissionGrader]:
    """Open a runner and the graders for a class.

    Args:
        course: the course.
        release: the student release's notebook (`read_release`).
        warm: let the sandbox load at once where something is sure to be run.
    """
    lab, folder = course.lab, course.source
    kind = choose_sandbox(sandbox).kind
    home, limits = weights_of(lab).torch_home, limits or Limits()

    def opener() -> AbstractContextManager[Sandbox]:
        private = (course.root, course.out)
        return open_sandbox(lab, folder, home, kind, limits, jobs, private)

    with LazySandbox(opener) as lazy:
        # Where questions are to be made, the sandbox loads beside that.
        setup = set_up_class(course, release, before_making=lazy.get if warm else None)
        questions, reference = setup.questions, setup.reference
        runner = LocalRunner(lab, release, lazy, questions, reference, str(course.out), jobs)
        mistakes = _known_mistakes(lab, questions, folder)
        with AnswerGrader(lab, questions, reference, mistakes, setup.memory) as answer_grader:
            yield SubmissionGrader(setup, runner, answer_grader)


def _known_mistakes(lab: Lab, questions: Questions, folder: Path) -> Iterator[Mistake]:
    """Made when the first is looked for: a class without a wrong answer needs none."""
    yield from lab.known_mistakes(questions, folder)


def _without_blank(mark: TaskMark, completed: CompletedRun) -> TaskMark:
    """A written answer that was left blank needs no person to mark it."""
    if mark.task not in completed.blank_answers:
        return mark
    blank = Criterion("answered", 0.0, mark.max_points, "No answer was written.")
    return replace(mark, status="none", criteria=(blank,))
