"""Mistakes that show in how a task's answers relate to the right ones and to each other.

Nothing here foresees a number: whatever was done, answers that are all one picture's, or the right
ones bent, moved or rescaled, can be told from the answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from autograder.judging.comparing import MAP_TOLERANCE, same
from autograder.judging.hints import misfit
from autograder.lab import Mistake, Picture, Question, Tensor
from autograder.labs.lab09.mistakes.relations import (
    all_shifted,
    bent,
    each_rescaled,
    each_rescaled_and_shifted,
    elsewhere,
    reshaped,
    rounded,
)

Answers = Mapping[Question, object]
Pair = tuple[np.ndarray, np.ndarray]  # (told, right), float64


def signs(
    task: str, what: str, before: Callable[[Question], np.ndarray] | None = None
) -> tuple[Mistake, ...]:
    """Those of a task whose answers are arrays.

    Args:
        what: one of them: "map", "feature map".
        before: the right answer before its last step, where that step may hide what was done.
    """

    def sign(
        name: str, text: str, shows: Callable[[Answers, Answers], bool], last: bool = False
    ) -> Mistake:
        return Mistake(name, task, text, shows=shows, last=last)

    def every(holds: Callable[[Sequence[Pair]], bool]) -> Callable[[Answers, Answers], bool]:
        """All answers have the right shape, and `holds` of them and the right ones."""

        def shows(told: Answers, right: Answers) -> bool:
            return bool(pairs := _pairs(told, right)) and holds(pairs)

        return shows

    def each_bent(told: Answers, right: Answers) -> bool:
        wanted = right if before is None else {question: before(question) for question in told}
        return any(bool(pairs := _pairs(told, side)) and bent(pairs) for side in (right, wanted))

    return (
        sign(
            "not-finite",
            f"Your {what} holds NaN or infinite numbers. Look again at each division, logarithm "
            "and exponential on the way: what happens where its input is 0, or large?",
            _not_finite,
        ),
        sign(
            "all-zero",
            f"Your {what} is 0 everywhere, for every question. Look again at what is multiplied "
            "or cut off on the way, and whether what you computed is what you return.",
            _all_zero,
        ),
        sign(
            "constant",
            f"All numbers of your {what} are one and the same. Look again at what is summed or "
            "averaged, and whether the places are still apart afterwards.",
            _constant,
        ),
        sign(
            "other-shape",
            "The numbers are right, their shape is not. Look again at the shape that the task asks "
            "for, and at every squeeze, unsqueeze, reshape and flatten.",
            lambda told, right: (
                _arrays(told)
                and all(reshaped(told[question], right[question]) for question in told)
            ),
        ),
        sign(
            "rounded",
            f"The numbers of your {what} were rounded. Look again at every round, int and change "
            "of dtype in your function.",
            every(rounded),
        ),
        sign(
            "results-accumulated",
            f"Your {what} holds the sum of all results so far. Look again at what one call leaves "
            "behind for the next, and where your sum begins.",
            _accumulated,
        ),
        sign(
            "one-call-late",
            "Each answer is the right one to the question before. Look again at what your function "
            "keeps from one call to the next, and at which entry of it you take.",
            one_call_late,
        ),
        sign(
            "changes-when-asked-again",
            "The same question got two different answers. Look again at what one call leaves "
            "behind for the next, and at the mode of the network: in which is there dropout?",
            changes_when_asked_again,
        ),
        sign(
            "rescaled",
            f"Each {what} is the right one but for a factor, the same for all. Look again at the "
            "factors in your function, and at every mean where the formula has a sum.",
            rescaled,
        ),
        sign(
            "normalised",
            f"Each {what} is the right one but for a factor, another for each. Look again at what "
            "your function divides by, and whether the task asks for that.",
            every(lambda pairs: all(each_rescaled(*pair) for pair in pairs)),
        ),
        sign(
            "shifted-values",
            f"Each {what} is the right one with the same number added in every place. Look again "
            "at what your function adds or subtracts, and whether the formula has it.",
            every(all_shifted),
        ),
        sign(
            "normalised",
            f"Each {what} is the right one, rescaled and shifted by numbers of its own. Look again "
            "at what your function does after the sum, and whether the task asks for that.",
            every(lambda pairs: all(each_rescaled_and_shifted(*pair) for pair in pairs)),
        ),
        sign(
            "same-for-all",
            f"The same {what} came back whatever was asked. Look again at whether your function "
            "uses all that it is given, and what it keeps from one call to the next.",
            same_for_all,
        ),
        sign(
            "label-ignored",
            f"The same {what} came back for different classes of one picture. Look again at where "
            "`label` is used in your function.",
            lambda told, right: _same_within(told, lambda arguments: arguments[:1]),
        ),
        sign(
            "picture-ignored",
            f"The same {what} came back for one class of different pictures. Look again at "
            "whether your function uses its first argument.",
            lambda told, right: _same_within(told, lambda arguments: arguments[1:]),
        ),
        sign(
            "function-of-each-number",
            f"Where the right {what} is larger yours is too, yet the numbers are out of "
            "proportion. Look again at what is done to each of them after the sum.",
            each_bent,
            last=True,
        ),
        sign(
            "elsewhere",
            f"The numbers of your {what} are right, and stand in other places. Look again at every "
            "permute, transpose, reshape, flip and roll in your function.",
            every(lambda pairs: all(elsewhere(*pair) for pair in pairs)),
            last=True,
        ),
        *right_for_some(task),
        sign(
            "other-shape",
            f"Your {what} has another shape than the task asks for. Look again at the shape after "
            "each step: which dimensions should be left?",
            _shape_differs,
            last=True,
        ),
    )


def right_for_some(task: str) -> tuple[Mistake, ...]:
    """Answers of any form, some of which are right."""
    return (
        Mistake(
            "right-for-one-picture",
            task,
            "The answers about one picture are right, all others are not. Look again at what your "
            "function takes from its argument, and what it takes from elsewhere.",
            shows=lambda told, right: _right_set_is(told, right, _of_one_picture),
            last=True,
        ),
        Mistake(
            "right-the-first-time",
            task,
            "The very first answer is right, all later ones are not. Look again at what one call "
            "leaves behind for the next.",
            shows=lambda told, right: _right_set_is(told, right, _only_the_first),
            last=True,
        ),
        Mistake(
            "right-for-some",
            task,
            "Some answers are right and some are not. Look again at what differs between them: the "
            "picture, the class, or how often your function was called before.",
            shows=lambda told, right: _right_set_is(told, right, lambda good, all_: True),
            last=True,
        ),
    )


def rescaled(told: Answers, right: Answers) -> bool:
    pairs = _pairs(told, right)
    if not pairs:
        return False
    one, other = (
        np.concatenate([part.ravel() for part in side]) for side in zip(*pairs, strict=True)
    )
    power = float(np.vdot(one, one))
    factor = float(np.vdot(one, other)) / power if power else 0.0
    return factor > 0 and all(same(factor * one, other) for one, other in pairs)


def same_for_all(told: Answers, right: Answers) -> bool:
    return _same_within(told, lambda arguments: ())


def changes_when_asked_again(told: Answers, right: Answers) -> bool:
    first: dict[tuple, object] = {}
    return _comparable(told) and any(
        not _alike(value, first.setdefault(question.arguments, value))
        for question, value in told.items()
    )


def _not_finite(told: Answers, right: Answers) -> bool:
    return any(
        isinstance(value, np.ndarray) and not np.isfinite(value).all() for value in told.values()
    )


def _all_zero(told: Answers, right: Answers) -> bool:
    return _arrays(told) and not any(value.any() for value in told.values())


def _constant(told: Answers, right: Answers) -> bool:
    return _arrays(told) and all(
        value.size > 1 and np.ptp(value) <= MAP_TOLERANCE * np.abs(value).max()
        for value in told.values()
    )


def _same_within(told: Answers, group_of: Callable[[tuple], tuple]) -> bool:
    """Whether different questions of one group always have one answer."""
    if not _comparable(told):
        return False
    first: dict[tuple, tuple[Question, object]] = {}
    different = False
    for question, value in told.items():
        earlier, known = first.setdefault(group_of(question.arguments), (question, value))
        if not _alike(value, known):
            return False
        different = different or earlier.arguments != question.arguments
    return different


def _accumulated(told: Answers, right: Answers) -> bool:
    if not _arrays(told) or len(told) < 2:
        return False
    total = 0.0
    for question, value in told.items():
        if value.shape != right[question].shape:
            return False
        total = total + right[question]
        if not same(value, total):
            return False
    return True


def one_call_late(told: Answers, right: Answers) -> bool:
    if not _comparable(told) or len(told) < 3:
        return False
    questions = list(told)
    return all(
        misfit(told[later], right[earlier]) <= 1 for earlier, later in pairwise(questions)
    ) and not all(misfit(told[question], right[question]) <= 1 for question in questions)


def _shape_differs(told: Answers, right: Answers) -> bool:
    return (
        _comparable(told)
        and all(isinstance(value, np.ndarray | float) for value in told.values())
        and all(np.shape(value) != right[question].shape for question, value in told.items())
    )


Good = set[Question]


def _right_set_is(
    told: Answers, right: Answers, wanted: Callable[[Good, Sequence[Question]], bool]
) -> bool:
    """Whether some answers, not all, are right, and these are the `wanted` ones."""
    good = {question for question in told if misfit(told[question], right[question]) <= 1}
    return 0 < len(good) < len(told) and wanted(good, list(told))


def _of_one_picture(good: Good, asked: Sequence[Question]) -> bool:
    pictures = {_picture(question) for question in good}
    return len(pictures) == 1 and good == {q for q in asked if _picture(q) in pictures}


def _only_the_first(good: Good, asked: Sequence[Question]) -> bool:
    return good == {asked[0]}


def _picture(question: Question) -> str:
    return next(
        (item.name for item in question.arguments if isinstance(item, Picture | Tensor)), ""
    )


def _pairs(told: Answers, right: Answers) -> list[Pair]:
    """(told, right) of each question; empty where one cannot be laid over the other."""
    if not _arrays(told):
        return []
    pairs = [(told[question].squeeze(), np.squeeze(right[question])) for question in told]
    return pairs if all(one.shape == other.shape for one, other in pairs) else []


def _arrays(told: Answers) -> bool:
    return bool(told) and all(
        isinstance(value, np.ndarray) and value.size and np.isfinite(value).all()
        for value in told.values()
    )


def _comparable(told: Answers) -> bool:
    """Arrays of finite numbers, or other plain forms."""
    return bool(told) and all(
        np.isfinite(value).all() and value.size
        if isinstance(value, np.ndarray)
        else isinstance(value, tuple | float)
        for value in told.values()
    )


def _alike(one: object, other: object) -> bool:
    return getattr(one, "shape", ()) == getattr(other, "shape", ()) and misfit(one, other) <= 1
