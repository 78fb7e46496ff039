"""How a grader says what a test is worth, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from autograder.errors import AutograderError

Test = TypeVar("Test", bound=Callable[..., None])
ATTRIBUTE = "_camlab_criterion"


class CriterionFailed(AutograderError, AssertionError):
    """An answer does not meet a criterion; the message says what was seen, for the student."""


def criterion(*, sentence: str, points: float | None = None) -> Callable[[Test], Test]:
    """Make a test of a grader one criterion of its task.

    Args:
        sentence: what the student reads who does not meet it.
        points: what it is worth, where `[shares]` of `policy.toml` does not say so; the criteria of
            a task add up to the task's points.
    """

    def mark(test: Test) -> Test:
        setattr(test, ATTRIBUTE, (points, sentence))
        return test

    return mark
