"""Who runs submissions: this machine, or the workers of a cluster (`autograder.cluster`).

From submitted bytes to a finished run is the part of grading that any machine can do; judging and
the gradebook stay with the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Protocol

from nbformat import NotebookNode

from autograder.answers import Answer
from autograder.cells import cell_with
from autograder.errors import AutograderError
from autograder.gradebook.notebook import showable
from autograder.grading.machine_lock import machine_lock
from autograder.grading.not_begun import not_begun
from autograder.grading.reference_agreement import Agreement
from autograder.kernel import Sandbox
from autograder.kernel.mending import released_parameters
from autograder.lab import Lab, Questions
from autograder.storage.store import CompletedRun
from autograder.submission import Submission, SubmittedFile, prepare
from autograder.submission.written import is_blank_answer


@dataclass(frozen=True)
class RejectedSubmission:
    """A submission that could not be run, and why."""

    message: str
    remarks: tuple[str, ...] = ()


Outcome = CompletedRun | RejectedSubmission


class RetryExclusively(AutograderError):
    """What became of a submission may be its neighbours' doing: run it once more, alone."""


class Runner(Protocol):
    """Runs submissions; `run` may be called from `max_concurrency` threads at once."""

    @property
    def max_concurrency(self) -> int:
        """How many submissions to give it at a time; may change."""

    @property
    def exclusive_slots(self) -> int:
        """How many submissions can be alone at a time; may change."""

    def run(self, file: SubmittedFile, *, alone: bool = False) -> Outcome:
        """Run one submission. Never raises for what a student can do.

        Args:
            file: the submitted bytes.
            alone: with no other submission of the class under way on the same machine.

        Raises:
            RetryExclusively: perhaps others disturbed it; not raised where it was `alone`.
        """


class LazySandbox:
    """One sandbox, opened when somebody asks for it; may be asked by several threads at once.

    Args:
        open_sandbox: gives a new sandbox as a context manager.
    """

    def __init__(self, open_sandbox: Callable[[], AbstractContextManager[Sandbox]]) -> None:
        self._open_sandbox = open_sandbox
        self._sandbox: Sandbox | None = None
        self._stack = ExitStack()
        self._lock = threading.Lock()

    def __enter__(self) -> LazySandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self) -> Sandbox:
        """The sandbox; a new one loads in a process of its own while the caller does more."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = self._stack.enter_context(self._open_sandbox())
            return self._sandbox

    def close(self) -> None:
        """Close it; whoever asks later gets another one."""
        with self._lock:
            self._sandbox = None
            self._stack.close()


class LocalRunner:
    """Runs submissions in one sandbox of this machine.

    Args:
        sandbox: where they run.
        questions: what is put to each submission.
        reference: what the reference answers: a task that has other answers is asked once more,
            with its own cells alone.
        class_key: submissions of one class wait for each other's turn to be alone.
        jobs: how many at a time.
    """

    def __init__(
        self,
        lab: Lab,
        release: NotebookNode,
        sandbox: LazySandbox,
        questions: Questions,
        reference: Mapping[str, Answer],
        class_key: str = "",
        jobs: int = 1,
    ) -> None:
        self._lab = lab
        self._release = release
        self._parameters = released_parameters(release)
        self._sandbox = sandbox
        self._questions = questions
        self._reference = reference
        self._class_key = class_key
        self.max_concurrency, self.exclusive_slots = jobs, 1

    def start(self) -> None:
        """Let the sandbox load beside whatever the caller does next."""
        self._sandbox.get()

    def run(self, file: SubmittedFile, *, alone: bool = False) -> Outcome:
        return self.run_prepared(prepare(file, self._release), alone=alone)

    def run_prepared(self, submission: Submission, *, alone: bool = False) -> Outcome:
        """Run a submission that was read already."""
        if submission.notebook is None:
            return RejectedSubmission(submission.message, submission.remarks)
        sandbox = self._sandbox.get()
        with machine_lock(self._class_key, alone=alone):
            agreement = Agreement(self._reference)
            run = sandbox.run(
                submission.notebook,
                self._questions,
                submission.beside,
                is_right=agreement,
                not_begun=self._not_begun(submission.notebook),
                parameters=self._parameters,
            )
        run = replace(run, source=showable(run.notebook, self._lab))
        # The child's clock leaves out the time in which others had the processor; where it cannot
        # tell, or there was hardly any time left, the submission has another chance by itself.
        # So has one that was killed, and not by us.
        if not alone and (run.disturbed or (run.perhaps_disturbed and self.max_concurrency > 1)):
            raise RetryExclusively
        blank_answers = tuple(self._blank_answers(submission.notebook))
        return CompletedRun(run, submission.remarks, blank_answers, sandbox.limits.times)

    def _not_begun(self, notebook: NotebookNode) -> frozenset[str]:
        return frozenset(not_begun(notebook, self._release, self._lab, self._questions))

    def _blank_answers(self, notebook: NotebookNode) -> Iterator[str]:
        """Tasks that a person would mark and that were left as they were handed out."""
        for task in self._lab.tasks:
            if not task.by_machine:
                written = _source(notebook, task.answer_id)
                if is_blank_answer(written, _source(self._release, task.answer_id)):
                    yield task.name


def _source(notebook: NotebookNode, grade_id: str) -> str:
    cell = cell_with(notebook.cells, grade_id)
    return cell.source if cell else ""
