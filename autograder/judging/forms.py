"""Arrays as the task asks for them, whatever form they came in, and which form that was.

What only looks different is converted, so that a grader compares numbers; the name of each form
that was met is given back, and `policy.toml` says what it costs. What cannot be converted is
refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

import numpy as np

from autograder.answers import Array, Scalar, Value
from autograder.answers import Sequence as Listed
from autograder.judging.criterion import CriterionFailed
from autograder.judging.descriptions import describe_type

Forms = tuple[str, ...]  # names of rows of [forms] in policy.toml
Read = TypeVar("Read")
FLOATS = ("float16", "float32", "float64")
ITERATOR = re.compile(
    r"zip|map|filter|generator|enumerate|reversed|dict_\w+|itertools\..*|.*_iterator"
)
_HOLDERS = {
    "list": "nested-lists",
    "tuple": "in-tuple",
    "dict": "in-dictionary",
    "dataclass": "in-object",
}


def as_array(value: Value, shape: tuple[int, ...]) -> tuple[np.ndarray, Forms]:
    """The numbers as float64 of exactly this shape.

    Raises:
        CriterionFailed: there are no such numbers.
    """
    if isinstance(value, Listed):
        return _held(value, shape)
    array, forms = _numbers(value)
    laid_out, more = _laid_out(array, shape)
    return laid_out, (*forms, *more)


def only_one(parts: Iterable[Value], read: Callable[[Value], Read]) -> Read | None:
    """What `read` makes of the one part that it takes; None where it takes several, or none.

    Whoever returns two answers has not said which one is meant.
    """
    found = []
    for part in parts:
        with suppress(CriterionFailed):
            found.append(read(part))
    return found[0] if len(found) == 1 else None


def _held(value: Listed, shape: tuple[int, ...]) -> tuple[np.ndarray, Forms]:
    """The numbers that a list is made of, or of its one part that can be the answer."""
    held = _holder(value.form)
    refusal = CriterionFailed(f"it is {describe_type(value)}, not a tensor.")
    stacked: tuple[np.ndarray, Forms] | None = None
    try:
        stacked = _laid_out(_stacked(value), shape)
    except (ValueError, OverflowError):
        pass
    except CriterionFailed as shape_differs:
        refusal = shape_differs
    part = only_one(value.items, lambda one: as_array(one, shape))
    if stacked and (not part or not stacked[1]):
        return stacked[0], (held, *stacked[1])
    if not part:
        raise refusal
    beside = () if len(value.items) == 1 else ("more-than-the-answer",)
    return part[0], (held, *beside, *part[1])


def _holder(form: str) -> str:
    """What stands where a tensor should."""
    if ITERATOR.fullmatch(form):
        return "in-iterator"
    return _HOLDERS.get(form, "in-sequence")


def _numbers(value: Value) -> tuple[np.ndarray, Forms]:
    if not isinstance(value, Array):
        raise CriterionFailed(f"it is {describe_type(value)}, not a tensor.")
    forms = []
    if value.form.startswith("numpy."):
        forms.append("numpy-array")
    if value.requires_grad:
        forms.append("carries-gradient")
    if value.values.dtype.kind in "iu":
        forms.append("integer-tensor")
    elif value.values.dtype.name not in FLOATS:
        raise CriterionFailed(f"its numbers are of type {value.values.dtype.name}.")
    elif value.values.dtype.name != "float32":
        forms.append("other-precision")
    return value.values.astype(np.float64), tuple(forms)


def _stacked(value: Value) -> np.ndarray:
    """Nested lists of numbers, or of tensors, as one array."""
    match value:
        case Listed(items) if items:
            return np.stack([_stacked(item) for item in items])
        case Array(values) if values.dtype.kind in "iuf":
            return values.astype(np.float64)
        case Scalar(bool()):
            raise ValueError
        case Scalar(int() | float() as number):
            return np.array(number, dtype=np.float64)
    raise ValueError


def _laid_out(array: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, Forms]:
    """The same numbers in the shape that was asked for; which form that shape was."""
    if array.shape == shape:
        return array, ()
    if array.size and array.size == np.prod(shape):
        small, wanted = array.squeeze(), tuple(size for size in shape if size != 1)
        forms: Forms = ()
        if array.ndim != len(shape):
            more = array.ndim > len(shape)
            forms = ("extra-dimension" if more else "missing-batch-dimension",)
        if small.shape != wanted or not forms:
            forms = ("other-order-of-dimensions", *forms)
        if (order := _order(small.shape, wanted)) is not None:
            return small.transpose(order).reshape(shape), forms
        # Fewer dimensions: flattened. More that are not 1 would be something else.
        if array.ndim <= len(shape):
            return array.reshape(shape), ("other-shape",)
    raise CriterionFailed(f"its shape is {list(array.shape)}, not {list(shape)}.")


def _order(shape: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...] | None:
    """How to exchange dimensions of different sizes; equal ones keep their order."""
    if sorted(shape) != sorted(wanted):
        return None
    left = list(enumerate(shape))
    order = []
    for size in wanted:
        place = next(one for one in left if one[1] == size)
        left.remove(place)
        order.append(place[0])
    return tuple(order)
