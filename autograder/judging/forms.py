"""Answers as the task asks for them, whatever form they came in, and which form that was.

What only looks different is converted, so that a grader compares numbers; the name of each form
that was met is given back, and `policy.toml` says what it costs. What cannot be converted is
refused with a sentence.
"""

from __future__ import annotations

import re

import numpy as np

from autograder.answers import Array, Scalar, Value
from autograder.answers import Sequence as Listed
from autograder.judging.criterion import CriterionFailed
from autograder.judging.descriptions import describe_type

Forms = tuple[str, ...]  # names of rows of [forms] in policy.toml
FLOATS = ("float16", "float32", "float64")
ITERATOR = re.compile(
    r"zip|map|filter|generator|enumerate|reversed|dict_\w+|itertools\..*|.*_iterator"
)


def as_array(value: Value, shape: tuple[int, ...]) -> tuple[np.ndarray, Forms]:
    """The numbers as float64 of exactly this shape.

    Raises:
        CriterionFailed: there are no such numbers.
    """
    array, forms = _numbers(value)
    laid_out, more = _laid_out(array, shape)
    return laid_out, (*forms, *more)


def _numbers(value: Value) -> tuple[np.ndarray, Forms]:
    if isinstance(value, Listed):
        try:
            return _stacked(value), ("nested-lists",)
        except (ValueError, OverflowError):
            raise CriterionFailed(f"it is {describe_type(value)}, not a tensor.") from None
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
        if array.squeeze().shape == np.empty(shape).squeeze().shape:
            more = array.ndim > len(shape)
            form = "extra-dimension" if more else "missing-batch-dimension"
            return array.reshape(shape), (form,)
        if (order := _order(array.shape, shape)) is not None:
            return array.transpose(order), ("other-order-of-dimensions",)
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
