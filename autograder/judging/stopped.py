"""What a function earns that stopped, where a TA would read its code.

Three ways, and the best counts; none gives full marks:

- it answers most questions, all of them right, and stops at others: its share of the questions;
- its answers are right, or explained by a known mistake, once everyday slips are forgiven
  (`kernel.mending`): what they earn, less what the slip costs (`[mended]` in `policy.toml`);
- there is nothing to judge, since it stops or gives None, and its code shows steps of the task
  (`[steps]` there).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.answers import Answer, Scalar
from autograder.judging.policy import Policy
from autograder.lab import Task

# No `\s` behind `^`: of many blank lines, each would be read from every line above it.
_COMMENT = re.compile(r"#.*|^[ \t]*(async )?def .*|^[ \t]*(from .* )?import .*", re.MULTILINE)
OTHERWISE = "otherwise"
_DOCSTRING = re.compile(r'"""[^"]*"""')
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


def of_steps(
    task: Task, code: str, answers: Mapping[str, Answer], policy: Policy, handed_out: str = ""
) -> Earned:
    """What the code shows, where not one question has an answer.

    Args:
        handed_out: the code as it was before the student wrote; alone it shows nothing.
    """
    if not answers or not all(map(_says_nothing, answers.values())):
        return Earned()
    steps = policy.steps.get(task.name, {})
    lines = {line.strip() for line in handed_out.splitlines()}
    own = "\n".join(line for line in code.splitlines() if line.strip() not in lines)
    if not _steps_in(own, steps):
        return Earned()
    seen = _steps_in(code, steps)
    return Earned(
        round(sum(seen.values()), 6),
        "Your function has no answer to judge. Its code names "
        f"{', '.join(seen)}: that counts. A TA may give more.",
    )


def _says_nothing(answer: Answer) -> bool:
    if answer.failure is None:
        return answer.value == Scalar(None, "NoneType")
    return answer.failure.kind in _STOPS


def _steps_in(code: str, steps: Mapping[str, tuple[re.Pattern[str], float]]) -> dict[str, float]:
    text = _COMMENT.sub("", _DOCSTRING.sub("", code))
    return {what: points for what, (pattern, points) in steps.items() if pattern.search(text)}


def best(*ways: Earned) -> Earned:
    return max(ways, key=lambda earned: earned.points)
