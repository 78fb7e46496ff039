"""What a task's points are given for, and what right numbers in another form cost.

Both stand in one table that an instructor edits: `policy.toml` beside the graders.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from autograder.errors import CamlabError
from autograder.judging.criterion import CriterionFailed

POLICIES = ("accept", "remark", "form", "refuse")


@dataclass(frozen=True)
class Policy:
    """The table.

    shares: task -> criterion -> its points.
    earns: task -> a known mistake's id -> the task's points where that mistake alone explains
        every answer, if that is more than the criteria give.
    mended: what stopped a function (the id of its hint, or `otherwise`) -> the share of the task
        that it costs where its answers were judged with that slip forgiven.
    steps: task -> what its code shows -> (a pattern, the points that it earns where the function
        has no answer to judge).
    forms: a form's name -> (one of `POLICIES`, the sentence for the student).
    """

    shares: Mapping[str, Mapping[str, float]]
    earns: Mapping[str, Mapping[str, float]]
    forms: Mapping[str, tuple[str, str]]
    mended: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, tuple[re.Pattern[str], float]]] = field(default_factory=dict)


@cache
def read_policy(path: Path) -> Policy:
    """The table of one lab; an empty one where a lab has none.

    Raises:
        CamlabError: it is not as its own head says.
    """
    if not path.is_file():
        return Policy({}, {}, {})
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        forms = {name: (row["policy"], row["sentence"]) for name, row in table["forms"].items()}
        policy = Policy(
            _points(table.get("shares", {})),
            _points(table.get("earns", {})),
            forms,
            {name: float(share) for name, share in table.get("mended", {}).items()},
            {task: _steps(rows) for task, rows in table.get("steps", {}).items()},
        )
    except (re.error, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CamlabError(f"{path} cannot be used: {error}.") from error
    for name, (chosen, _) in policy.forms.items():
        if chosen not in POLICIES:
            known = ", ".join(POLICIES)
            raise CamlabError(f"{path}: [forms.{name}] says “{chosen}”; it must be one of {known}.")
    for name, share in policy.mended.items():
        if not 0 < share <= 1:
            raise CamlabError(f"{path}: [mended] {name} must lie above 0 and not above 1.")
    for task, earned in policy.earns.items():
        most = sum(policy.shares.get(task, {}).values())
        for mistake, points in earned.items():
            if not 0 <= points < most:
                raise CamlabError(
                    f"{path}: [earns.{task}] gives {points:g} points for {mistake}; it must be "
                    f"less than the task's {most:g}."
                )
    return policy


def _points(table: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {
        task: {name: float(points) for name, points in row.items()} for task, row in table.items()
    }


def _steps(
    rows: Mapping[str, Mapping[str, str | float]],
) -> dict[str, tuple[re.Pattern[str], float]]:
    return {
        what: (re.compile(str(row["pattern"])), float(row["points"])) for what, row in rows.items()
    }


class Remarks:
    """Applies a policy to the forms of one task's answers; collects what is said about them.

    Args:
        policy: the lab's `policy.toml`.
    """

    def __init__(self, policy: Path) -> None:
        self._policy = policy
        self.sentences: list[str] = []
        self.met: dict[str, None] = {}  # the forms noticed, in order

    def notice(self, form: str, *, exact: bool = False) -> None:
        """An answer came in another form.

        Args:
            exact: whether the criterion that looks is the one about the form.

        Raises:
            CriterionFailed: the policy refuses that form, or it costs the form's share and `exact`.
        """
        forms = read_policy(self._policy).forms
        if form not in forms:
            return  # a lab's table says what costs; what it does not name is accepted
        policy, sentence = forms[form]
        self.met[form] = None
        if policy == "refuse" or (policy == "form" and exact):
            raise CriterionFailed(sentence)
        if policy == "remark" and sentence not in self.sentences:
            self.sentences.append(sentence)

    def costing(self) -> list[str]:
        """The forms met that cost the form's share."""
        forms = read_policy(self._policy).forms
        return [form for form in self.met if forms[form][0] == "form"]
