"""Answers as plain numbers, whatever form they came in: mistakes are recognised by these."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.answers import Array, Scalar, Sequence, Value


def plain_form(value: Value) -> object:
    """A float64 array, a number, a string, a tuple of these, or None for anything else."""
    match value:
        case Array(values) if values.dtype.kind in "iufb":
            if values.size == 1 and values.dtype.kind in "iu":
                return int(values.reshape(()))
            array = values.astype(np.float64)
            return float(array) if array.ndim == 0 else array
        case Scalar(number):
            huge = isinstance(number, int) and abs(number) >= 2**63
            return None if huge else number  # no float holds it
        case Sequence(items):
            parts = tuple(plain_form(item) for item in items)
            return _rectangular(parts)
    return None


def _rectangular(parts: tuple[Any, ...]) -> object:
    """Nested lists of numbers with more than three in a row are an array."""
    numbers = [part for part in parts if isinstance(part, int | float)]
    if len(parts) > 6 and len(numbers) == len(parts):
        return np.array(parts, dtype=np.float64)
    if parts and all(isinstance(part, np.ndarray) for part in parts):
        shapes = {part.shape for part in parts}
        return np.stack(parts) if len(shapes) == 1 else parts
    return parts
