"""The questions of a class can tell right from wrong, and no tie decides a mark."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch

from autograder.labs.lab09 import questions as lab09_questions
from autograder.labs.lab09.known_pictures import KNOWN, pictures_as_seen
from autograder.labs.lab09.questions import GAP, TALL, make_questions
from autograder.labs.lab09.trusted_networks import networks
from camlab_solutions import process_input


def gap(picture: bytes) -> float:
    """Between neighbours among the six most probable classes."""
    with torch.no_grad():
        logits = networks()[0](process_input(io.BytesIO(picture)))[0]
    first = logits.softmax(0).topk(6).values
    return float((first[:-1] - first[1:]).min())


@pytest.fixture(scope="module")
def folder(root):
    return root / "source" / "lab09"


def test_the_same_secret_makes_the_same_questions(folder):
    one, other = (make_questions(folder, b"a class") for _ in range(2))
    assert one.questions == other.questions and one.pictures == other.pictures


def test_another_class_is_asked_about_another_picture(folder):
    one, other = (make_questions(folder, secret) for secret in (b"a class", b"another"))
    assert one.pictures != other.pictures and one.questions != other.questions


def test_a_picture_with_a_tie_is_drawn_again(folder, monkeypatch):
    def draw() -> bytes:
        return lab09_questions._clear_picture(folder, TALL, np.random.default_rng(9))

    first = draw()
    assert gap(first) >= GAP
    monkeypatch.setattr(lab09_questions, "GAP", gap(first) * 1.01)
    second = draw()
    assert second != first and gap(second) > gap(first)


def test_the_known_pictures_are_prepared_as_the_notebook_prepares_them(folder):
    seen = pictures_as_seen(folder)
    expected = [process_input(folder / name).numpy()[0] for name in KNOWN]
    assert seen.dtype == np.float32 and [p.tobytes() for p in seen] == [
        p.tobytes() for p in expected
    ]
