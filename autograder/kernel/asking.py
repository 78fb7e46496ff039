"""Put the questions to a child; trust neither the bytes of its answers nor their time."""

from __future__ import annotations

import secrets
import select
import time
from collections.abc import Iterator, Mapping

import numpy as np

from autograder.answers import Answer, Failure
from autograder.kernel.cell_places import CellPlaces
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.inside.framing import BadFrame, NoFrame, TooLarge, read_frame, write_frame
from autograder.kernel.wire import MAX_FORM, Malformed, clean_text, decode
from autograder.lab import Argument, Array, Global, Picture, Plain, Question, Questions, Tensor
from autograder.run import Limits

_HEADER_SLACK = 4 * 2**20  # what the JSON text of one answer may weigh beside its arrays
_GRACE_SECONDS = 2.0  # how long an interrupted function may take to stop


class ChannelLost(Exception):
    """Nothing more can be asked; the message is the reason, as a sentence."""


def ask(
    child: ChildProcess,
    questions: Questions,
    files: Mapping[str, bytes],
    limits: Limits,
    places: CellPlaces,
) -> Iterator[Answer]:
    """Ask one question after the other and yield what comes back.

    `files` are written afresh before the first question. Ends early, by `ChannelLost`, when the
    child can no longer be asked; answers already yielded stay.
    """
    asker = _Asker(child, limits, places)
    asker.begin(questions, files)
    for question in questions.questions:
        yield asker.put(question)


class _Asker:
    """Deadlines are counted by the child's clock (`autograder.kernel.fair_clock`)."""

    def __init__(self, child: ChildProcess, limits: Limits, places: CellPlaces) -> None:
        self.child = child
        self.limits = limits
        self.places = places
        self.deadline = limits.submission_seconds
        self.now = child.clock.now
        self.left = limits.answers

    def begin(self, questions: Questions, files: Mapping[str, bytes]) -> None:
        """Hand over the pictures and arrays that the questions speak of."""
        contents = {**files, **questions.pictures}
        header = {
            "type": "begin",
            "files": list(contents),
            "arrays": _shapes(questions.arrays),
            "looks": _shapes(questions.looks),
            "answer_limit": self.limits.answers,
        }
        arrays = (*questions.arrays.values(), *questions.looks.values())
        blobs = [*contents.values(), *(array.tobytes() for array in arrays)]
        try:
            self._exchange(header, blobs, self._until())
        except TimeoutError:
            self.child.late = True
            raise ChannelLost("The kernel did not answer when the questions began.") from None

    def put(self, question: Question) -> Answer:
        """Ask one question; a late, oversized or malformed answer is a failure with its reason."""
        if self.now() >= self.deadline:
            self.child.late = True
            raise ChannelLost("There was no time left for this question.")
        header = {
            "type": "ask",
            "function": question.function,
            "arguments": [_argument(argument) for argument in question.arguments],
        }
        until = self._until()
        try:
            reply, blobs = self._exchange(header, [], until)
        except TimeoutError:
            self._stop_late_answer()
            return Answer(question.key, failure=self._late(question, until))
        return self._answer(question, reply, blobs)

    def _answer(self, question: Question, reply: dict, blobs: list[bytes]) -> Answer:
        try:
            if "failure" in reply:
                return Answer(question.key, failure=self._failure(question, reply["failure"]))
            return Answer(question.key, value=decode(reply.get("value"), blobs))
        except Malformed as error:
            message = f"The answer of `{question.function}` could not be read: {error}."
            return Answer(question.key, failure=Failure("malformed", message))

    def _exchange(self, header: dict, blobs: list[bytes], until: float) -> tuple[dict, list[bytes]]:
        """Send one frame and wait for the one that carries its token; others are not ours."""
        self.token = secrets.token_hex(8)
        channel = self.child.channel
        try:
            channel.settimeout(max(0.001, until - self.now()))
            write_frame(channel, {**header, "token": self.token}, blobs)
            return self._reply(until)
        except (NoFrame, ConnectionError):
            raise ChannelLost("The kernel died before it could be asked this.") from None
        except TooLarge:
            raise ChannelLost("An answer before this one was larger than is allowed.") from None
        except BadFrame:
            raise ChannelLost("An answer before this one could not be read.") from None

    def _reply(self, until: float) -> tuple[dict, list[bytes]]:
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
        """Interrupt the function; if that helps, the next question can be asked."""
        self.child.interrupt()
        try:
            self._reply(self.now() + _GRACE_SECONDS)
        except (TimeoutError, NoFrame, ConnectionError, BadFrame):
            self.child.kill()  # the next exchange finds the channel closed

    def _until(self) -> float:
        return min(self.deadline, self.now() + self.limits.question_seconds)

    def _late(self, question: Question, until: float) -> Failure:
        self.child.late = True
        seconds = self.limits.question_seconds
        if until == self.deadline:
            return Failure("timed-out", f"`{question.function}` was stopped: no time was left.")
        return Failure(
            "timed-out", f"`{question.function}` was stopped: it took longer than {seconds:g} s."
        )

    def _failure(self, question: Question, data: object) -> Failure:
        if not isinstance(data, dict):
            raise Malformed("a failure without a reason")
        match data.get("kind"):
            case "not-defined":
                name = clean_text(data.get("name"), MAX_FORM)
                return Failure("not-defined", f"`{name}` is not defined after all cells have run.")
            case "too-large":
                reason = clean_text(data.get("message"), 200)
                return Failure(
                    "too-large", f"What `{question.function}` returned is too large: {reason}."
                )
            case "raised":
                return self._raised(question, data)
        raise Malformed("an unknown kind of failure")

    def _raised(self, question: Question, data: dict) -> Failure:
        error = clean_text(data.get("error"), MAX_FORM)
        text = clean_text(data.get("message"), 2_000)
        place = self.places.of_frames(data.get("frames"))
        said = f"{error}: {text}" if text else error
        return Failure(
            "raised",
            f"`{question.function}` raised {said}",
            error,
            place.cell,
            place.line,
            place.source,
        )


def _shapes(arrays: Mapping[str, np.ndarray]) -> list[list[object]]:
    return [[name, list(array.shape), array.dtype.str] for name, array in arrays.items()]


def _argument(argument: Argument) -> dict[str, object]:
    match argument:
        case Global(name):
            return {"global": name}
        case Picture(name):
            return {"picture": name}
        case Tensor(name):
            return {"tensor": name}
        case Array(name):
            return {"array": name}
        case Plain(value):
            return {"plain": value}
    raise TypeError(f"not an argument: {argument!r}")
