"""Mistakes that show in how a task's answers relate to each other and to the right ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from autograder.judging.comparing import same
from autograder.lab import Mistake, Question

Plain = Mapping[Question, object]


def signs(task: str, what: str) -> tuple[Mistake, ...]:
    """Those of a task whose answers are arrays; `what` is one of them: "map", "feature map"."""
    return (
        Mistake(
            "rescaled",
            task,
            f"Each {what} is the right one times the same number. Look again at the factors in "
            "your function, and at every mean where the formula has a sum.",
            shows=rescaled,
        ),
        Mistake(
            "same-for-all",
            task,
            f"The same {what} came back whatever was asked. Look again at whether your function "
            "uses all that it is given, and what it keeps from one call to the next.",
            shows=same_for_all,
        ),
        Mistake(
            "label-ignored",
            task,
            f"The same {what} came back for different classes of one picture. Look again at where "
            "`label` is used in your function.",
            shows=lambda told, right: _same_within(told, lambda arguments: arguments[:1]),
        ),
        Mistake(
            "picture-ignored",
            task,
            f"The same {what} came back for one class of different pictures. Look again at "
            "whether your function uses its first argument.",
            shows=lambda told, right: _same_within(told, lambda arguments: arguments[1:]),
        ),
        Mistake(
            "changes-when-asked-again",
            task,
            "The same question got two different answers. Look again at what one call leaves "
            "behind for the next, and at the mode of the network: in which is there dropout?",
            shows=changes_when_asked_again,
        ),
    )


def rescaled(told: Plain, right: Plain) -> bool:
    if not _arrays(told):
        return False
    pairs = [(told[question], right[question]) for question in told]
    if any(one.shape != other.shape for one, other in pairs):
        return False
    one, other = (
        np.concatenate([part.ravel() for part in side]) for side in zip(*pairs, strict=True)
    )
    power = float(np.vdot(one, one))
    factor = float(np.vdot(one, other)) / power if power else 0.0
    return factor > 0 and all(same(factor * one, other) for one, other in pairs)


def same_for_all(told: Plain, right: Plain) -> bool:
    return _same_within(told, lambda arguments: ())


def changes_when_asked_again(told: Plain, right: Plain) -> bool:
    if not _arrays(told):
        return False
    first: dict[tuple, np.ndarray] = {}
    return any(
        not _alike(value, first.setdefault(question.arguments, value))
        for question, value in told.items()
    )


def _same_within(told: Plain, group_of: Callable[[tuple], tuple]) -> bool:
    """Whether different questions of one group always have one answer."""
    if not _arrays(told):
        return False
    first: dict[tuple, tuple[Question, np.ndarray]] = {}
    different = False
    for question, value in told.items():
        earlier, known = first.setdefault(group_of(question.arguments), (question, value))
        if not _alike(value, known):
            return False
        different = different or earlier.arguments != question.arguments
    return different


def _arrays(told: Plain) -> bool:
    return bool(told) and all(
        isinstance(value, np.ndarray) and value.size and np.isfinite(value).all()
        for value in told.values()
    )


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and same(one, other)
