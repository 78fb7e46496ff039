"""Mistakes in `predict` that show in how its answers relate to the right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from autograder.lab import Global, Mistake, Question
from autograder.labs.lab09.mistakes.signs import (
    changes_when_asked_again,
    one_call_late,
    right_for_some,
    same_for_all,
)
from autograder.labs.lab09.mistakes.views import Views

TASK = "predict"
NEARLY = 2e-3  # of a logarithm: a hundred times the rounding of a small probability
Triples = tuple[tuple[str, int, float], ...]


def network(question: Question) -> str:
    return next(item.name for item in question.arguments if isinstance(item, Global))


def prediction_signs(views: Views) -> Iterator[Mistake]:
    yield Mistake(
        "not-finite",
        TASK,
        "Some of your probabilities are NaN or infinite. Look again at each division, logarithm "
        "and exponential on the way: what happens where its input is 0, or large?",
        shows=_not_finite,
    )
    yield Mistake(
        "softmax-over-wrong-axis",
        TASK,
        "Every probability is exactly 1. Look again at the shape of the network's output, and at "
        "the dimension over which the softmax sums.",
        shows=_all_ones,
    )
    yield Mistake(
        "same-for-all",
        TASK,
        "The same list came back whatever was asked. Look again at whether your function uses all "
        "that it is given, and what it keeps from one call to the next.",
        shows=same_for_all,
    )
    yield Mistake(
        "wrong-names",
        TASK,
        "The class ids are right, and a name beside them belongs to another class. Look again at "
        "how a name is looked up, and whether anything was sorted in between.",
        shows=_wrong_names,
    )
    yield Mistake(
        "wrong-names",
        TASK,
        "The names are right, and the class ids beside them belong to other classes. Look again "
        "at how an id and its name find each other.",
        shows=_wrong_ids,
    )
    yield Mistake(
        "probabilities-misplaced",
        TASK,
        "These are the right classes and the right probabilities, but some stand beside the wrong "
        "class. Look again at what was sorted, and whether the rest was sorted with it.",
        shows=_misplaced,
    )
    yield Mistake(
        "unsorted",
        TASK,
        "These are the right classes with their probabilities, in another order. Look again at "
        "what comes first.",
        shows=_unsorted,
    )
    yield Mistake(
        "rounded",
        TASK,
        "Your probabilities were rounded. Look again at what your function returns, which is more "
        "than what is printed.",
        shows=_rounded,
    )
    yield Mistake(
        "other-order-in-triples",
        TASK,
        "Each triple holds the right three things in another order. Look again at the docstring: "
        "which comes first?",
        shows=_other_order,
    )
    yield Mistake(
        "three-lists",
        TASK,
        "Your function returns one list for each of names, ids and probabilities. Look again at "
        "the docstring: what does one entry of the list hold?",
        shows=_three_lists,
    )
    yield Mistake(
        "probabilities-without-classes",
        TASK,
        "The five probabilities are right, the classes beside them are not. Look again at what was "
        "sorted, and whether each probability took its class along.",
        shows=_other_classes,
    )
    yield Mistake(
        "one-class-repeated",
        TASK,
        "The same class stands in your list more than once. Look again at what changes from one "
        "entry to the next.",
        shows=_repeated,
    )
    yield Mistake(
        "one-call-late",
        TASK,
        "Each answer is the right one to the question before. Look again at what your function "
        "keeps from one call to the next.",
        shows=one_call_late,
    )
    yield Mistake(
        "changes-when-asked-again",
        TASK,
        "The same question got two different answers. Look again at what one call leaves behind "
        "for the next, and at the mode of the network.",
        shows=changes_when_asked_again,
    )
    yield Mistake(
        "other-denominator",
        TASK,
        "Your probabilities stand in the right proportion to each other, but not to all 1,000 "
        "classes. Look again at the denominator of the softmax: what does it sum over?",
        shows=lambda told, right: _in_proportion(views, told, right),
    )
    yield Mistake(
        "temperature",
        TASK,
        "The logits were multiplied or divided by a number before the softmax, or raised from "
        "another base than e. Look again at each step between the network and the softmax.",
        shows=lambda told, right: _tempered(views, told, right),
    )
    yield from right_for_some(TASK)
    yield Mistake(
        "other-probabilities",
        TASK,
        "Classes, names and order are right, the probabilities are not. Look again at each step "
        "from the network's output to the number that you return.",
        shows=_only_probabilities,
        last=True,
    )
    yield Mistake(
        "not-triples",
        TASK,
        "What came back is no list of five triples of a name, an id and a probability. Look again "
        "at the docstring, and print what your function returns.",
        shows=lambda told, right: not _shaped(told),
        last=True,
    )


Plain = Mapping[Question, Triples]


def _shaped(told: Plain) -> bool:
    """Whether all answers are five triples (str, number, number)."""
    return all(
        isinstance(answer, tuple)
        and len(answer) == 5
        and all(
            isinstance(item, tuple)
            and len(item) == 3
            and isinstance(item[0], str)
            and all(isinstance(part, int | float) for part in item[1:])
            for item in answer
        )
        for answer in told.values()
    )


def _columns(answer: Triples) -> list[tuple]:
    return list(zip(*answer, strict=True))


def _close(one, other, tolerance: float = 1e-4) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def _all_ones(told: Plain, right: Plain) -> bool:
    return _shaped(told) and all(
        abs(item[2] - 1) < 1e-6 for answer in told.values() for item in answer
    )


def _each(told: Plain, right: Plain, holds: Callable[[list, list], bool]) -> bool:
    return _shaped(told) and all(
        holds(_columns(told[question]), _columns(right[question])) for question in told
    )


def _wrong_names(told: Plain, right: Plain) -> bool:
    return _each(told, right, lambda a, b: a[1] == b[1] and _close(a[2], b[2])) and not _each(
        told, right, lambda a, b: a[0] == b[0]
    )


def _wrong_ids(told: Plain, right: Plain) -> bool:
    return _each(told, right, lambda a, b: a[0] == b[0] and _close(a[2], b[2])) and not _each(
        told, right, lambda a, b: a[1] == b[1]
    )


def _misplaced(told: Plain, right: Plain) -> bool:
    return _each(
        told,
        right,
        lambda a, b: (
            sorted(zip(a[1], a[0], strict=True)) == sorted(zip(b[1], b[0], strict=True))
            and _close(sorted(a[2]), sorted(b[2]))
        ),
    ) and not _unsorted(told, right)


def _unsorted(told: Plain, right: Plain) -> bool:
    def holds(a: list, b: list) -> bool:
        told_rows = sorted(zip(a[1], a[0], a[2], strict=True))
        right_rows = sorted(zip(b[1], b[0], b[2], strict=True))
        return all(
            one[:2] == other[:2] and abs(one[2] - other[2]) <= 1e-4
            for one, other in zip(told_rows, right_rows, strict=True)
        )

    return _each(told, right, holds)


def _rounded(told: Plain, right: Plain) -> bool:
    def holds(a: list, b: list) -> bool:
        return a[:2] == b[:2] and any(
            _close(a[2], [round(p, digits) for p in b[2]], 1e-6) for digits in (0, 1, 2)
        )

    return _each(told, right, holds)


def _other_order(told: Plain, right: Plain) -> bool:
    orders = ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))

    def fits(answer: object, expected: Triples, order: tuple[int, ...]) -> bool:
        if not (isinstance(answer, tuple) and len(answer) == 5):
            return False
        if not all(isinstance(item, tuple) and len(item) == 3 for item in answer):
            return False
        return all(
            _part(item[place], wanted[part])
            for item, wanted in zip(answer, expected, strict=True)
            for place, part in enumerate(order)
        )

    return any(all(fits(told[q], right[q], order) for q in told) for order in orders)


def _three_lists(told: Plain, right: Plain) -> bool:
    def fits(answer: object, expected: Triples) -> bool:
        if not (isinstance(answer, tuple) and len(answer) == 3):
            return False
        if not all(isinstance(column, tuple) and len(column) == 5 for column in answer):
            return False
        wanted = {type(column[0]): column for column in _columns(expected)}
        return all(
            any(
                all(_part(one, other) for one, other in zip(column, expected_column, strict=True))
                for expected_column in wanted.values()
            )
            for column in answer
        )

    return all(fits(told[question], right[question]) for question in told)


def _part(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return type(one) is type(other) and one == other
    return isinstance(one, int | float) and abs(one - other) <= 1e-4


def _not_finite(told: Plain, right: Plain) -> bool:
    return _shaped(told) and not all(
        np.isfinite(item[2]) for answer in told.values() for item in answer
    )


def _other_classes(told: Plain, right: Plain) -> bool:
    return _each(told, right, lambda a, b: a[1] != b[1] and _close(a[2], b[2]))


def _repeated(told: Plain, right: Plain) -> bool:
    return _shaped(told) and any(
        len({item[1] for item in answer}) < len(answer) for answer in told.values()
    )


def _only_probabilities(told: Plain, right: Plain) -> bool:
    return _each(told, right, lambda a, b: a[:2] == b[:2])


def _in_proportion(views: Views, told: Plain, right: Plain) -> bool:
    """p = C · exp(z) in each answer."""
    powers = _powers(views, told, right)
    return bool(powers) and all(abs(power - 1) <= NEARLY for power in powers)


def _tempered(views: Views, told: Plain, right: Plain) -> bool:
    """p = C · exp(a · z) in each answer, with some a > 0."""
    powers = _powers(views, told, right)
    return bool(powers) and all(power > NEARLY for power in powers)


def _powers(views: Views, told: Plain, right: Plain) -> list[float]:
    """Each answer's a in p = C · exp(a · z); empty where that is not what the answers are."""
    if not _only_probabilities(told, right):
        return []
    powers = []
    for question, answer in told.items():
        _, labels, chances = (np.array(column) for column in _columns(answer))
        if not (chances > 0).all():
            return []
        logits = views.logits(network(question), views.picture(question)).numpy()[labels]
        z = logits.astype(np.float64) - logits.mean(dtype=np.float64)
        log_p = np.log(chances) - np.log(chances).mean()
        power = float(z @ log_p / (z @ z))
        if np.abs(log_p - power * z).max() > NEARLY * max(1e-2, np.abs(log_p).max()):
            return []
        powers.append(power)
    return powers
