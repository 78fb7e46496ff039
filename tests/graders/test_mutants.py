"""Mutants of the reference itself: whichever changes an answer must not get full marks."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

import camlab_solutions
from autograder.judging import Judge
from autograder.judging.hints import misfit
from autograder.judging.plain_form import plain_form
from tests.graders.mutants import mutants

# Each task's functions in `camlab_solutions`, and how the notebook's own names stand in for theirs.
PARTS = {
    "predict": ("predict",),
    "get_resnet_features": ("get_resnet_features",),
    "compute_cam": ("compute_cam",),
    "compute_gradcam": ("get_vgg_features", "gradcam_before_relu", "compute_gradcam"),
}
GIVEN = """
from __future__ import annotations
load_resnet = lambda: resnet
load_vgg = lambda: vgg19
load_classes = lambda: classes
from torch import Tensor, nn
from camlab_solutions.images import ImageFile
"""
SAME = 1e-2  # of the tolerance: below, a mutant changed nothing but rounding


@pytest.fixture(scope="module")
def judge(classroom, reference) -> Iterator[Judge]:
    """Without hints: only marks count here."""
    with Judge(classroom.lab, classroom.questions, reference) as opened:
        yield opened


@pytest.fixture(scope="module")
def outcomes(classroom, judge, reference) -> list[tuple[str, str, bool, bool]]:
    """(task, change, whether an answer changed, whether it got full marks)."""
    made = []
    for task, names in PARTS.items():
        source = "\n\n".join(_code(getattr(camlab_solutions, name)) for name in names)
        made += [(task, change, f"{GIVEN}\n{text}") for change, text in mutants(source)]
    answered = classroom.answers_to_all([(task, text) for task, _, text in made])
    found = []
    for (task, change, _), answers in zip(made, answered, strict=True):
        if isinstance(answers, Exception):
            continue  # it is no function any more
        mark = next(mark for mark in judge.marks(answers) if mark.task == task)
        changed = any(
            answer.failure is not None
            or misfit(plain_form(answer.value), plain_form(reference[key].value)) > SAME
            for key, answer in answers.items()
        )
        found.append((task, change, changed, mark.status == "full"))
    return found


def _code(function: object) -> str:
    """The source without its docstring, which has nothing to mutate."""
    text = inspect.getsource(function)
    head, _, rest = text.partition('    """')
    return head + rest.partition('"""')[2].lstrip("\n")


def test_mutants_that_change_an_answer_are_caught(outcomes, capsys):
    telling = [item for item in outcomes if item[2]]
    passed = [item for item in telling if item[3]]
    share = 1 - len(passed) / len(telling)
    with capsys.disabled():
        print(
            f"\n\nmutants of the reference: {len(outcomes)} made, {len(telling)} change an answer, "
            f"{share:.1%} of these caught"
        )
        for task, change, _, _ in passed:
            print(f"  not caught: {task}, {change}")
    # The paper's mean over places is among them: another answer, and accepted by policy.
    assert len(telling) >= 100
    assert share >= 0.95


def test_mutants_that_change_nothing_keep_full_marks(outcomes):
    assert not [item for item in outcomes if not item[2] and not item[3]]
