"""Whether an answer is the reference's, near enough to be beyond doubt; the graders decide."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.answers import Answer, Array, Scalar, Sequence, Value
from autograder.lab import Question

# Of the largest number in the reference's array; of a probability.
RELATIVE, ABSOLUTE = 1e-3, 1e-4


class Agreement:
    """Called with a question and its answer: is it what the reference says?"""

    def __init__(self, reference: Mapping[str, Answer]) -> None:
        self._reference = reference

    def __call__(self, question: Question, answer: Answer) -> bool:
        expected = self._reference.get(question.key)
        if expected is None or expected.value is None:
            return answer.value is not None
        return answer.value is not None and _agree(answer.value, expected.value)


def _agree(actual: Value, expected: Value) -> bool:
    match actual, expected:
        case Array(), Array():
            return _close(actual.values, expected.values)
        case Sequence(), Sequence():
            return len(actual.items) == len(expected.items) and all(
                map(_agree, actual.items, expected.items)
            )
        case Scalar(float() | int() as number), Scalar(float() as other):
            return abs(number - other) <= ABSOLUTE
        case Scalar(), Scalar():
            return bool(actual.value == expected.value)
        case Array(), Scalar(float() | int() as other):
            return actual.values.size == 1 and _agree(
                Scalar(actual.values.item(), actual.form), Scalar(other, expected.form)
            )
    return False


def _close(actual: np.ndarray, expected: np.ndarray) -> bool:
    if actual.shape != expected.shape or actual.dtype.kind not in "fiu":
        return False
    scale = float(np.abs(expected).max(initial=0.0))
    difference = np.abs(actual.astype(np.float64) - expected.astype(np.float64))
    return bool(np.isfinite(actual).all() and difference.max(initial=0.0) <= RELATIVE * scale)
