"""Mistakes that show in how a task's answers relate to the right ones and to each other.

Nothing here foresees a number: whatever was done, answers that are all one picture's, or the right
ones bent, moved or rescaled, can be told from the answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from autograder.judging.comparing import MAP_TOLERANCE, same
from autograder.judging.hints import misfit
from autograder.lab import Argument, Mistake, PatternMistake, Picture, Plain, Question, Tensor
from autograder.labs.lab09.mistakes.relations import (
    all_shifted,
    channels_rescaled,
    correlation,
    each_rescaled,
    each_rescaled_and_shifted,
    is_clamped,
    is_monotone_transform,
    is_permutation,
    is_threshold,
    places_rescaled,
    rounded,
)
from autograder.labs.lab09.mistakes.texts import text

# How alike a feature map is that the same network made of the same picture, prepared otherwise, and
# a map that was enlarged and brought back to 7 × 7: Pearson's r. Chosen, not measured.
RESEMBLES, ENLARGED = 0.6, 0.9

PlainAnswers = Mapping[Question, Any]  # in plain form (`autograder.judging.plain_form`)
Arguments = tuple[Argument, ...]
Pair = tuple[np.ndarray, np.ndarray]  # (actual, expected), float64


Shows = Callable[[PlainAnswers, PlainAnswers], bool]  # (actual, expected) -> is this the mistake?


def answer_patterns(
    task: str,
    what: str,
    before: Callable[[Question], np.ndarray] | None = None,
    without: Collection[str] = (),
    of_maps: Iterable[Mistake] = (),
) -> Iterator[Mistake]:
    """Those of a task whose answers are arrays.

    Args:
        what: one of them: "map", "feature map".
        before: the right answer before its last step, where that step may hide what was done.
        without: those that no answers to this task's questions can show.
        of_maps: more of the task's own, which come before those that all maps share.
    """

    def of_either(holds: Callable[[Sequence[Pair]], bool]) -> Shows:
        """Of the right answers, or of these before their last step."""

        def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
            sides = [expected] if before is None else [expected, {q: before(q) for q in actual}]
            return any(bool(pairs := _pairs(actual, side)) and holds(pairs) for side in sides)

        return shows

    last = [
        (key, of_either(holds)) for key, holds in BENT if what == "map" or key not in MAPS_ALONE
    ]
    for key, shows in FIRST:
        if key not in without:
            yield _pattern(task, key, what, shows)
    yield from of_maps
    for key, shows in OF_MAPS if what == "map" else ():
        if key not in without:
            yield _pattern(task, key, what, shows)
    for key, shows in (*last, *LAST):
        if key not in without:
            yield _pattern(task, key, what, shows, last=True)


def feature_patterns(task: str) -> Iterator[Mistake]:
    """Those of a feature map [1, 512, 7, 7] alone."""
    yield _pattern(task, "enlarged", "feature map", _channels_enlarged)
    yield _pattern(task, "not-resized", "feature map", _other_places)
    for key, shows in OF_FEATURES:
        yield _pattern(task, key, "feature map", shows, last=True)


def right_for_some(task: str, without: Collection[str] = ()) -> Iterator[Mistake]:
    """Answers of any form, some of which are right."""
    for key, shows in RIGHT_FOR_SOME:
        if key not in without:
            yield _pattern(task, key, "", shows, last=True)


def _pattern(task: str, key: str, what: str, shows: Shows, last: bool = False) -> Mistake:
    said = text("answer_patterns", key, what=what)
    return PatternMistake(key.partition(".")[0], task, said, shows=shows, last=last)


def rescaled(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    pairs = _pairs(actual, expected)
    if not pairs:
        return False
    one, other = (
        np.concatenate([part.ravel() for part in side]) for side in zip(*pairs, strict=True)
    )
    power = float(np.vdot(one, one))
    factor = float(np.vdot(one, other)) / power if power else 0.0
    return factor > 0 and all(same(factor * one, other) for one, other in pairs)


def same_for_all(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    return _same_within(actual, lambda arguments: ())


def _same_array_for_all(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """Of the right shape: a shape, or one number, is no answer that came back unchanged."""
    return bool(_pairs(actual, expected)) and same_for_all(actual, expected)


def changes_when_asked_again(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    first: dict[tuple[Any, ...], object] = {}
    return _comparable(actual) and any(
        not _alike(value, first.setdefault(question.arguments, value))
        for question, value in actual.items()
    )


def _argument_changed(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """Wrong only where a tensor is given that was given before."""
    given: set[str] = set()
    for question, value in actual.items():
        names = {one.name for one in question.arguments if isinstance(one, Tensor) and one.shared}
        if (misfit(value, expected[question]) <= 1) == bool(names & given):
            return False
        given |= names
    return True


def _class_0_missed(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """Wrong only where the class is 0."""
    return all(
        (misfit(value, expected[question]) > 1) == (Plain(0) in question.arguments)
        for question, value in actual.items()
    )


def _not_finite(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    return any(
        isinstance(value, np.ndarray) and not np.isfinite(value).all() for value in actual.values()
    )


def _all_zero(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    return _arrays(actual) and not any(value.any() for value in actual.values())


def _constant(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    return _arrays(actual) and all(
        value.size > 1 and np.ptp(value) <= MAP_TOLERANCE * np.abs(value).max()
        for value in actual.values()
    )


def _same_within(actual: PlainAnswers, group_of: Callable[[Arguments], Arguments]) -> bool:
    """Whether different questions of one group always have one answer."""
    if not _comparable(actual):
        return False
    first: dict[tuple[Any, ...], tuple[Question, object]] = {}
    different = False
    for question, value in actual.items():
        earlier, known = first.setdefault(group_of(question.arguments), (question, value))
        if not _alike(value, known):
            return False
        different = different or earlier.arguments != question.arguments
    return different


def _accumulated(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    if not _arrays(actual) or len(actual) < 2:
        return False
    total: np.ndarray = np.zeros(())
    for question, value in actual.items():
        if value.shape != expected[question].shape:
            return False
        total = total + np.asarray(expected[question])
        if not same(value, total):
            return False
    return True


def one_call_late(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    if not _comparable(actual) or len(actual) < 3:
        return False
    questions = list(actual)
    return all(
        misfit(actual[later], expected[earlier]) <= 1 for earlier, later in pairwise(questions)
    ) and not all(misfit(actual[question], expected[question]) <= 1 for question in questions)


def _enlarged(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """As large as a picture, and like the right map in each, whatever its scale and colours."""
    if not _arrays(actual):
        return False
    for question, value in actual.items():
        wanted = np.asarray(expected[question])
        large = value.squeeze()
        if large.ndim != 2 or min(large.shape) < 28 or wanted.ndim != 2 or not np.ptp(wanted):
            return False
        small = cv2.resize(large, wanted.shape[::-1], interpolation=cv2.INTER_AREA)
        if correlation(small, wanted) < ENLARGED:
            return False
    return True


def _coloured(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """As large as a picture, in three colours; red against blue tells where the right map is high.

    So does every scale of colours that is used for heat, mixed with the photograph or not.
    """
    if not _arrays(actual):
        return False
    alike = []
    for question, value in actual.items():
        wanted, large = np.asarray(expected[question]), value.squeeze()
        if large.ndim != 3 or wanted.ndim != 2:
            return False
        large = large if large.shape[2] == 3 else large.transpose(1, 2, 0)
        if large.shape[2] != 3 or min(large.shape[:2]) < 28:
            return False
        against = large[..., 0] - large[..., 2]  # blue comes first where cv2 coloured it
        size = wanted.shape[::-1]
        small = cv2.resize(against, size, interpolation=cv2.INTER_AREA)
        alike += [correlation(small, wanted)] if np.ptp(wanted) else []
    # The photograph's own colours take part, and each other class of a picture has them, too.
    return abs(sum(alike)) > RESEMBLES * len(alike) and len({one > 0 for one in alike}) == 1


def _shape_differs(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    return (
        _comparable(actual)
        and all(isinstance(value, np.ndarray | float) for value in actual.values())
        and all(np.shape(value) != expected[question].shape for question, value in actual.items())
    )


Good = set[Question]


def _right_set_is(
    actual: PlainAnswers, expected: PlainAnswers, wanted: Callable[[Good, Sequence[Question]], bool]
) -> bool:
    """Whether some answers, not all, are right, and these are the `wanted` ones."""
    good = {question for question in actual if misfit(actual[question], expected[question]) <= 1}
    return 0 < len(good) < len(actual) and wanted(good, list(actual))


def _of_one_picture(good: Good, asked: Sequence[Question]) -> bool:
    pictures = {_picture(question) for question in good}
    # One class of one picture may be right for its class; where none is asked twice, none can.
    several = len({q.arguments for q in good}) > 1
    several = several or len({q.arguments for q in asked}) == len({*map(_picture, asked)})
    return several and len(pictures) == 1 and good == {q for q in asked if _picture(q) in pictures}


def _only_the_first(good: Good, asked: Sequence[Question]) -> bool:
    return good == {asked[0]}


def _picture(question: Question) -> str:
    return next(
        (item.name for item in question.arguments if isinstance(item, Picture | Tensor)), ""
    )


def _pairs(actual: PlainAnswers, expected: PlainAnswers) -> list[Pair]:
    """(actual, expected) of each question; empty where one cannot be laid over the other."""
    if not _arrays(actual):
        return []
    pairs = [(actual[question].squeeze(), np.squeeze(expected[question])) for question in actual]
    return pairs if all(one.shape == other.shape for one, other in pairs) else []


def _arrays(actual: PlainAnswers) -> bool:
    return bool(actual) and all(
        isinstance(value, np.ndarray) and value.size and np.isfinite(value).all()
        for value in actual.values()
    )


def _comparable(actual: PlainAnswers) -> bool:
    """Arrays of finite numbers, or other plain forms, nothing in them that could not be read."""
    return bool(actual) and all(
        np.isfinite(value).all() and value.size
        if isinstance(value, np.ndarray)
        else isinstance(value, tuple | float) and _is_read(value)
        for value in actual.values()
    )


def _is_read(value: object) -> bool:
    """Whether all parts are known: two objects that are not are no one and the same answer."""
    return all(map(_is_read, value)) if isinstance(value, tuple) else value is not None


def _alike(one: object, other: object) -> bool:
    return getattr(one, "shape", ()) == getattr(other, "shape", ()) and misfit(one, other) <= 1


def _every(holds: Callable[[Sequence[Pair]], bool]) -> Shows:
    """All answers have the right shape, and `holds` of them and the right ones."""

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        return bool(pairs := _pairs(actual, expected)) and holds(pairs)

    return shows


def _each(holds: Callable[[np.ndarray, np.ndarray], bool]) -> Shows:
    return _every(lambda pairs: all(holds(*pair) for pair in pairs))


def _some_are_right(wanted: Callable[[Good, Sequence[Question]], bool]) -> Shows:
    return lambda actual, expected: _right_set_is(actual, expected, wanted)


def _other_places(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """[1, 512, h, w], where h and w are not 7: the picture was not brought to its size."""
    return _arrays(actual) and all(
        value.ndim == 4
        and value.shape[:2] == (1, 512)
        and value.shape[2:] != (7, 7)
        and min(value.shape[2:]) > 1  # else its places were pooled
        for value in actual.values()
    )


def _channels_enlarged(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """[1, 512, h, w], where h and w are more than 7, and each channel like the right one."""
    if not _other_places(actual, expected):
        return False
    for question, value in actual.items():
        if min(value.shape[2:]) <= 7:
            return False
        channels = zip(value[0], np.asarray(expected[question])[0], strict=True)
        pairs = [
            (cv2.resize(large, (7, 7), interpolation=cv2.INTER_AREA), wanted)
            for large, wanted in channels
            if np.ptp(wanted) > 0
        ]
        alike = sum(correlation(*pair) >= ENLARGED for pair in pairs)
        if not pairs or alike < ENLARGED * len(pairs):
            return False
    return True


def _resembles(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """As the right one of each picture, behind a ReLU as it is, though by no known step."""
    pairs = _pairs(actual, expected)
    return bool(pairs) and all(
        one.min() >= 0 and correlation(one, other) > RESEMBLES for one, other in pairs
    )


# Of feature maps, where nothing else fits.
OF_FEATURES: tuple[tuple[str, Shows], ...] = (
    ("channels-rescaled", _each(channels_rescaled)),
    ("places-rescaled", _each(places_rescaled)),
    ("other-preparation", _resembles),
)
# Where the question that is asked again is the first one: another answer then is told as such.
NEVER_ONLY_THE_FIRST = ("right-the-first-time",)
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
    ("same-for-all", _same_array_for_all),
)
# The same, of maps: they have a class, and a size that is often taken for the picture's.
OF_MAPS: tuple[tuple[str, Shows], ...] = (
    (
        "label-ignored",
        lambda actual, expected: _same_within(actual, lambda arguments: arguments[:1]),
    ),
    (
        "picture-ignored",
        lambda actual, expected: _same_within(actual, lambda arguments: arguments[1:]),
    ),
    ("enlarged", _enlarged),
    ("coloured", _coloured),
    ("class-0-missed", _class_0_missed),
)
RIGHT_FOR_SOME: tuple[tuple[str, Shows], ...] = (
    ("right-for-one-picture", _some_are_right(_of_one_picture)),
    ("right-the-first-time", _some_are_right(_only_the_first)),
    ("right-for-some", _some_are_right(lambda good, asked: True)),
)
# What was done to each number. Two numbers, or bounds, are seen before what merely rises.
BENT: tuple[tuple[str, Callable[[Sequence[Pair]], bool]], ...] = (
    ("thresholded", is_threshold),
    ("clamped", is_clamped),
    ("function-of-each-number", is_monotone_transform),
)
MAPS_ALONE = ("thresholded", "clamped")
# What tells less: looked for where nothing else fits.
LAST: tuple[tuple[str, Shows], ...] = (
    ("elsewhere", _each(is_permutation)),
    *RIGHT_FOR_SOME,
    ("other-shape", _shape_differs),
)
