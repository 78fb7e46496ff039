"""What a function earns that stopped, where a TA would read its code.

Three ways, and the best counts; none gives full marks:

- it answers most questions, all of them right, and stops at others: its share of the questions;
- its answers are right, or explained by a known mistake, once everyday slips are forgiven
  (`kernel.mending`): what they earn, less what the slip costs (`[mended]` in `policy.toml`);
- there is nothing to judge, and its code shows steps of the task (`[steps]` there).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.answers import Answer
from autograder.judging.policy import Policy
from autograder.lab import Task

_COMMENT = re.compile(r"#.*|^\s*(async )?def .*|^\s*(from .* )?import .*", re.MULTILINE)
OTHERWISE = "otherwise"
_STOPS = ("raised", "not-defined", "timed-out", "died", "too-large")


@dataclass(frozen=True)
class Earned:
    """Points, and the sentence that says what for."""

    points: float = 0.0
    why: str = ""


def with_mended(answers: Mapping[str, Answer]) -> dict[str, Answer] | None:
    """The answers with those that mending gave instead of failures; None where there are none."""
    if all(answer.mended is None for answer in answers.values()):
        return None
    return {
        key: answer
        if answer.mended is None
        else replace(answer, value=answer.mended, failure=None, mended=None)
        for key, answer in answers.items()
    }


def of_mended(task: Task, points: float, slip: str, policy: Policy) -> Earned:
    """What is left of the points that the mended answers would have earned."""
    cost = round(policy.mended.get(slip, policy.mended.get(OTHERWISE, 1.0)) * task.points, 1)
    left = round(max(0.0, points - cost), 6)
    return Earned(
        left,
        f"Your function stops (see the hint). With that forgiven its answers were judged: they "
        f"would earn {points:g}, and the slip costs {cost:g}.",
    )


def of_questions(task: Task, right: int, wrong: int, asked: int, form: float) -> Earned:
    """The share of the questions that it answers, where most are and none is wrong."""
    if wrong or 2 * right < asked or right == asked:
        return Earned()
    points = round(min(task.points * right / asked, task.points - form), 6)
    stops = asked - right
    return Earned(
        points, f"Your function is right for {right} of {asked} questions and stops at {stops}."
    )


def of_steps(task: Task, code: str, answers: Mapping[str, Answer], policy: Policy) -> Earned:
    """What the code shows, where not one question has an answer."""
    failures = [answer.failure for answer in answers.values()]
    if not failures or any(
        failure is None or failure.kind not in _STOPS or failure.error == "NotImplementedError"
        for failure in failures
    ):
        return Earned()
    text = _COMMENT.sub("", code)
    seen = {
        what: points
        for what, (pattern, points) in policy.steps.get(task.name, {}).items()
        if pattern.search(text)
    }
    if not seen:
        return Earned()
    return Earned(
        round(sum(seen.values()), 6),
        "Your function has no answer to judge. Its code names "
        f"{', '.join(seen)}: that counts. A TA may give more.",
    )


def best(*ways: Earned) -> Earned:
    return max(ways, key=lambda earned: earned.points)
