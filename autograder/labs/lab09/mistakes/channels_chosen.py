"""Maps of the strongest channels alone, by whatever it was that they were chosen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from torch import Tensor

from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.candidates import Terms
from autograder.labs.lab09.mistakes.relations import multiples, one_fits_all, telling_maps
from autograder.labs.lab09.mistakes.texts import text


def channels_chosen(task: str, terms: Terms, activations: Activations) -> Iterator[Mistake]:
    """For a map that is a weighted sum over channels, cut off at 0 behind it or not."""

    def sums(question: Question) -> np.ndarray:
        return activations.cached((task, "chosen", question.key), lambda: _sums(*terms(question)))

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        answers = telling_maps(actual, expected)
        return answers is not None and one_fits_all(
            _chosen_by(sums(question), answer) for question, answer in answers.items()
        )

    said = text("maps", "channels-chosen")
    yield PatternMistake("channels-chosen", task, said, shows=shows, last=True)


def _chosen_by(sums: np.ndarray, answer: np.ndarray) -> set[tuple[bool, int]]:
    """(cut off at 0, order): how many channels there are may differ with the question."""
    return {
        (cut, int(order))
        for cut, rows in ((False, sums), (True, np.maximum(sums, 0)))
        for order in np.flatnonzero(multiples(rows, answer).any(1))
    }


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
