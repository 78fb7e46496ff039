"""Maps that are right, of another class than the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from torch import Tensor

from autograder.judging.comparing import MAP_TOLERANCE
from autograder.lab import Mistake, PatternMistake
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.texts import text


def another_class(task: str, maps: Callable[[str], Tensor], activations: Activations) -> Mistake:
    """Whichever class it is: a constant, the least probable one, the label counted otherwise.

    Args:
        maps: those of all classes of a picture, [1000, 7, 7].
    """

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        arrays = [answer for answer in actual.values() if isinstance(answer, np.ndarray)]
        # Nothing speaks for many a class: zeros are the map of all of these.
        if sum(bool(answer.any()) for answer in arrays) < 2:
            return False
        for question, answer in actual.items():
            if not isinstance(answer, np.ndarray) or answer.squeeze().shape != (7, 7):
                return False
            picture = activations.picture(question)
            known = activations.cached((task, "all classes", picture), partial(maps, picture))
            apart = np.abs(known.numpy() - answer.squeeze()).max((1, 2))
            if answer.any() and not apart.min() <= MAP_TOLERANCE * np.abs(answer).max():
                return False
        return True

    said = text("maps", "another-class")
    return PatternMistake("another-class", task, said, shows=shows)
