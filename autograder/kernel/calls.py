"""Put the questions to a child; trust neither the bytes of its answers nor their time."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import select
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from nbformat import NotebookNode

from autograder.answers import Answer, Failure
from autograder.errors import AutograderError
from autograder.kernel.cell_places import CellPlaces
from autograder.kernel.child_process import ChildProcess, describe_end
from autograder.kernel.guest.framing import (
    ChannelClosedError,
    FrameError,
    FrameTooLargeError,
    read_frame,
    write_frame,
)
from autograder.kernel.wire import MAX_FORM, MalformedAnswerError, clean_text, decode
from autograder.lab import Argument, Array, Global, Picture, Plain, Question, Questions, Tensor
from autograder.limits import Limits

_HEADER_SLACK = 4 * 2**20  # what the JSON text of one answer may weigh beside its arrays
# How long an interrupted function may take to stop. The kernel itself needs milliseconds, but a
# machine can stand still for seconds; whoever is given up too soon is asked all over again.
_GRACE_SECONDS = 5.0
# Of a question's time, for a function that a cell has waited for in vain. Ten endless loops in a
# class of 200 are to make it 1.3 times as long at most (`python -m benchmarks --only loops`).
_DOUBTED_SHARE = 1 / 2
_MOST_DEATHS = 2  # a function that ends its process so often is not asked again


class ChannelLostError(AutograderError):
    """Nothing more can be asked; the message is the reason, as a sentence."""


@dataclass(frozen=True)
class CallOptions:
    """How the questions are put.

    Attributes:
        files: written afresh before the first question.
        places: where the lines of tracebacks lie.
        apart: in copies of the child's process, where its system can do that.
        is_right: says which answers are beyond doubt. A task that follows others in one copy and
            has any other answer is asked again in a fresh one; without it, each has its own.
        doubted: functions that did not come back in a cell: they get less time, until they do.
    """

    files: Mapping[str, bytes]
    places: CellPlaces
    apart: bool = True
    is_right: Callable[[Question, Answer], bool] | None = None
    doubted: frozenset[str] = frozenset()
    lenient: bool = False  # everyday slips are forgiven (`guest.lenient`)
    # What the task calls the arguments of each function.
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)


def ask(
    child: ChildProcess, questions: Questions, limits: Limits, how: CallOptions
) -> Iterator[Answer]:
    """Ask task by task, one question after the other, and yield what comes back.

    A function that did not come back is not asked again. Ends early, by `ChannelLostError`, when
    the child can no longer be asked; answers already yielded stay.
    """
    caller = _Caller(child, limits, questions, how)
    caller.begin()
    for _, asked in itertools.groupby(questions.questions, lambda question: question.task):
        yield from caller.task(list(asked))


def suspend(child: ChildProcess, functions: Iterable[str]) -> None:
    """Let cells that still call one of `functions`, which did not come back, fail at once."""
    caller = _Caller(
        child, Limits(), Questions(()), CallOptions({}, CellPlaces(NotebookNode(cells=[])))
    )
    message = "it did not come back in another cell, and is not waited for again"
    header = {"type": "suspend", "functions": sorted(functions), "message": message}
    with contextlib.suppress(ChannelLostError, TimeoutError):
        caller.exchange(header, [], caller.now() + _GRACE_SECONDS)


def forgive(child: ChildProcess, missing: Iterable[str]) -> None:
    """Let cells run with everyday slips forgiven, and without the packages `missing`."""
    caller = _Caller(
        child, Limits(), Questions(()), CallOptions({}, CellPlaces(NotebookNode(cells=[])))
    )
    with contextlib.suppress(ChannelLostError, TimeoutError):
        header = {"type": "forgive", "missing": sorted(missing)}
        caller.exchange(header, [], caller.now() + _GRACE_SECONDS)


class _Caller:
    """Deadlines are counted by the child's clock (`autograder.kernel.fair_clock`)."""

    def __init__(
        self, child: ChildProcess, limits: Limits, questions: Questions, how: CallOptions
    ) -> None:
        self.child = child
        self.limits = limits
        self.questions = questions
        self.how = how
        self.deadline = limits.submission_seconds
        self.now = child.clock.now
        self.left = limits.answers
        self.given_up: dict[str, Failure] = {}  # by function
        self.fresh = True  # the next question goes to a new copy of the process
        self.asked = False  # something has been asked
        self.deaths: Counter[str] = Counter()
        self.came_back: set[str] = set()
        self.answered: set[str] = set()

    def begin(self) -> None:
        """Hand over the pictures that the questions speak of."""
        contents = {**self.how.files, **self.questions.pictures}
        activations = self.questions.activations
        header = {
            "type": "begin",
            "files": list(contents),
            "activations": _shapes(activations),
            "answer_limit": self.limits.answers,
            "apart": self.how.apart,
        }
        try:
            blobs = [*contents.values(), *_blobs(activations)]
            reply, _ = self.exchange(header, blobs, self._until())
            self.child.has_threads = reply.get("threads") is True
        except TimeoutError:
            self.child.timed_out = True
            raise ChannelLostError("The kernel did not answer when the questions began.") from None

    def task(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The answers to one task's questions; each task meets the world as the cells left it.

        Most answers are right, so a copy of the process serves the next task too: what is right
        there cannot have been spoilt.
        """
        shared = self.asked and self.how.is_right is not None
        self.fresh = not shared
        self.asked = True
        if not (shared and self.how.apart):
            yield from map(self.put, questions)
            return
        before = dict(self.given_up)
        answers = [self.put(question) for question in questions]
        if any(map(self._may_be_spoilt, questions, answers)):
            self.fresh, self.given_up = True, before
            answers = [self.put(question) for question in questions]
        yield from answers

    def _may_be_spoilt(self, question: Question, answer: Answer) -> bool:
        """Whether what others left behind may be why the answer is not right."""
        if answer.failure is not None:
            return answer.failure.kind != "timed-out"
        return self.how.is_right is not None and not self.how.is_right(question, answer)

    def put(self, question: Question) -> Answer:
        """Ask one question; a late, oversized or malformed answer is a failure with its reason.

        The arrays that it passes go with it and no sooner: a child that has not been asked about
        a feature map yet has nothing to read its answer off.
        """
        if question.function in self.given_up:
            return Answer(question.key, failure=self.given_up[question.function])
        if self.now() >= self.deadline:
            self.child.timed_out = True
            raise ChannelLostError("There was no time left for this question.")
        passed = [one.name for one in question.arguments if isinstance(one, Tensor | Array)]
        arrays = {name: self.questions.arrays[name] for name in passed}
        header = {
            "type": "ask",
            "fresh": self.fresh,
            "lenient": self.how.lenient,
            "parameters": self.how.parameters.get(question.function, ()),
            "function": question.function,
            "arguments": [_argument(argument) for argument in question.arguments],
            "arrays": _shapes(arrays),
        }
        self.fresh = False
        until = self._until(question.function)
        try:
            reply, blobs = self.exchange(header, _blobs(arrays), until)
        except TimeoutError:
            self._stop_late_answer()
            return Answer(question.key, failure=self._late(question, until))
        self.came_back.add(question.function)
        return self._answer(question, reply, blobs)

    def _answer(self, question: Question, reply: dict[str, Any], blobs: list[bytes]) -> Answer:
        try:
            if "failure" in reply:
                failure = self._failure(question, reply["failure"])
                if self.how.lenient and question.function not in self.answered:
                    self.given_up[question.function] = failure  # nor will it for the others
                return Answer(question.key, failure=failure)
            value = decode(reply.get("value"), blobs)
            self.answered.add(question.function)
            return Answer(question.key, value=value)
        except MalformedAnswerError as error:
            message = f"The answer of `{question.function}` could not be read: {error}."
            return Answer(question.key, failure=Failure("malformed", message))

    def exchange(
        self, header: dict[str, Any], blobs: list[bytes], until: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send one frame and wait for the one that carries its token; others are not ours."""
        self.token = secrets.token_hex(8)
        channel = self.child.channel
        try:
            channel.settimeout(max(0.001, until - self.now()))
            write_frame(channel, {**header, "token": self.token}, blobs)
            return self._reply(until)
        except (ChannelClosedError, ConnectionError):
            raise ChannelLostError("The kernel died before it could be asked this.") from None
        except FrameTooLargeError:
            raise ChannelLostError(
                "An answer before this one was larger than is allowed."
            ) from None
        except FrameError:
            raise ChannelLostError("An answer before this one could not be read.") from None

    def _reply(self, until: float) -> tuple[dict[str, Any], list[bytes]]:
        while True:
            self._wait_for_a_word(until)
            soon = time.monotonic() + max(_GRACE_SECONDS, until - self.now())
            reply, blobs = read_frame(self.child.channel, self.left + _HEADER_SLACK, soon)
            self.left -= sum(map(len, blobs))
            if isinstance(reply, dict) and reply.get("token") == self.token:
                return reply, blobs

    def _wait_for_a_word(self, until: float) -> None:
        while (left := until - self.now()) > 0:
            if select.select([self.child.channel], [], [], left)[0]:
                return
        raise TimeoutError

    def _stop_late_answer(self) -> None:
        """Stop the function; if that helps, the next question can be asked."""
        self.child.interrupt()  # where it runs in the kernel's own process
        try:
            self.exchange({"type": "stop"}, [], self.now() + _GRACE_SECONDS)
        except (TimeoutError, ChannelLostError):
            self.child.kill()  # the next exchange finds the channel closed

    def _until(self, function: str = "") -> float:
        return min(self.deadline, self.now() + self._seconds(function))

    def _seconds(self, function: str) -> float:
        seconds = self.limits.question_seconds
        if function in self.came_back:
            return seconds
        # A copy of the process is without its threads: who waits for one there is asked again.
        alone = self.how.apart and self.child.has_threads
        return seconds * _DOUBTED_SHARE if alone or function in self.how.doubted else seconds

    def _late(self, question: Question, until: float) -> Failure:
        self.child.timed_out = True
        function, seconds = question.function, self._seconds(question.function)
        limit = f"it took longer than {seconds:g} s"
        failure = Failure("timed-out", f"`{function}` was stopped: {limit}.")
        if until == self.deadline:
            failure = Failure("timed-out", f"`{function}` was stopped: no time was left.")
        self.given_up[function] = Failure(
            "timed-out", f"`{function}` was not asked again: {limit} for a question before."
        )
        return failure

    def _failure(self, question: Question, data: object) -> Failure:
        if not isinstance(data, dict):
            raise MalformedAnswerError("a failure without a reason")
        match data.get("kind"):
            case "not-defined":
                name = clean_text(data.get("name"), MAX_FORM)
                return Failure("not-defined", f"`{name}` is not defined after all cells have run.")
            case "too-large":
                reason = clean_text(data.get("message"), 200)
                return Failure(
                    "too-large", f"What `{question.function}` returned is too large: {reason}."
                )
            case "died":
                return self._died(question, data.get("status"))
            case "raised":
                return self._raised(data)
        raise MalformedAnswerError("an unknown kind of failure")

    def _died(self, question: Question, status: object) -> Failure:
        """The process that answered it has ended; the next question gets another one."""
        how = describe_end(status if isinstance(status, int) else None)
        failure = Failure("died", f"`{question.function}` ended the kernel: {how}.")
        self.deaths[question.function] += 1
        if self.deaths[question.function] == _MOST_DEATHS:
            self.given_up[question.function] = failure
        return failure

    def _raised(self, data: dict[str, Any]) -> Failure:
        error = clean_text(data.get("error"), MAX_FORM)
        text = clean_text(data.get("message"), 2_000)
        place = self.how.places.of_frames(data.get("frames"))
        return Failure("raised", text, error, place.cell, place.line, place.source)


def _blobs(arrays: Mapping[str, np.ndarray]) -> list[bytes]:
    return [array.tobytes() for array in arrays.values()]


def _shapes(arrays: Mapping[str, np.ndarray]) -> list[list[object]]:
    return [[name, list(array.shape), array.dtype.str] for name, array in arrays.items()]


def _argument(argument: Argument) -> dict[str, object]:
    match argument:
        case Global(name):
            return {"global": name}
        case Picture(name):
            return {"picture": name}
        case Tensor(name, shared):
            return {"shared tensor" if shared else "tensor": name}
        case Array(name):
            return {"array": name}
        case Plain(value):
            return {"plain": value}
    raise TypeError(f"not an argument: {argument!r}")
