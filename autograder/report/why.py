"""Why a criterion is not met: one question, one place of its answer, and a cell that shows it.

Only questions that a student can ask in the notebook are shown, never one about a picture that was
made for grading. The value that was expected is shown where the reference's maps are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from autograder.answers import Answer, Array, Scalar, Sequence, Value
from autograder.judging.comparing import MAP_TOLERANCE, PROBABILITY_TOLERANCE
from autograder.results import Criterion, TaskMark

CallOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Why:
    """What one criterion, or several, were not met for.

    Attributes:
        criteria: their names.
        question: the call, as a student writes it; "" where only pictures made for grading show it.
        place: of the answer, in words; "" where there is none.
        seen, expected: what stands there; `expected` is "" where students may not see it.
        cell: to copy into the notebook.
    """

    criteria: tuple[str, ...]
    question: str = ""
    place: str = ""
    seen: str = ""
    expected: str = ""
    cell: str = ""


@dataclass(frozen=True)
class _Difference:
    place: str  # in words
    code: str  # an expression of `yours`
    seen: str
    expected: str  # as people read it, and as Python does
    size: float = float("inf")


def reasons(
    mark: TaskMark,
    answers: Mapping[str, Answer],
    reference: Mapping[str, Answer],
    call_of: CallOf,
    *,
    show_reference: bool = True,
) -> tuple[Why, ...]:
    """One for each criterion that is not met; those that the same question shows are one.

    Args:
        answers: the student's, by question key.
        reference: the reference's, by the same keys.
        call_of: `Lab.call_of`.
        show_reference: whether the student may see what was expected.
    """
    telling = {
        key: difference
        for key, answer in answers.items()
        if key.startswith(f"{mark.task}/") and key in reference and call_of(key)
        if (difference := _difference(answer, reference[key])) is not None
    }
    found: dict[str, list[str]] = {}
    for criterion in mark.criteria:
        if criterion.points < criterion.max_points:
            found.setdefault(_key_for(criterion, telling), []).append(criterion.name)
    return tuple(
        _why(tuple(names), key, call_of(key) or "", telling[key], show_reference)
        if key
        else Why(tuple(names))
        for key, names in found.items()
    )


def _key_for(criterion: Criterion, telling: Mapping[str, _Difference]) -> str:
    """The question that the criterion's sentence names, else the one that differs most."""
    named = [
        key
        for key in telling
        if all(part in criterion.sentence for part in key.split("/")[1:] if part != "again")
    ]
    return max(named or telling, key=lambda key: telling[key].size, default="")


def _why(
    criteria: tuple[str, ...], key: str, call: str, at: _Difference, show_reference: bool
) -> Why:
    expected = at.expected if show_reference else ""
    lines = [f"yours = {call}"]
    if key.endswith("/again"):
        lines.insert(0, f"{call}  # the first time")
    told = f', "expected:", {expected!r}' if expected else ""
    lines.append(f'print("yours:", {at.code}{told})')
    return Why(criteria, call, at.place, at.seen, expected, "\n".join(lines))


def _difference(answer: Answer, reference: Answer) -> _Difference | None:
    """Where an answer is farthest from the reference's; None where it is the same."""
    right = reference.value
    assert right is not None
    if answer.failure is not None:
        stopped = answer.failure.error or answer.failure.kind.replace("-", " ")
        return _Difference("", "yours", f"no answer ({stopped})", _described(right))
    assert answer.value is not None
    if isinstance(right, Array):
        return _of_arrays(answer.value, right)
    if isinstance(right, Sequence):
        return _of_lists(answer.value, right)
    return None


def _of_arrays(value: Value, right: Array) -> _Difference | None:
    form = 'getattr(yours, "shape", type(yours))'
    if not isinstance(value, Array) or value.values.shape != right.values.shape:
        return _Difference("its form", form, _described(value), _described(right))
    if value.values.dtype.kind not in "iuf":
        return _Difference("its numbers", "yours.dtype", value.values.dtype.name, "float32")
    own, its = value.values.astype(np.float64), right.values.astype(np.float64)
    apart = np.nan_to_num(np.abs(own - its), nan=np.inf)
    largest = float(np.abs(its).max()) or 1.0
    if not apart.size or float(apart.max()) <= MAP_TOLERANCE * largest:
        return None
    at = tuple(int(one) for one in np.unravel_index(int(apart.argmax()), apart.shape))
    index = "".join(f"[{one}]" for one in at)
    return _Difference(
        _place(at), f"float(yours{index})", number(own[at]), number(its[at]), apart.max() / largest
    )


def _place(at: tuple[int, ...]) -> str:
    """As on the page's maps: rows and columns are counted from 1."""
    *before, row, column = at if len(at) > 1 else (0, *at)
    channel = f"channel {before[-1] + 1}, " if len(before) > 1 else ""
    return f"{channel}row {row + 1}, column {column + 1}"


def _of_lists(value: Value, right: Sequence) -> _Difference | None:
    if not isinstance(value, Sequence):
        return _Difference("its form", "type(yours)", _described(value), _described(right))
    for rank, expected in enumerate(right.items):
        if rank >= len(value.items):
            return _Difference(
                "its length", "len(yours)", str(len(value.items)), str(len(right.items))
            )
        if not _alike(value.items[rank], expected):
            return _Difference(
                f"entry {rank + 1}",
                f"list(yours)[{rank}]",
                _shown(value.items[rank]),
                _shown(expected),
            )
    if len(value.items) > len(right.items):
        return _Difference("its length", "len(yours)", str(len(value.items)), str(len(right.items)))
    return None


def _alike(value: Value, right: Value) -> bool:
    match value, right:
        case Sequence(items), Sequence(others):
            return len(items) == len(others) and all(map(_alike, items, others))
        case Scalar(float() | int() as one), Scalar(float() as other):
            return abs(one - other) <= PROBABILITY_TOLERANCE
        case Scalar(one), Scalar(other):
            return one == other
        case Array(values), Scalar(float() | int() as other) if values.size == 1:
            return bool(abs(float(values.reshape(())) - other) <= PROBABILITY_TOLERANCE)
    return False


def _shown(value: Value) -> str:
    match value:
        case Sequence(items):
            return f"({', '.join(map(_shown, items))})"
        case Scalar(float() as one):
            return number(one)
        case Scalar(one):
            return repr(one)[:80]
    return _described(value)


def _described(value: Value) -> str:
    match value:
        case Array(values, form):
            return f"{form} of shape {list(values.shape)}"
        case Sequence(items, form):
            return f"{form} of {len(items)}"
        case Scalar(None):
            return "None"
    return value.form


def number(value: float) -> str:
    return f"{value:.5g}"
