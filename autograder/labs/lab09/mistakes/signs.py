"""Mistakes that show in how a task's answers relate to the right ones and to each other.

Nothing here foresees a number: whatever was done, answers that are all one picture's, or the right
ones bent, moved or rescaled, can be told from the answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np

from autograder.judging.comparing import MAP_TOLERANCE, same
from autograder.judging.hints import misfit
from autograder.lab import Mistake, Picture, Plain, Question, Tensor
from autograder.labs.lab09.mistakes.relations import (
    all_shifted,
    bent,
    correlation,
    each_rescaled,
    each_rescaled_and_shifted,
    elsewhere,
    rounded,
)
from autograder.labs.lab09.mistakes.texts import text

# How alike a feature map is that the same network made of the same picture, prepared otherwise, and
# a map that was enlarged and brought back to 7 × 7: Pearson's r. Chosen, not measured.
RESEMBLES, ENLARGED = 0.6, 0.9

Answers = Mapping[Question, object]
Pair = tuple[np.ndarray, np.ndarray]  # (told, right), float64


Shows = Callable[[Answers, Answers], bool]  # (told, right) -> is this the mistake?


def signs(
    task: str, what: str, before: Callable[[Question], np.ndarray] | None = None
) -> Iterator[Mistake]:
    """Those of a task whose answers are arrays.

    Args:
        what: one of them: "map", "feature map".
        before: the right answer before its last step, where that step may hide what was done.
    """

    def each_bent(told: Answers, right: Answers) -> bool:
        wanted = right if before is None else {question: before(question) for question in told}
        return any(bool(pairs := _pairs(told, side)) and bent(pairs) for side in (right, wanted))

    of_maps = () if what == "feature map" else OF_MAPS
    for key, shows in (*FIRST, *of_maps):
        yield _sign(task, key, what, shows)
    for key, shows in (("function-of-each-number", each_bent), *LAST):
        yield _sign(task, key, what, shows, last=True)


def feature_signs(task: str) -> Iterator[Mistake]:
    """Those of a feature map [1, 512, 7, 7] alone."""
    yield _sign(task, "not-resized", "feature map", _other_places)
    yield _sign(task, "other-preparation", "feature map", _resembles, last=True)


def right_for_some(task: str) -> Iterator[Mistake]:
    """Answers of any form, some of which are right."""
    for key, shows in RIGHT_FOR_SOME:
        yield _sign(task, key, "", shows, last=True)


def _sign(task: str, key: str, what: str, shows: Shows, last: bool = False) -> Mistake:
    said = text("signs", key, what=what)
    return Mistake(key.partition(".")[0], task, said, shows=shows, last=last)


def rescaled(told: Answers, right: Answers) -> bool:
    pairs = _pairs(told, right)
    if not pairs:
        return False
    one, other = (
        np.concatenate([part.ravel() for part in side]) for side in zip(*pairs, strict=True)
    )
    power = float(np.vdot(one, one))
    factor = float(np.vdot(one, other)) / power if power else 0.0
    return factor > 0 and all(same(factor * one, other) for one, other in pairs)


def same_for_all(told: Answers, right: Answers) -> bool:
    return _same_within(told, lambda arguments: ())


def changes_when_asked_again(told: Answers, right: Answers) -> bool:
    first: dict[tuple, object] = {}
    return _comparable(told) and any(
        not _alike(value, first.setdefault(question.arguments, value))
        for question, value in told.items()
    )


def _argument_changed(told: Answers, right: Answers) -> bool:
    """Wrong only where a tensor is given that was given before."""
    given: set[str] = set()
    for question, value in told.items():
        names = {one.name for one in question.arguments if isinstance(one, Tensor) and one.shared}
        if (misfit(value, right[question]) <= 1) == bool(names & given):
            return False
        given |= names
    return True


def _class_0_missed(told: Answers, right: Answers) -> bool:
    """Wrong only where the class is 0."""
    return all(
        (misfit(value, right[question]) > 1) == (Plain(0) in question.arguments)
        for question, value in told.items()
    )


def _not_finite(told: Answers, right: Answers) -> bool:
    return any(
        isinstance(value, np.ndarray) and not np.isfinite(value).all() for value in told.values()
    )


def _all_zero(told: Answers, right: Answers) -> bool:
    return _arrays(told) and not any(value.any() for value in told.values())


def _constant(told: Answers, right: Answers) -> bool:
    return _arrays(told) and all(
        value.size > 1 and np.ptp(value) <= MAP_TOLERANCE * np.abs(value).max()
        for value in told.values()
    )


def _same_within(told: Answers, group_of: Callable[[tuple], tuple]) -> bool:
    """Whether different questions of one group always have one answer."""
    if not _comparable(told):
        return False
    first: dict[tuple, tuple[Question, object]] = {}
    different = False
    for question, value in told.items():
        earlier, known = first.setdefault(group_of(question.arguments), (question, value))
        if not _alike(value, known):
            return False
        different = different or earlier.arguments != question.arguments
    return different


def _accumulated(told: Answers, right: Answers) -> bool:
    if not _arrays(told) or len(told) < 2:
        return False
    total = 0.0
    for question, value in told.items():
        if value.shape != right[question].shape:
            return False
        total = total + right[question]
        if not same(value, total):
            return False
    return True


def one_call_late(told: Answers, right: Answers) -> bool:
    if not _comparable(told) or len(told) < 3:
        return False
    questions = list(told)
    return all(
        misfit(told[later], right[earlier]) <= 1 for earlier, later in pairwise(questions)
    ) and not all(misfit(told[question], right[question]) <= 1 for question in questions)


def _enlarged(told: Answers, right: Answers) -> bool:
    """As large as a picture, and like the right map in each, whatever its scale and colours."""
    if not _arrays(told):
        return False
    for question, value in told.items():
        wanted = np.asarray(right[question])
        large = value.squeeze()
        if large.ndim != 2 or min(large.shape) < 28 or wanted.ndim != 2 or not np.ptp(wanted):
            return False
        small = cv2.resize(large, wanted.shape[::-1], interpolation=cv2.INTER_AREA)
        if correlation(small, wanted) < ENLARGED:
            return False
    return True


def _shape_differs(told: Answers, right: Answers) -> bool:
    return (
        _comparable(told)
        and all(isinstance(value, np.ndarray | float) for value in told.values())
        and all(np.shape(value) != right[question].shape for question, value in told.items())
    )


Good = set[Question]


def _right_set_is(
    told: Answers, right: Answers, wanted: Callable[[Good, Sequence[Question]], bool]
) -> bool:
    """Whether some answers, not all, are right, and these are the `wanted` ones."""
    good = {question for question in told if misfit(told[question], right[question]) <= 1}
    return 0 < len(good) < len(told) and wanted(good, list(told))


def _of_one_picture(good: Good, asked: Sequence[Question]) -> bool:
    pictures = {_picture(question) for question in good}
    return len(pictures) == 1 and good == {q for q in asked if _picture(q) in pictures}


def _only_the_first(good: Good, asked: Sequence[Question]) -> bool:
    return good == {asked[0]}


def _picture(question: Question) -> str:
    return next(
        (item.name for item in question.arguments if isinstance(item, Picture | Tensor)), ""
    )


def _pairs(told: Answers, right: Answers) -> list[Pair]:
    """(told, right) of each question; empty where one cannot be laid over the other."""
    if not _arrays(told):
        return []
    pairs = [(told[question].squeeze(), np.squeeze(right[question])) for question in told]
    return pairs if all(one.shape == other.shape for one, other in pairs) else []


def _arrays(told: Answers) -> bool:
    return bool(told) and all(
        isinstance(value, np.ndarray) and value.size and np.isfinite(value).all()
        for value in told.values()
    )


def _comparable(told: Answers) -> bool:
    """Arrays of finite numbers, or other plain forms."""
    return bool(told) and all(
        np.isfinite(value).all() and value.size
        if isinstance(value, np.ndarray)
        else isinstance(value, tuple | float)
        for value in told.values()
    )


def _alike(one: object, other: object) -> bool:
    return getattr(one, "shape", ()) == getattr(other, "shape", ()) and misfit(one, other) <= 1


def _every(holds: Callable[[Sequence[Pair]], bool]) -> Shows:
    """All answers have the right shape, and `holds` of them and the right ones."""

    def shows(told: Answers, right: Answers) -> bool:
        return bool(pairs := _pairs(told, right)) and holds(pairs)

    return shows


def _each(holds: Callable[[np.ndarray, np.ndarray], bool]) -> Shows:
    return _every(lambda pairs: all(holds(*pair) for pair in pairs))


def _some_are_right(wanted: Callable[[Good, Sequence[Question]], bool]) -> Shows:
    return lambda told, right: _right_set_is(told, right, wanted)


def _other_places(told: Answers, right: Answers) -> bool:
    """[1, 512, h, w], where h and w are not 7: the picture was not brought to its size."""
    return _arrays(told) and all(
        value.ndim == 4 and value.shape[:2] == (1, 512) and value.shape[2:] != (7, 7)
        for value in told.values()
    )


def _resembles(told: Answers, right: Answers) -> bool:
    """As the right one of each picture, and not of the others, though by no step behind it."""
    pairs = _pairs(told, right)
    return bool(pairs) and all(correlation(*pair) > RESEMBLES for pair in pairs)


# What tells much. (key of the sentence, whether answers show it)
FIRST: tuple[tuple[str, Shows], ...] = (
    ("not-finite", _not_finite),
    ("all-zero", _all_zero),
    ("constant", _constant),
    ("rounded", _every(rounded)),
    ("results-accumulated", _accumulated),
    ("one-call-late", one_call_late),
    ("argument-changed", _argument_changed),
    ("changes-when-asked-again", changes_when_asked_again),
    ("rescaled", rescaled),
    ("normalised.factor", _each(each_rescaled)),
    ("shifted-values", _every(all_shifted)),
    ("normalised.shift", _each(each_rescaled_and_shifted)),
    ("same-for-all", same_for_all),
)
# The same, of maps: they have a class, and a size that is often taken for the picture's.
OF_MAPS: tuple[tuple[str, Shows], ...] = (
    ("label-ignored", lambda told, right: _same_within(told, lambda arguments: arguments[:1])),
    ("picture-ignored", lambda told, right: _same_within(told, lambda arguments: arguments[1:])),
    ("enlarged", _enlarged),
    ("class-0-missed", _class_0_missed),
)
RIGHT_FOR_SOME: tuple[tuple[str, Shows], ...] = (
    ("right-for-one-picture", _some_are_right(_of_one_picture)),
    ("right-the-first-time", _some_are_right(_only_the_first)),
    ("right-for-some", _some_are_right(lambda good, asked: True)),
)
# What tells less: looked for where nothing else fits.
LAST: tuple[tuple[str, Shows], ...] = (
    ("elsewhere", _each(elsewhere)),
    *RIGHT_FOR_SOME,
    ("other-shape", _shape_differs),
)
