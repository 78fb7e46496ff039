"""The graders and hints do not lean on one set of weights: other networks, the same verdicts.

The bank is judged with the weights in use, ImageNet's where they are found. Here a part of it is
judged once more with networks of another random trunk, fitted to the evidence of other classes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from autograder.assets import stand_in
from autograder.assets.lab_pictures import open_pictures
from autograder.assets.weights import FILES, find_weights
from autograder.judging import AnswerGrader
from tests.graders.conftest import open_classroom
from tests.graders.marked import Marked, mark_solutions, sample, solutions


@pytest.fixture(scope="module")
def other_weights(root, tmp_path_factory) -> Iterator[Path]:
    """Serves as TORCH_HOME for this module."""
    home = tmp_path_factory.mktemp("other_weights")
    checkpoints = home / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    order = torch.randperm(1000, generator=torch.Generator().manual_seed(5))
    cam = stand_in.efficientnet_cam
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stand_in, "SEED", 77)
        patch.setattr(stand_in, "TOP_PROBABILITY", 0.25)
        patch.setattr(stand_in, "efficientnet_cam", lambda picture: cam(picture)[order])
        pictures = open_pictures(root / "source" / "lab09")
        makers = (stand_in.make_resnet18, stand_in.make_vgg19)
        for name, make in zip(FILES, makers, strict=True):
            stand_in.save(make(pictures), checkpoints / name)
        patch.setenv("TORCH_HOME", str(home))
        yield home


PATHS = solutions() if os.environ.get("CAMLAB_LONG") else sample(solutions(), 12)


@pytest.fixture(scope="module")
def first(classroom, answer_grader, reference) -> list[Marked]:
    """With the weights in use."""
    return mark_solutions(classroom, answer_grader, reference, PATHS)


@pytest.fixture(scope="module")
def marked(first, other_weights, root, tmp_path_factory) -> list[tuple[Marked, Marked]]:
    """(with the weights in use, with the others)"""
    with open_classroom(root, tmp_path_factory.mktemp("other_class")) as room:
        folder = root / "source" / "lab09"
        reference = room.lab.reference_answers(room.questions, folder)
        mistakes = room.lab.known_mistakes(room.questions, folder)
        with AnswerGrader(room.lab, room.questions, reference, mistakes) as answer_grader:
            seen = mark_solutions(room, answer_grader, reference, PATHS)
    return list(zip(first, seen, strict=True))


def test_the_other_weights_are_others_indeed(classroom, first, other_weights):
    assert find_weights().torch_home == other_weights
    assert find_weights().kind == "stand-in"
    asked = {question.key for question in classroom.questions.of_task("compute_gradcam")}
    assert asked  # the first class's labels stay as they were


def test_full_marks_are_given_for_the_same_solutions(marked):
    assert not [
        (one.task, one.name, one.mark.points, other.mark.points)
        for one, other in marked
        if one.full != other.full
    ]


def test_points_and_hints_are_the_same(marked, capsys):
    points = [
        (one.task, one.name, one.mark.points, other.mark.points)
        for one, other in marked
        if one.mark.points != other.mark.points
    ]
    hints = [
        (one.task, one.name, one.hints, other.hints)
        for one, other in marked
        if one.hints[0] != other.hints[0]
    ]
    with capsys.disabled():
        print(
            f"\n\nwith other weights: {len(marked)} solutions, {len(points)} with other points, "
            f"{len(hints)} with another hint"
        )
        for line in (*points, *hints):
            print(f"  {line}")
    # A hint that goes by chance (of random answers, say) may be another, and so what it leaves.
    assert {point[:2] for point in points} <= {hint[:2] for hint in hints}
    assert len(hints) <= max(1, 0.02 * len(marked))
