"""What came back from a student's function: plain data, its form noted before any conversion.

Nothing here holds an object that a submission made. `autograder.kernel.wire` reads these from the
bytes that a sandbox ships, and refuses bytes that are not of this form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np


@dataclass(frozen=True)
class Array:
    """A tensor or an array, with its values as a numpy array of the same dtype and shape."""

    values: np.ndarray
    form: str  # "torch.Tensor", "numpy.ndarray", "torch.nn.Parameter", ...
    requires_grad: bool = False
    device: str = "cpu"


@dataclass(frozen=True)
class Scalar:
    """A number, a string, a truth value or None."""

    value: int | float | str | bool | None
    form: str  # "int", "float", "str", "bool", "NoneType", "numpy.float32", ...


@dataclass(frozen=True)
class Sequence:
    """A list or a tuple."""

    items: tuple[Value, ...]
    form: str  # "list", "tuple"


@dataclass(frozen=True)
class Opaque:
    """Anything else: only the name of its type is known."""

    form: str


Value = Array | Scalar | Sequence | Opaque


_METHODS = ("builtin_function_or_method", "method")


def has_method(value: Value) -> bool:
    """Whether a method stands in it that was named and not called: brackets may be missing."""
    if isinstance(value, Sequence):
        return any(map(has_method, value.items))
    return isinstance(value, Opaque) and value.form in _METHODS


FailureKind = Literal[
    "raised", "not-defined", "timed-out", "died", "not-asked", "malformed", "too-large"
]


@dataclass(frozen=True)
class Failure:
    """Why there is no value."""

    kind: FailureKind
    message: str  # a sentence for the student
    error: str = ""  # the exception's type: "RuntimeError"
    cell: str = ""  # the grade id, else the cell id, of the student's cell where it was raised
    line: int = 0  # counted from 1 in that cell; 0: unknown
    source: str = ""  # the text of that line


@dataclass(frozen=True)
class Answer:
    """The answer to one question: a value or a failure, never both."""

    question: str  # the key of the question
    value: Value | None = None
    failure: Failure | None = None
    # What a function that stopped answered when everyday slips were forgiven (`kernel.mending`).
    mended: Value | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.failure is None):
            raise ValueError(f"the answer to {self.question} needs a value or a failure")

    @property
    def known_value(self) -> Value:
        """The value, for whoever knows that there is one: the reference never fails."""
        if self.value is None:
            raise ValueError(f"the answer to {self.question} is a failure")
        return self.value
