"""What a grader sees: the answers of one submission to one task, and the reference's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence, Value
from autograder.judging.criterion import Refused
from autograder.judging.policy import Remarks
from autograder.lab import Array as Arrays
from autograder.lab import Global, Picture, Plain, Question, Questions, Tensor

FLOATS = ("float16", "float32", "float64")


class Prediction(NamedTuple):
    """One triple of `predict`."""

    name: str
    label: int
    probability: float


class Answers:
    """The answers to one task's questions. Iterating gives the questions, in order.

    Whatever cannot be used raises `Refused` with a sentence: a failure, a wrong type, a wrong
    shape, NaN. The forms that the policy accepts are converted, so that a grader compares numbers.
    """

    def __init__(
        self, task: str, questions: Questions, answers: Mapping[str, Answer], policy: Path
    ) -> None:
        self._questions = questions.of_task(task)
        self._answers = answers
        self.remarks = Remarks(policy)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions)

    def first_times(self) -> Iterator[Question]:
        """The questions without those that are asked a second time."""
        return (question for question in self if not question.key.endswith("/again"))

    def tensor(self, question: Question, *shape: int) -> np.ndarray:
        """The answer as float64 numbers of exactly this shape, all finite."""
        value = self._value(question)
        array = self._array(value, question)
        array = self._shaped(array, shape, question)
        if not np.isfinite(array).all():
            kinds = "NaN" if np.isnan(array).any() else "infinite numbers"
            raise Refused(f"For {spoken(question)} it holds {kinds}.")
        return array

    def array(self, question: Question, *shape: int) -> np.ndarray:
        """A numpy array's float64 numbers, all finite, of this shape where one is given."""
        value = self._value(question)
        if not isinstance(value, Array) or not value.form.startswith("numpy."):
            raise Refused(f"For {spoken(question)} it is {article(value)}, not a numpy array.")
        if value.values.dtype.kind not in "iuf":
            raise Refused(
                f"For {spoken(question)} its numbers are of type {value.values.dtype.name}."
            )
        array = value.values.astype(np.float64)
        if shape and array.shape != shape:
            raise Refused(
                f"For {spoken(question)} its shape is {list(array.shape)}, not {list(shape)}."
            )
        if not np.isfinite(array).all():
            raise Refused(f"For {spoken(question)} it holds NaN or infinite numbers.")
        return array

    def signed(self, question: Question, *shape: int) -> np.ndarray:
        """A reference's map before its ReLU."""
        return self._shaped(
            self._array(self._answers[f"{question.key}#before-relu"].value, question),
            shape,
            question,
        )

    def predictions(self, question: Question, count: int) -> tuple[Prediction, ...]:
        """The answer as triples (name, label, probability)."""
        value = self._value(question)
        if not isinstance(value, Sequence):
            raise Refused(f"For {spoken(question)} it is {article(value)}, not a list of triples.")
        if value.form != "list":
            self.remarks.notice("other-sequence")
        if len(value.items) != count:
            raise Refused(f"For {spoken(question)} it has {len(value.items)} entries, not {count}.")
        return tuple(self._prediction(item, question) for item in value.items)

    def never_answered(self, kinds: set[str]) -> bool:
        """Whether no question has an answer, all of them for a reason among `kinds`."""
        answers = [self._answers.get(question.key) for question in self]
        return all(
            answer is None or (answer.failure is not None and answer.failure.kind in kinds)
            for answer in answers
        )

    def _value(self, question: Question) -> Value:
        answer = self._answers.get(question.key)
        if answer is None:
            raise Refused(f"There is no answer for {spoken(question)}.")
        if answer.failure is not None:
            raise Refused(failure_sentence(question, answer.failure))
        return answer.value

    def _array(self, value: Value, question: Question) -> np.ndarray:
        if isinstance(value, Sequence) and (rows := _numbers(value)) is not None:
            self.remarks.notice("nested-lists")
            return rows
        if not isinstance(value, Array):
            raise Refused(f"For {spoken(question)} it is {article(value)}, not a tensor.")
        if value.form.startswith("numpy."):
            self.remarks.notice("numpy-array")
        if value.requires_grad:
            self.remarks.notice("carries-gradient")
        if value.values.dtype.name not in FLOATS:
            if value.values.dtype.kind not in "iu":
                raise Refused(
                    f"For {spoken(question)} its numbers are of type {value.values.dtype.name}."
                )
            self.remarks.notice("integer-tensor")
        elif value.values.dtype.name != "float32":
            self.remarks.notice("other-precision")
        return value.values.astype(np.float64)

    def _shaped(self, array: np.ndarray, shape: tuple[int, ...], question: Question) -> np.ndarray:
        if array.shape == shape:
            return array
        try:
            if array.shape == (1, *shape):
                self.remarks.notice("leading-dimension")
                return array[0]
            if (1, *array.shape) == shape:
                self.remarks.notice("missing-batch-dimension")
                return array[None]
        except Refused as refusal:
            raise Refused(
                f"For {spoken(question)} its shape is {list(array.shape)}, not {list(shape)}. "
                f"{refusal}"
            ) from None
        raise Refused(
            f"For {spoken(question)} its shape is {list(array.shape)}, not {list(shape)}."
        )

    def _prediction(self, item: Value, question: Question) -> Prediction:
        if not isinstance(item, Sequence) or len(item.items) != 3:
            raise Refused(
                f"For {spoken(question)} an entry is {article(item)}, not a triple of three."
            )
        if item.form != "tuple":
            self.remarks.notice("other-sequence")
        name, label, probability = (self._number(part) for part in item.items)
        kinds = (
            isinstance(name, str),
            isinstance(label, int) and not isinstance(label, bool),
            isinstance(probability, float),
        )
        if not all(kinds):
            found = ", ".join(article(part) for part in item.items)
            raise Refused(
                f"For {spoken(question)} a triple holds {found} instead of a str, an int, a float."
            )
        if not np.isfinite(probability):
            raise Refused(f"For {spoken(question)} a probability is not a finite number.")
        return Prediction(name, label, probability)

    def _number(self, part: Value) -> object:
        """A Python number or string; one in a 0-dimensional tensor is noticed."""
        if isinstance(part, Array) and part.values.size == 1 and part.values.dtype.kind in "iuf":
            self.remarks.notice("number-in-tensor")
            return part.values.reshape(()).item()
        if isinstance(part, Scalar):
            if part.form.startswith("numpy.") and not part.form.startswith("numpy.str"):
                self.remarks.notice("number-in-tensor")
            return part.value
        return None


def spoken(question: Question) -> str:
    """A question as a person says it: `cat.jpg and class 281`."""
    again = " (asked a second time)" if question.key.endswith("/again") else ""
    if question.words:
        return question.words + again
    words = []
    for argument in question.arguments:
        match argument:
            case Picture(name) | Tensor(name) | Arrays(name):
                words.append("a picture made for grading" if name.startswith("made") else name)
            case Plain(value):
                words.append(f"class {value}")
            case Global(name):
                words.append(name)
    return " and ".join(words) + again


def article(value: Value) -> str:
    """The type of a value, for a sentence."""
    if isinstance(value, Scalar) and value.value is None:
        return "None"
    form = value.form.removeprefix("builtins.")
    if isinstance(value, Sequence):
        return f"a {form} of {len(value.items)}"
    if isinstance(value, Opaque | Scalar | Array):
        return f"{'an' if form[:1].lower() in 'aeiou' else 'a'} {form}"
    return "something else"


def failure_sentence(question: Question, failure: Failure) -> str:
    """Why there is no answer, with the line of the student's own cell."""
    if failure.kind == "raised":
        where = ""
        if failure.line:
            where = f" in line {failure.line} of the cell {failure.cell}: {failure.source.strip()}"
        said = f"{failure.error}: {failure.message}" if failure.error else failure.message
        return f"For {spoken(question)} your function stopped with {said}{where}"
    return failure.message


def _numbers(value: Sequence) -> np.ndarray | None:
    """Nested lists of numbers as an array; None for anything else."""

    def plain(item: Value) -> object:
        if isinstance(item, Sequence):
            return [plain(part) for part in item.items]
        if isinstance(item, Scalar) and isinstance(item.value, int | float):
            return item.value
        raise ValueError

    try:
        return np.array(plain(value), dtype=np.float64)
    except (ValueError, OverflowError):
        return None
