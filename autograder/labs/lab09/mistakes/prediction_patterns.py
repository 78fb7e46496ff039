"""Mistakes in `predict` that show in how its answers relate to the right ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.lab import Global, Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import (
    NEVER_ONLY_THE_FIRST,
    changes_when_asked_again,
    one_call_late,
    right_for_some,
    same_for_all,
)
from autograder.labs.lab09.mistakes.texts import text

TASK = "predict"
NEARLY = 2e-3  # of a logarithm: a hundred times the rounding of a small probability
# Between these lie the first five of 1,000 probabilities where nothing was learned. Chosen.
EVEN = (5e-4, 5e-2)
Triples = tuple[tuple[str, int, float], ...]


def network(question: Question) -> str:
    return next(item.name for item in question.arguments if isinstance(item, Global))


def prediction_patterns(activations: Activations) -> Iterator[Mistake]:
    for key, shows in PATTERNS:
        yield _pattern(key, shows)
    # The following look at logits, too.
    for key, test in (
        ("percent", _rounded_percent),
        ("rounded", _rounded),
        ("other-denominator", _in_proportion),
        ("temperature", _tempered),
        ("scores-rescaled", _linear_in_scores),
    ):
        yield _pattern(key, partial(test, activations))
    yield from right_for_some(TASK, NEVER_ONLY_THE_FIRST)
    yield _pattern("chosen-otherwise", partial(_of_other_classes, activations), last=True)
    for key, shows in LAST:
        yield _pattern(key, shows, last=True)


def _pattern(key: str, shows: Callable[[Plain, Plain], bool], last: bool = False) -> Mistake:
    return PatternMistake(key.partition(".")[0], TASK, text(TASK, key), shows=shows, last=last)


Plain = Mapping[Question, Any]  # tuples of triples, where `_shaped` says so


def _shaped(actual: Plain) -> bool:
    """Whether all answers are five triples (str, number, number)."""
    return all(
        isinstance(answer, tuple)
        and 0 < len(answer) <= 5
        and all(
            isinstance(item, tuple)
            and len(item) == 3
            and isinstance(item[0], str)
            and all(isinstance(part, int | float) for part in item[1:])
            for item in answer
        )
        for answer in actual.values()
    )


def _columns(answer: Triples) -> list[tuple[Any, ...]]:
    return list(zip(*answer, strict=True))


def _close(one: Iterable[float], other: Iterable[float], tolerance: float = 1e-4) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def _all_one_share(actual: Plain, expected: Plain) -> bool:
    """All 1, or all a half: the softmax went over a batch of one, or over two copies in it."""
    return _shaped(actual) and any(
        all(abs(item[2] - share) < 1e-6 for answer in actual.values() for item in answer)
        for share in (1, 1 / 2)
    )


def _hardly_apart(actual: Plain, expected: Plain) -> bool:
    """Each about as probable as a thousandth; most pictures share a class that is not theirs."""
    if not _shaped(actual):
        return False
    even = all(EVEN[0] < item[2] < EVEN[1] for answer in actual.values() for item in answer)
    own = [question for question in actual if network(question) == "resnet"]
    pairs = list(itertools.combinations(own, 2))
    alike = [_in_both(actual, pair) - _in_both(expected, pair) for pair in pairs]
    return even and bool(pairs) and 2 * sum(map(bool, alike)) > len(pairs)


def _in_both(answers: Plain, pair: Iterable[Question]) -> set[int]:
    """The classes that the lists of both have."""
    return set.intersection(*({item[1] for item in answers[question]} for question in pair))


def _each(actual: Plain, expected: Plain, holds: Callable[[list[Any], list[Any]], bool]) -> bool:
    return _shaped(actual) and all(
        holds(_columns(actual[question]), _columns(expected[question][: len(actual[question])]))
        for question in actual
    )


def _wrong_names(actual: Plain, expected: Plain) -> bool:
    return _each(actual, expected, lambda a, b: a[1] == b[1] and _close(a[2], b[2])) and not _each(
        actual, expected, lambda a, b: a[0] == b[0]
    )


def _wrong_ids(actual: Plain, expected: Plain) -> bool:
    return _each(actual, expected, lambda a, b: a[0] == b[0] and _close(a[2], b[2])) and not _each(
        actual, expected, lambda a, b: a[1] == b[1]
    )


def _misplaced(actual: Plain, expected: Plain) -> bool:
    return _each(
        actual,
        expected,
        lambda a, b: (
            sorted(zip(a[1], a[0], strict=True)) == sorted(zip(b[1], b[0], strict=True))
            and _close(sorted(a[2]), sorted(b[2]))
        ),
    ) and not _unsorted(actual, expected)


def _unsorted(actual: Plain, expected: Plain) -> bool:
    def holds(a: list[Any], b: list[Any]) -> bool:
        actual_rows = sorted(zip(a[1], a[0], a[2], strict=True))
        expected_rows = sorted(zip(b[1], b[0], b[2], strict=True))
        return all(
            one[:2] == other[:2] and abs(one[2] - other[2]) <= 1e-4
            for one, other in zip(actual_rows, expected_rows, strict=True)
        )

    return _each(actual, expected, holds)


def _rounded(activations: Activations, actual: Plain, expected: Plain) -> bool:
    """Each is the probability of its class, rounded; which classes came first may have changed."""
    return any(
        _of_its_class(activations, actual, _to_decimals(digits), 1e-6) for digits in (0, 1, 2)
    )


def _rounded_percent(activations: Activations, actual: Plain, expected: Plain) -> bool:
    return _only_probabilities(actual, expected) and any(
        _of_its_class(activations, actual, _to_decimals(digits, 100), 1e-5) for digits in range(5)
    )


def _to_decimals(digits: int, whole: float = 1) -> Callable[[np.ndarray], np.ndarray]:
    return lambda p: np.round(whole * p, digits)


def _of_other_classes(activations: Activations, actual: Plain, expected: Plain) -> bool:
    """Each is the probability of its class; these are other classes than the first five."""
    return _of_its_class(activations, actual, lambda p: p, 1e-4)


def _of_its_class(
    activations: Activations,
    actual: Plain,
    change: Callable[[np.ndarray], np.ndarray],
    tolerance: float,
) -> bool:
    if not _shaped(actual):
        return False
    for question, answer in actual.items():
        _, labels, chances = (np.array(column) for column in _columns(answer))
        if not ((labels >= 0) & (labels < 1000)).all():
            return False
        logits = activations.logits(network(question), activations.picture(question))
        p = logits.double().softmax(0).numpy()[labels.astype(int)]
        if not np.abs(change(p) - chances).max() <= tolerance:
            return False
    return True


def _empty(actual: Plain, expected: Plain) -> bool:
    return all(isinstance(answer, tuple) and not answer for answer in actual.values())


def _not_finite(actual: Plain, expected: Plain) -> bool:
    return _shaped(actual) and not all(
        np.isfinite(item[2]) for answer in actual.values() for item in answer
    )


def _other_classes(actual: Plain, expected: Plain) -> bool:
    return _each(actual, expected, lambda a, b: a[1] != b[1] and _close(a[2], b[2]))


def _repeated(actual: Plain, expected: Plain) -> bool:
    return _shaped(actual) and any(
        len({item[1] for item in answer}) < len(answer) for answer in actual.values()
    )


def _only_probabilities(actual: Plain, expected: Plain) -> bool:
    return _each(actual, expected, lambda a, b: a[:2] == b[:2])


def _in_proportion(activations: Activations, actual: Plain, expected: Plain) -> bool:
    """p = C · exp(z) in each answer."""
    powers = _powers(activations, actual, expected)
    return bool(powers) and all(abs(power - 1) <= NEARLY for power in powers)


def _tempered(activations: Activations, actual: Plain, expected: Plain) -> bool:
    """p = C · exp(a · z) in each answer, with some a > 0."""
    powers = _powers(activations, actual, expected)
    return bool(powers) and all(power > NEARLY for power in powers)


def _linear_in_scores(activations: Activations, actual: Plain, expected: Plain) -> bool:
    """p = a · z + b in each answer, with some a > 0: five numbers, two of them free."""
    if not _only_probabilities(actual, expected):
        return False
    for question, answer in actual.items():
        z, chances = _scores(activations, question, answer)
        z, chances = z - z.mean(), chances - chances.mean()
        slope = float(z @ chances / (z @ z))
        if not slope > 0 or np.abs(chances - slope * z).max() > NEARLY * np.abs(chances).max():
            return False
    return True


def _scores(
    activations: Activations, question: Question, answer: Triples
) -> tuple[np.ndarray, np.ndarray]:
    """The logits of an answer's classes, and what it gives as their probabilities."""
    _, labels, chances = (np.array(column) for column in _columns(answer))
    logits = activations.logits(network(question), activations.picture(question)).numpy()
    return logits[labels].astype(np.float64), chances


def _powers(activations: Activations, actual: Plain, expected: Plain) -> list[float]:
    """Each answer's a in p = C · exp(a · z); empty where that is not what the answers are."""
    if not _only_probabilities(actual, expected):
        return []
    powers = []
    for question, answer in actual.items():
        z, chances = _scores(activations, question, answer)
        if not (chances > 0).all():
            return []
        z = z - z.mean()
        log_p = np.log(chances) - np.log(chances).mean()
        power = float(z @ log_p / (z @ z))
        if np.abs(log_p - power * z).max() > NEARLY * max(1e-2, np.abs(log_p).max()):
            return []
        powers.append(power)
    return powers


def _nearly_the_classes(actual: Plain, expected: Plain) -> bool:
    """Most of the right classes in each answer, the most probable first."""
    return _each(
        actual,
        expected,
        lambda a, b: len({*a[1]} & {*b[1]}) >= 3 and sorted(a[2], reverse=True) == list(a[2]),
    )


PATTERNS: tuple[tuple[str, Callable[[Plain, Plain], bool]], ...] = (
    ("empty", _empty),
    ("not-finite", _not_finite),
    ("softmax-over-wrong-axis", _all_one_share),
    ("same-for-all", same_for_all),
    ("wrong-names.names", _wrong_names),
    ("wrong-names.ids", _wrong_ids),
    ("probabilities-misplaced", _misplaced),
    ("unsorted", _unsorted),
    ("probabilities-without-classes", _other_classes),
    ("one-class-repeated", _repeated),
    ("one-call-late", one_call_late),
    ("changes-when-asked-again", changes_when_asked_again),
)
LAST: tuple[tuple[str, Callable[[Plain, Plain], bool]], ...] = (
    ("untrained-network", _hardly_apart),
    ("other-probabilities", _only_probabilities),
    ("nearly-the-classes", _nearly_the_classes),
    ("not-triples", lambda actual, expected: not _shaped(actual)),
)
