"""Mutants of the reference itself: whichever changes an answer must not get full marks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.judging import AnswerGrader
from tests.graders.mutants import Mutant, judge_mutants


@pytest.fixture(scope="module")
def answer_grader(classroom, reference) -> Iterator[AnswerGrader]:
    """Without hints: only marks count here."""
    with AnswerGrader(classroom.lab, classroom.questions, reference) as opened:
        yield opened


@pytest.fixture(scope="module")
def outcomes(classroom, answer_grader, reference) -> list[Mutant]:
    return judge_mutants(classroom, answer_grader, reference)


def test_mutants_that_change_an_answer_are_caught(outcomes, capsys):
    telling = [item for item in outcomes if item.changed]
    passed = [item for item in telling if item.full]
    share = 1 - len(passed) / len(telling)
    with capsys.disabled():
        print(
            f"\n\nmutants of the reference: {len(outcomes)} made, {len(telling)} change an answer, "
            f"{share:.1%} of these caught"
        )
        for item in passed:
            print(f"  not caught: {item.task}, {item.change}")
    # The paper's mean over places is among them: another answer, and accepted by policy.
    assert len(telling) >= 100
    assert share >= 0.95


def test_mutants_that_change_nothing_keep_full_marks(outcomes):
    assert not [item for item in outcomes if not item.changed and not item.full]
