"""A wrong map that is one of several, whichever it is, and whatever its scale."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch import Tensor

from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.relations import fitting, one_fits_all, telling_maps

# Of a map that is a weighted sum over channels: (weights [512], features [512, 7, 7]).
Terms = Callable[[Question], tuple[Tensor, Tensor]]


def one_of(task: str, name: str, said: str, made: Callable[[Question], np.ndarray]) -> Mistake:
    """Made and looked at only where nothing more telling explains the answers.

    Args:
        made: the maps that a question may have got, [n, 49], before any ReLU; the same row of them
            has to fit all questions.
    """

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        answers = telling_maps(actual, expected)
        return answers is not None and one_fits_all(
            fitting(made(question), answer) for question, answer in answers.items()
        )

    return PatternMistake(name, task, said, shows=shows, last=True)
