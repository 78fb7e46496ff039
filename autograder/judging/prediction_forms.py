"""The triples of a list as the task asks for them, whatever form they came in, and which it was."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograder.answers import Array, Scalar, Value
from autograder.answers import Sequence as Listed
from autograder.judging.criterion import CriterionFailed
from autograder.judging.descriptions import describe_type
from autograder.judging.forms import ITERATOR, Forms, only_one

MAX_DEPTH = 8  # of a text that is a list
_TABLE = re.compile(r"numpy\..*|pandas\..*")


class Prediction(NamedTuple):
    """One triple of `predict`; what its author left out is None."""

    name: str | None
    label: int | None
    probability: float


def as_predictions(value: Value, count: int) -> tuple[tuple[Prediction, ...], Forms]:
    """The triples (name, label, probability), at most `count` and at least one.

    Where it is none, the one part that is a list of them is taken.

    Raises:
        CriterionFailed: it is no list of such triples.
    """
    if isinstance(value, Scalar) and isinstance(value.value, str):
        predictions, forms = as_predictions(_of_json(value.value), count)
        return predictions, ("text-for-list", *forms)
    try:
        return _predictions(value, count)
    except CriterionFailed:
        parts = value.items if isinstance(value, Listed) else ()
        part = only_one(parts, lambda one: as_predictions(one, count))
        if part is None:
            raise
        return part[0], (*_outer_form(value.form), "more-than-the-answer", *part[1])


def plain_spelling(name: str) -> str:
    """What is left of a name that is written with other capitals, spaces or signs."""
    return re.sub(r"[\W_]+", "", name.casefold())


def same_name(name: str, right: str, label: int | None) -> bool:
    """Whether a name is the right one, however it is spelled, its own class id beside it or not."""
    plain, wanted = plain_spelling(name), plain_spelling(right)
    return wanted in (plain, plain.removeprefix(str(label)), plain.removesuffix(str(label)))


def _predictions(value: Value, count: int) -> tuple[tuple[Prediction, ...], Forms]:
    rows, forms = _rows(value)
    if len(rows) != count:
        forms.append("other-number-of-classes")
    return tuple(_prediction(row, forms) for row in rows[:count]), tuple(dict.fromkeys(forms))


def _of_json(text: str) -> Value:
    """The list that a text is, as `json.dumps` writes it."""
    try:
        return _of_plain(json.loads(text))
    except (ValueError, RecursionError):
        raise CriterionFailed("it is a str, not a list of triples.") from None


def _of_plain(made: object, depth: int = 0) -> Value:
    if depth > MAX_DEPTH:
        raise ValueError
    match made:
        case dict():
            return Listed(tuple(_of_plain(one, depth + 1) for one in made.values()), "dict")
        case list():
            # Whoever wrote tuples reads them as lists: JSON knows no others.
            return Listed(tuple(_of_plain(one, depth + 1) for one in made), "tuple")
        case str() | float() | bool() | None:
            return Scalar(made, type(made).__name__)
        case int() if abs(made) < 2**63:
            return Scalar(made, "int")
    raise ValueError


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
        forms += ["extra-dimension"] if value.form in ("list", "tuple") else []
        assert isinstance(rows[0], Listed)
        rows = rows[0].items
    if columns := _columns(rows):
        forms.append("three-lists")
        rows = [Listed(parts, "tuple") for parts in zip(*columns, strict=True)]
    return _without_ranks([_flat(row, forms) for row in rows], forms), forms


def _outer_form(form: str) -> list[str]:
    if form == "list":
        return []
    if form == "dict":
        return ["dictionary-for-list"]
    if form == "dataclass":
        return ["object-for-list"]
    if ITERATOR.fullmatch(form):
        return ["iterator"]
    return ["table" if _TABLE.match(form) else "other-sequence"]


def _flat(row: Value, forms: list[str]) -> Value:
    """((name, id), probability) as one row of three."""
    if not isinstance(row, Listed) or not any(isinstance(part, Listed) for part in row.items):
        return row
    parts = [inner for part in row.items for inner in _or_alone(part)]
    if len(parts) not in (2, 3, 4) or any(isinstance(part, Listed) for part in parts):
        return row
    forms.append("nested-triples")
    return Listed(tuple(parts), row.form)


def _or_alone(part: Value) -> tuple[Value, ...]:
    return part.items if isinstance(part, Listed) else (part,)


def _without_ranks(rows: Sequence[Value], forms: list[str]) -> Sequence[Value]:
    """Rows of four parts without the one that counts the rows, from 0 or from 1."""
    if len(rows) < 2 or any(not isinstance(row, Listed) or len(row.items) != 4 for row in rows):
        return rows
    table = [row.items for row in rows if isinstance(row, Listed)]
    for place, column in enumerate(zip(*table, strict=True)):
        ranks = [_plain(part) for part in column]
        if ranks in ([*range(len(rows))], [*range(1, len(rows) + 1)]):
            forms.append("rank-in-triples")
            return [Listed((*row[:place], *row[place + 1 :]), "tuple") for row in table]
    return rows


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


_NUMBER = re.compile(
    r"#?(?P<whole>-?\d{1,9})|(?P<number>-?(\d{1,9}|\d*\.\d+(e[+-]?\d+)?))(?P<hundredths> *%)?"
)


def _read(part: object) -> object:
    """A number that is given as text: 0.38, 38 %, #281."""
    if not isinstance(part, str) or not (found := _NUMBER.fullmatch(part.strip())):
        return part
    if found["whole"]:
        return int(found["whole"])
    return float(found["number"]) / (100 if found["hundredths"] else 1)


def _is_number(part: object) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool)


def _is_whole(part: object) -> bool:
    return isinstance(part, int) or (isinstance(part, float) and part.is_integer())
