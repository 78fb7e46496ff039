"""The triples of a list as the task asks for them, whatever form they came in, and which it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograder.answers import Array, Scalar, Value
from autograder.answers import Sequence as Listed
from autograder.judging.criterion import CriterionFailed
from autograder.judging.descriptions import describe_type
from autograder.judging.forms import ITERATOR, Forms

_TABLE = re.compile(r"numpy\..*|pandas\..*")


class Prediction(NamedTuple):
    """One triple of `predict`; what its author left out is None."""

    name: str | None
    label: int | None
    probability: float


def as_predictions(value: Value, count: int) -> tuple[tuple[Prediction, ...], Forms]:
    """The triples (name, label, probability), at most `count` and at least one.

    Raises:
        CriterionFailed: it is no list of such triples.
    """
    rows, forms = _rows(value)
    if len(rows) != count:
        forms.append("other-number-of-classes")
    return tuple(_prediction(row, forms) for row in rows[:count]), tuple(dict.fromkeys(forms))


def _rows(value: Value) -> tuple[Sequence[Value], list[str]]:
    """The entries of a list of triples."""
    if not isinstance(value, Listed):
        raise CriterionFailed(f"it is {describe_type(value)}, not a list of triples.")
    if not value.items:
        raise CriterionFailed("it is empty.")
    forms = _outer_form(value.form)
    rows: Sequence[Value] = value.items
    if len(rows) == 1 and _nested(rows[0]):
        # The dimension of the batch was kept: one list of triples, or of three lists.
        forms.append("extra-dimension")
        assert isinstance(rows[0], Listed)
        rows = rows[0].items
    if columns := _columns(rows):
        forms.append("three-lists")
        rows = [Listed(parts, "tuple") for parts in zip(*columns, strict=True)]
    return rows, forms


def _outer_form(form: str) -> list[str]:
    if form == "list":
        return []
    if form == "dict":
        return ["dictionary"]
    if ITERATOR.fullmatch(form):
        return ["iterator"]
    return ["table" if _TABLE.match(form) else "other-sequence"]


def _nested(row: Value) -> bool:
    return isinstance(row, Listed) and all(isinstance(part, Listed | Array) for part in row.items)


def _columns(rows: Sequence[Value]) -> list[tuple[Value, ...]] | None:
    """Three lists of one length, each of names alone or of numbers alone."""
    if len(rows) != 3:
        return None
    columns = [_parts(row) for row in rows]
    if len({len(column) for column in columns}) != 1 or not columns[0]:
        return None
    kinds = [{isinstance(_plain(part), str) for part in column} for column in columns]
    return columns if sorted(map(tuple, kinds)) == [(False,), (False,), (True,)] else None


def _parts(value: Value) -> tuple[Value, ...]:
    """The entries of a list, or of a tensor of one dimension."""
    match value:
        case Listed(items):
            return items
        case Array(values) if values.squeeze().ndim == 1 and values.dtype.kind in "iuf":
            kind = "int" if values.dtype.kind in "iu" else "float"
            return tuple(Scalar(number, kind) for number in values.squeeze().tolist())
    return ()


def _prediction(row: Value, forms: list[str]) -> Prediction:
    if not isinstance(row, Listed) or len(row.items) not in (2, 3):
        raise CriterionFailed(f"an entry is {describe_type(row)}, not a triple of three.")
    match row.form:
        case "tuple":
            pass
        case "dataclass":
            forms.append("dataclass")
        case "dict":
            forms.append("dictionary")
        case _:
            forms.append("other-sequence")
    parts = [_plain(part, forms) for part in row.items]
    found = _sorted_out(parts, forms)
    if found is None or not np.isfinite(found.probability):
        kinds = ", ".join(describe_type(part) for part in row.items)
        raise CriterionFailed(f"a triple holds {kinds} instead of a str, an int, a float.")
    return found


def _plain(part: Value, forms: list[str] | None = None) -> object:
    """A Python number or string; one in a tensor of size 1 is noticed."""
    noticed = [] if forms is None else forms
    match part:
        case Array(values) if values.size == 1 and values.dtype.kind in "iuf":
            noticed.append("number-in-tensor")
            return values.reshape(()).item()
        case Scalar(value, form):
            if form.startswith("numpy.") and not form.startswith("numpy.str"):
                noticed.append("number-in-tensor")
            return value
    return None


def _sorted_out(parts: Sequence[object], forms: list[str]) -> Prediction | None:
    """Which part is the name, which the label and which the probability."""
    if sum(isinstance(part, str) for part in parts) > 1:
        # A table of numpy's has one type for all.
        parts = [_read(part) for part in parts]
        forms.append("number-as-text")
    names = [part for part in parts if isinstance(part, str)]
    numbers = [part for part in parts if _is_number(part)]
    if len(parts) == len(numbers) == 2:
        forms.append("without-names")
        return _made(None, *_label_first(numbers), forms)
    if len(names) != 1 or len(names) + len(numbers) != len(parts):
        return None
    if len(numbers) == 1:
        forms.append("without-ids")
        return _made(names[0], None, numbers[0], forms)
    label, probability = _label_first(numbers)
    if (names[0], label, probability) != tuple(parts):
        forms.append("other-order-in-triples")
    return _made(names[0], label, probability, forms)


def _label_first(pair: Sequence[object]) -> tuple[object, object]:
    """(label, probability): a label is a whole number, and a probability lies between 0 and 1."""
    one, other = pair
    if isinstance(one, int) != isinstance(other, int):
        return (one, other) if isinstance(one, int) else (other, one)
    swapped = _is_whole(other) and not _is_whole(one)
    return (other, one) if swapped else (one, other)


def _made(name: object, label: object, probability: object, forms: list[str]) -> Prediction | None:
    if isinstance(label, float):
        if not label.is_integer():
            return None
        forms.append("id-as-float")
        label = int(label)
    if not isinstance(probability, int | float) or not isinstance(name, str | None):
        return None
    if label is not None and not isinstance(label, int):
        return None
    huge = isinstance(probability, int) and abs(probability) > 2**53
    return None if huge else Prediction(name, label, float(probability))


def _read(part: object) -> object:
    """A number that is given as text."""
    if isinstance(part, str) and re.fullmatch(r"-?\d{1,9}", part.strip()):
        return int(part)
    if isinstance(part, str) and re.fullmatch(r"-?\d*\.\d+(e[+-]?\d+)?", part.strip()):
        return float(part)
    return part


def _is_number(part: object) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool)


def _is_whole(part: object) -> bool:
    return isinstance(part, int) or (isinstance(part, float) and part.is_integer())
