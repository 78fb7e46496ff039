"""Maps of the strongest channels alone, by whatever it was that they were chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from torch import Tensor

from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.relations import multiples, telling_maps
from autograder.labs.lab09.mistakes.texts import text

# (weights [512], features [512, 7, 7])
Terms = Callable[[Question], tuple[Tensor, Tensor]]


def channels_chosen(task: str, terms: Terms, activations: Activations) -> Iterator[Mistake]:
    """For a map that is a weighted sum over channels, cut off at 0 behind it or not."""

    def sums(question: Question) -> np.ndarray:
        return activations.cached((task, "chosen", question.key), lambda: _sums(*terms(question)))

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        answers = telling_maps(actual, expected)
        if answers is None:
            return False
        fits: np.ndarray | None = None
        for question, answer in answers.items():
            # How many there are may differ with the question, what they are chosen by may not.
            here = np.stack(
                [multiples(rows, answer).any(1) for rows in _cut_or_not(sums(question))]
            )
            fits = here if fits is None else fits & here
            if not fits.any():
                return False
        return True

    said = text("maps", "channels-chosen")
    yield PatternMistake("channels-chosen", task, said, shows=shows, last=True)


def _cut_or_not(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return sums, np.maximum(sums, 0)


def _sums(weights: Tensor, features: Tensor) -> np.ndarray:
    """Of the first n channels in some order, for each order and n: [orders, 511, 49]."""
    w, X = weights.detach().double().numpy(), features.detach().double().numpy().reshape(512, 49)
    products = w[:, None] * X
    sums = []
    for by in (w, np.abs(w), X.mean(1), X.max(1), products.sum(1), np.abs(products.sum(1))):
        order = np.argsort(-by, kind="stable")
        first = products[order].cumsum(0)
        sums += [first[:-1], first[-1] - first[:-1], X[order].cumsum(0)[:-1]]
    return np.stack(sums)
