"""A wrong map that is one of several, whichever it is, and whatever its scale."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.relations import multiples, telling_maps


def one_of(task: str, name: str, said: str, made: Callable[[Question], np.ndarray]) -> Mistake:
    """Made and looked at only where nothing more telling explains the answers.

    Args:
        made: the maps that a question may have got, [n, 49], before any ReLU; the same row of them
            has to fit all questions.
    """

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        answers = telling_maps(actual, expected)
        if answers is None:
            return False
        fits: np.ndarray | None = None
        for question, answer in answers.items():
            rows = made(question)
            here = multiples(rows, answer) | multiples(np.maximum(rows, 0), answer)
            fits = here if fits is None else fits & here
            if not fits.any():
                return False
        return True

    return PatternMistake(name, task, said, shows=shows, last=True)
