"""Maps that are right, of another class than the one that was asked for, or of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from autograder.judging.comparing import MAP_TOLERANCE
from autograder.judging.hints import misfit
from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.candidates import Terms, one_of
from autograder.labs.lab09.mistakes.relations import fitting, mixture, telling_maps
from autograder.labs.lab09.mistakes.texts import text

Maps = Callable[[str], Tensor]  # those of all classes of a picture, [1000, 7, 7]
# (logits [1000], label) -> what was differentiated in place of the logit
Score = Callable[[Tensor, int], Tensor]


def another_class(task: str, maps: Maps, activations: Activations) -> Mistake:
    """Whichever class it is: a constant, the least probable one, the label counted otherwise."""

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        arrays = [answer for answer in actual.values() if isinstance(answer, np.ndarray)]
        # Nothing speaks for many a class: zeros are the map of all of these.
        if sum(bool(answer.any()) for answer in arrays) < 2:
            return False
        # Zeros beside nothing but right maps are no other class's: those were never computed.
        if not any(
            isinstance(answer, np.ndarray)
            and answer.any()
            and misfit(answer, expected[question]) > 1
            for question, answer in actual.items()
        ):
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


def class_differences(task: str, maps: Maps, activations: Activations) -> Mistake:
    """The class's map minus another one's, or minus the mean or the largest over classes.

    Args:
        maps: before any ReLU.
    """

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        answers = telling_maps(actual, expected)
        return answers is not None and all(
            _is_difference(answer, _of_all(task, maps, activations, q), activations.label(q))
            for q, answer in answers.items()
        )

    said = text("maps", "class-differences")
    return PatternMistake("class-differences", task, said, shows=shows, last=True)


def _of_all(task: str, maps: Maps, activations: Activations, question: Question) -> np.ndarray:
    picture = activations.picture(question)

    def compute() -> np.ndarray:
        return maps(picture).detach().double().numpy().reshape(1000, 49)

    return activations.cached((task, "all classes, signed", picture), compute)


def _is_difference(answer: np.ndarray, known: np.ndarray, label: int) -> bool:
    own = known[label]
    apart = np.concatenate([own - known, [own - known.max(0)]])
    if fitting(apart, answer):
        return True
    found = mixture(answer, own, known.mean(0))
    return found is not None and found[0] > 0 > found[1]


def weights_shifted(task: str, terms: Terms, activations: Activations) -> Mistake:
    """A number was added to all weights, wherever that was: a · w + b in place of w."""

    def parts(question: Question) -> tuple[np.ndarray, np.ndarray]:
        w, X = terms(question)
        right = torch.einsum("c,chw->hw", w, X)
        return (
            right.detach().double().numpy().ravel(),
            X.sum(0).detach().double().numpy().ravel(),
        )

    def shows(actual: PlainAnswers, expected: PlainAnswers) -> bool:
        answers = telling_maps(actual, expected)
        if answers is None:
            return False
        told = 0
        for question, answer in answers.items():
            key = (task, "shifted", question.key)
            found = mixture(answer, *activations.cached(key, partial(parts, question)))
            few = 0 < np.count_nonzero(answer) < 6  # a ReLU left too little
            if (found is None or found[0] <= 0) and answer.any() and not few:
                return False
            told += found is not None and bool(answer.any())
        return told >= 2

    said = text("maps", "weights-shifted")
    return PatternMistake("weights-shifted", task, said, shows=shows, last=True)


def other_scores(
    task: str,
    name: str,
    maps: Maps,
    scores: Sequence[Score],
    logits: Callable[[str], Tensor],
    activations: Activations,
) -> Mistake:
    """The gradient of some function of the logits z: Σ_k ∂s/∂z_k · map_k.

    Args:
        maps: before any ReLU.
        logits: those of a picture, [1000].
    """

    def made(question: Question) -> np.ndarray:
        z = logits(activations.picture(question)).double().requires_grad_()
        label = activations.label(question)
        slopes = [torch.autograd.grad(score(z, label), z)[0] for score in scores]
        return torch.stack(slopes).numpy() @ _of_all(task, maps, activations, question)

    return one_of(task, name, text(task, name), made)
