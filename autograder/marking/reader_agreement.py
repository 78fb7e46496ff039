"""How far two TAs agree on the answers that both have read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from autograder.marking.readings import Reading


@dataclass(frozen=True)
class Agreement:
    """In figures."""

    both: int  # answers that two TAs have marked
    same: int  # of them, with the same points
    difference: float  # mean of |first − second|, in points
    items: tuple[int, ...]  # for each item of the rubric: answers on which both ticked alike
    differing: tuple[str, ...]  # the answers to talk about


def agreement(pairs: Iterable[Sequence[Reading]], items: int) -> Agreement:
    """Compare first and second readings; what only one TA has marked does not count.

    Args:
        pairs: the readings of each answer.
        items: how many items the rubric has.
    """
    both = [pair for pair in pairs if len(pair) == 2 and all(one.decided for one in pair)]
    return Agreement(
        both=len(both),
        same=sum(first.score == second.score for first, second in both),
        difference=fmean(abs(one.score - other.score) for one, other in both) if both else 0.0,
        items=tuple(
            sum((index in one.ticks) == (index in other.ticks) for one, other in both)
            for index in range(items)
        ),
        differing=tuple(one.answer for one, other in both if set(one.ticks) != set(other.ticks)),
    )
