"""Run one submission: its cells as Jupyter would, then the questions.

A mistake, a hang or a crash costs its own task:

- Tasks are asked in copies of the process that ran the cells (`guest.task_process`).
- A cell that the child does not survive is left out, but for its definitions, and the notebook is
  run once more. A function that did not come back there keeps no other cell waiting.
- A task whose answers are not right is asked again in a child in which only its own cells and what
  they need were run. Other cells may have changed what it works with. The better answers count. So
  is one that does not come back where cells started threads: a copy has none of them.
- A function that stopped is asked once more with everyday slips forgiven (`mending`,
  `guest.lenient`); what it answers then stands beside its failure.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from nbformat import NotebookNode

from autograder.answers import Answer, Failure
from autograder.kernel.calls import CallOptions, ChannelLostError, ask
from autograder.kernel.cell_calls import quiet_given_cells
from autograder.kernel.cell_needs import definitions_of, needed_cells
from autograder.kernel.cell_places import CellPlaces
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.children import Children
from autograder.kernel.executing import execute_cells
from autograder.kernel.mending import may_be_mended, mended_notebook
from autograder.kernel.notebook_client import SubmissionClient
from autograder.lab import Global, Question, Questions
from autograder.run import CellError, Run

_NO_MODULE = "ModuleNotFoundError"
_MISSING = re.compile(r"No module named '(\w{1,100})")
_TRIES = 2  # a notebook that is the end of its child twice is not run a third time

IsRight = Callable[[Question, Answer], bool]
AnswersByKey = dict[str, Answer]


def _is_given(question: Question, answer: Answer) -> bool:
    return answer.value is not None


class Sandbox(Children):
    """Runs submissions; many threads may call `run` at once. Made by `open_sandbox`.

    Attributes:
        fillings: `Lab.fillings`.
    """

    fillings: Mapping[str, str] = MappingProxyType({})

    def run(
        self,
        notebook: NotebookNode,
        questions: Questions,
        beside: Mapping[str, bytes] = MappingProxyType({}),
        is_right: IsRight | None = None,
        not_begun: Collection[str] = (),
        parameters: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> Run:
        """Run the notebook's cells in a child of its own, ask the questions, end the child.

        Whatever the submission does, the result holds one answer for each question.

        Args:
            notebook: is left as it is.
            questions: asked in their order, task by task, when its cells have run.
            beside: the student's other files, which lie beside it; the lab's own files stay.
            is_right: says which answers are beyond doubt; a task with any other is asked again
                where its own cells alone were run. Without it, one without an answer.
            not_begun: functions that are as they were handed out: these are asked once.
            parameters: what the lab calls the arguments of its functions.
        """
        started = time.monotonic()
        work = _SubmissionRun(
            self, _prepared(notebook), questions, beside, is_right, not_begun, parameters
        )
        return replace(work.run(), seconds=time.monotonic() - started)


class _SubmissionRun:
    """Everything about one submission, in the calling thread."""

    def __init__(
        self,
        sandbox: Sandbox,
        notebook: NotebookNode,
        questions: Questions,
        beside: Mapping[str, bytes],
        is_right: IsRight | None,
        not_begun: Collection[str],
        parameters: Mapping[str, Sequence[str]],
    ) -> None:
        self.sandbox = sandbox
        self.notebook = notebook
        self.questions = questions
        self.beside = beside
        self.not_begun = not_begun
        self.parameters = parameters
        self.known_right = is_right
        self.is_right = is_right or _is_given
        self.functions = {question.function for question in questions.questions}
        self.errors: tuple[CellError, ...] = ()
        self.messages: list[str] = []
        self.fatal: dict[int, tuple[str, str]] = {}  # what to run instead of a cell, and why
        self.doubted: frozenset[str] = frozenset()
        self.answers: AnswersByKey = {}
        self.improved: list[str] = []  # functions whose answers by themselves were better
        self.spent = 0.0  # seconds of all children
        self.has_threads = False  # cells started some, which copies of the process do without
        self.timed_out = self.unfair = self.disturbed = False

    def run(self) -> Run:
        answers = self.answers = self._whole()
        begun = (one for one in self.questions.questions if one.function not in self.not_begun)
        for task in dict.fromkeys(question.task for question in begun):
            if self.spent < self.sandbox.limits.submission_seconds:
                self._improve(task, answers)
                self._mend(task, answers)
        if self.improved:
            self.messages.append(_asked_again(self.improved))
        message = " ".join(dict.fromkeys(self.messages))
        for question in self.questions.questions:
            if question.key not in answers:
                failure = Failure("not-asked", message or "This question could not be asked.")
                answers[question.key] = Answer(question.key, failure=failure)
        ordered = {question.key: answers[question.key] for question in self.questions.questions}
        return Run(
            self.notebook,
            ordered,
            self.errors,
            message,
            timed_out=self.timed_out,
            perhaps_disturbed=self.timed_out and self.unfair,
            disturbed=self.disturbed,
        )

    def _whole(self) -> AnswersByKey:
        """The answers after all cells; without those that could not be had."""
        for _ in range(_TRIES):
            with self._child() as child:
                client = SubmissionClient(_prepared(self.notebook), self.sandbox, child)
                execution = execute_cells(client, self.functions, self.fatal, self.doubted)
                self.notebook, self.errors = client.nb, tuple(client.errors)
                self.doubted |= execution.doubted
                if execution.message:
                    self.messages.append(execution.message)
                if execution.fatal is None:
                    return self._ask_whole(child)
            source = definitions_of(self.notebook.cells[execution.fatal].source)
            self.fatal[execution.fatal] = source, execution.message
            if self.spent >= self.sandbox.limits.submission_seconds:
                break
        return {}

    def _ask_whole(self, child: ChildProcess) -> AnswersByKey:
        timed_out = child.timed_out
        answers = self._ask(child, self.notebook, self.questions, apart=True)
        self.has_threads = child.has_threads
        if self.has_threads:
            child.timed_out = timed_out  # whoever is late is asked again, by itself
        return answers

    def _improve(self, task: str, answers: AnswersByKey) -> None:
        """Ask a task again by itself, where that may help; take the answers if they are better."""
        questions = self.questions.of_task(task)
        before = [self._rightness(question, answers) for question in questions]
        failures = list(_failures(questions, answers))
        without_threads = self.has_threads and any(map(_is_late, failures))
        if all(before) or not (without_threads or any(map(_may_be_damaged, failures))):
            return
        again = self._by_itself(questions)
        after = [self._rightness(question, again) for question in questions]
        if sum(after) > sum(before):
            answers.update(again)
            self.improved += dict.fromkeys(question.function for question in questions)

    def _mend(self, task: str, answers: AnswersByKey) -> None:
        """Note what a function that stopped answers once everyday slips are forgiven."""
        stopped = [
            question
            for question in self.questions.of_task(task)
            if question.key in answers and may_be_mended(answers[question.key])
        ]
        if not stopped or self.spent >= self.sandbox.limits.submission_seconds:
            return
        timed_out, unfair, disturbed = self.timed_out, self.unfair, self.disturbed
        raised = {error.index for error in self.errors}
        notebook = mended_notebook(
            _prepared(self.notebook),
            stopped[0].function,
            _globals_of(stopped),
            self.sandbox.fillings,
            raised,
            self.functions,
        )
        again = self._asked_in(notebook, stopped, {}, lenient=True) if notebook else {}
        for key, answer in again.items():
            if answer.value is not None and not may_be_mended(answer):
                answers[key] = replace(answers[key], mended=answer.value)
        # Nothing of this is what was handed in: no limit that it reaches counts.
        self.timed_out, self.unfair, self.disturbed = timed_out, unfair, disturbed

    def _asked_in(
        self,
        notebook: NotebookNode,
        questions: Sequence[Question],
        fatal: Mapping[int, tuple[str, str]],
        *,
        lenient: bool = False,
    ) -> AnswersByKey:
        """The answers in a child of its own, after all cells of this notebook.

        Args:
            fatal: as `self.fatal`, by this notebook's cells.
        """
        with self._child() as child:
            client = SubmissionClient(notebook, self.sandbox, child)
            missing = self._missing() if lenient else None
            execution = execute_cells(client, self.functions, fatal, self.doubted, missing)
            if execution.fatal is not None:
                return {}
            asked = replace(self.questions, questions=tuple(questions))
            return self._ask(child, notebook, asked, apart=False, lenient=lenient)

    def _missing(self) -> set[str]:
        """Packages that cells or functions stopped for; not those that they do without."""
        said = [error.message for error in self.errors if error.error == _NO_MODULE]
        said += [
            answer.failure.message
            for answer in self.answers.values()
            if answer.failure is not None and answer.failure.error == _NO_MODULE
        ]
        return {match[1] for one in said if (match := _MISSING.match(one))}

    def _rightness(self, question: Question, answers: Mapping[str, Answer]) -> bool:
        answer = answers.get(question.key)
        return answer is not None and answer.value is not None and self.is_right(question, answer)

    def _by_itself(self, questions: Sequence[Question]) -> AnswersByKey:
        globals_ = _globals_of(questions)
        cells = self.notebook.cells
        needed: set[int] = set()
        for function in dict.fromkeys(question.function for question in questions):
            needed |= set(needed_cells(cells, function, globals_))
        if not needed:
            return {}
        needed |= quiet_given_cells(cells, self.functions)
        kept = sorted(needed)
        notebook = _prepared(self.notebook)
        notebook.cells = [notebook.cells[index] for index in kept]
        fatal = {kept.index(index): text for index, text in self.fatal.items() if index in needed}
        return self._asked_in(notebook, questions, fatal)

    def _ask(
        self,
        child: ChildProcess,
        notebook: NotebookNode,
        questions: Questions,
        *,
        apart: bool,
        lenient: bool = False,
    ) -> AnswersByKey:
        answers: AnswersByKey = {}
        if child.poll() is None:
            places = CellPlaces(notebook)
            how = CallOptions(
                self.sandbox.files,
                places,
                apart,
                self.known_right,
                self.doubted,
                lenient,
                self.parameters,
            )
            try:
                for answer in ask(child, questions, self.sandbox.limits, how):
                    answers[answer.question] = answer
            except ChannelLostError as lost:
                if apart:
                    self.messages.append(child.message or str(lost))
        return answers

    @contextmanager
    def _child(self) -> Iterator[ChildProcess]:
        child = self.sandbox.new_child()
        child.beside = self.beside
        try:
            yield child
        finally:
            child.notice_foreign_death()
            self.disturbed = self.disturbed or child.disturbed
            self.spent += child.clock.now()
            self.timed_out = self.timed_out or child.timed_out
            self.unfair = self.unfair or (child.timed_out and child.clock.may_be_unfair())
            self.sandbox.end_child(child)


def _globals_of(questions: Sequence[Question]) -> list[str]:
    """The globals that the questions pass."""
    return [
        argument.name
        for question in questions
        for argument in question.arguments
        if isinstance(argument, Global)
    ]


def _asked_again(functions: Sequence[str]) -> str:
    names = " and ".join(f"`{name}`" for name in dict.fromkeys(functions))
    return (
        f"After all cells, {names} gave other answers or none; what counts is asked where only the "
        "cells that define it had run."
    )


def _failures(
    questions: Sequence[Question], answers: Mapping[str, Answer]
) -> Iterator[Failure | None]:
    """Why there is no answer; None where there is one."""
    for question in questions:
        answer = answers.get(question.key)
        yield answer.failure if answer else Failure("not-asked", "")


def _is_late(failure: Failure | None) -> bool:
    return failure is not None and failure.kind == "timed-out"


def _may_be_damaged(failure: Failure | None) -> bool:
    """Whether other cells may be the reason; a function that hangs or is not begun is its own."""
    return failure is None or (
        failure.kind not in ("timed-out", "too-large") and failure.error != "NotImplementedError"
    )


def _prepared(notebook: NotebookNode) -> NotebookNode:
    """A copy without outputs, and without tags that tell a runner what to do with a cell."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    notebook.metadata.pop("widgets", None)
    return notebook
