"""Maps in which channels, rows or columns were left out, wherever that was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from torch import Tensor

from autograder.judging.comparing import MAP_TOLERANCE
from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.relations import one_fits_all
from autograder.labs.lab09.mistakes.texts import text

Products = Callable[[Question], Tensor]


def left_out(
    task: str,
    products: Products,
    activations: Activations,
    last: Callable[[np.ndarray], np.ndarray] = np.array,
) -> Iterator[Mistake]:
    """For a map that is a sum over channels.

    Args:
        products: what is summed, [512, 7, 7].
        last: what is done to the sum, [..., 7, 7].
    """

    def terms(question: Question) -> np.ndarray:
        made = activations.cached(
            (task, "terms", question.key), lambda: products(question).detach()
        )
        return made.numpy().astype(np.float64)

    def some_channels(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        return _same_in_all(actual, expected, lambda q: _sums_without(terms(q), last))

    def one_channel(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        return _same_in_all(actual, expected, lambda q: last(terms(q)), alone=True)

    for name, shows in (
        ("channels-left-out", some_channels),
        ("one-channel", one_channel),
        ("rows-left-out", _rows_left_out),
    ):
        yield PatternMistake(name, task, text("maps", name), shows=shows)


def _sums_without(terms: np.ndarray, last: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The sums of the first n channels, of the last n, of every second, of all but one."""
    total = terms.sum(0)
    first = terms.cumsum(0)
    sums = (
        first[255:511],
        total - first[:256],
        terms[::2].sum(0)[None],
        terms[1::2].sum(0)[None],
        total - terms,
    )
    return last(np.concatenate(sums))


def _same_in_all(
    actual: PlainAnswers,
    expected: PlainAnswers,
    candidates: Callable[[Question], np.ndarray],
    *,
    alone: bool = False,
) -> bool:
    """Whether one and the same row of the candidates [n, 7, 7] is what was given, in all.

    Args:
        alone: a row is no sum, in which large terms leave the rounding of their own size.
    """
    # A channel that says nothing leaves zeros, which have many causes.
    arrays = [answer for answer in actual.values() if isinstance(answer, np.ndarray)]
    if 2 * sum(bool(answer.any()) for answer in arrays) <= len(actual):
        return False
    for question, answer in actual.items():
        wanted = expected[question]
        if not (isinstance(answer, np.ndarray) and isinstance(wanted, np.ndarray)):
            return False
        if answer.shape != wanted.shape or not np.isfinite(answer).all():
            return False

    def near(question: Question) -> set[int]:
        answer = actual[question]
        apart = np.abs(candidates(question) - answer).max((1, 2))
        # Left-out channels may weigh little: what is near must be nearer than the right map is.
        scale = 0.0 if alone else float(np.abs(expected[question]).max())
        least = MAP_TOLERANCE / 10 * max(scale, float(np.abs(answer).max()))
        return set(np.flatnonzero(apart <= least).tolist())

    return one_fits_all(map(near, actual))


def _rows_left_out(actual: PlainAnswers, expected: PlainAnswers) -> bool:
    """Zero, or not there, in whole rows or columns, the same ones in all; right elsewhere."""
    kept: np.ndarray = np.ones((7, 7), bool)
    for question, answer in actual.items():
        wanted = expected[question]
        if not (isinstance(answer, np.ndarray) and isinstance(wanted, np.ndarray)):
            return False
        if answer.ndim != 2 or not np.isfinite(answer).all():
            return False
        scale = MAP_TOLERANCE * float(np.abs(wanted).max())
        if answer.shape != wanted.shape:
            # One that is smaller in all: there is nothing to hold against the others.
            kept = np.ones(answer.shape, bool) if kept.shape != answer.shape else kept
            if not _is_part(answer, wanted, scale):
                return False
            continue
        here = np.abs(answer - wanted) <= scale
        if kept.shape != here.shape or not (answer[~here] == 0).all():
            return False
        kept &= here
    if kept.shape != (7, 7):
        return True
    # What is kept is a block: some rows and some columns of it.
    block = kept.any(1, keepdims=True) & kept.any(0, keepdims=True)
    return bool((kept == block).all() and kept.size / 3 <= kept.sum() < kept.size)


def _is_part(answer: np.ndarray, wanted: np.ndarray, scale: float) -> bool:
    """Whether it is the right map without some of its border."""
    height, width = answer.shape
    if not 3 <= height <= wanted.shape[0] or not 3 <= width <= wanted.shape[1]:
        return False
    return any(
        np.abs(wanted[top : top + height, left : left + width] - answer).max() <= scale
        for top in range(wanted.shape[0] - height + 1)
        for left in range(wanted.shape[1] - width + 1)
    )
