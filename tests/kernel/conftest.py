"""A light lab, without networks, whose questions have one right answer each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.answers import Array, Scalar
from autograder.kernel import Sandbox, open_sandbox
from autograder.kernel.sandbox_selection import trouble_with
from autograder.lab import Lab, Picture, Plain, Preloaded, Question, Questions, Tensor
from autograder.limits import Limits
from autograder.run import Run

LIMITS = Limits(
    cell_seconds=2.0,
    question_seconds=1.5,
    submission_seconds=12.0,
    cpu_seconds=8.0,
    memory=int(2.5 * 2**30),
    scratch=16 * 2**20,
    processes=40,
    open_files=256,
    output=2**20,
    answers=2**20,
)

LIGHT_LAB = Lab(
    name="light",
    tasks=(),
    folder=Path(),
    files=("words.txt",),
    preloaded=Preloaded(("cv2", "torch", "torchvision", "matplotlib.pyplot")),
    make_questions=lambda folder, secret: make_questions(secret),
    reference_answers=lambda questions, folder: {},
)

HONEST = (
    "def total(path, factor):\n"
    "    with open(path, 'rb') as file:\n"
    "        return sum(file.read()) * factor\n",
    "def scaled(tensor, factor):\n    return tensor * factor\n",
)


def make_questions(secret: bytes) -> Questions:
    """Four questions about a picture and a tensor that no submission has seen before."""
    array = np.random.default_rng(list(secret)).normal(size=(2, 3)).astype(np.float32)
    about_picture = (Picture("fresh.bin"), Plain(3))
    about_tensor = (Tensor("fresh"), Plain(2.0))
    return Questions(
        (
            Question("total", "total", "total", about_picture),
            Question("scaled", "scaled", "scaled", about_tensor),
            Question("total/again", "total", "total", about_picture),
            Question("scaled/again", "scaled", "scaled", about_tensor),
        ),
        {"fresh.bin": secret},
        {"fresh": array},
    )


def marks(run: Run, questions: Questions) -> int:
    """How many of the four answers are right, judged here from plain data."""
    assert sorted(run.answers) == sorted(question.key for question in questions.questions)
    right = 0
    for key, answer in run.answers.items():
        if key.startswith("total"):
            expected = sum(questions.pictures["fresh.bin"]) * 3
            right += answer.value == Scalar(expected, "int")
        else:
            expected = questions.arrays["fresh"] * np.float32(2)
            right += (
                isinstance(answer.value, Array)
                and answer.value.form == "torch.Tensor"
                and answer.value.values.shape == expected.shape
                and bool(np.all(np.abs(answer.value.values - expected) < 1e-6))
            )
    return right


def notebook_of(*cells: str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(cell) for cell in cells])


def text_of(run: Run) -> str:
    """Everything that a person could ever read of a run."""
    return repr((run.notebook, run.answers, run.errors, run.message))


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("light")
    (folder / "words.txt").write_text("some words")
    return folder


def open_light(kind: str, folder: Path, limits: Limits = LIMITS):
    return open_sandbox(LIGHT_LAB, folder, folder, kind, limits, jobs=2)


def _opened(kind: str, folder: Path) -> Iterator[Sandbox]:
    if trouble := trouble_with(kind):
        pytest.skip(trouble)
    with open_light(kind, folder) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def bwrap_sandbox(lab_folder: Path) -> Iterator[Sandbox]:
    yield from _opened("bwrap", lab_folder)


@pytest.fixture(scope="session")
def landlock_sandbox(lab_folder: Path) -> Iterator[Sandbox]:
    yield from _opened("landlock", lab_folder)


@pytest.fixture(params=["bwrap", "landlock"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Either kind: what holds for both."""
    return request.getfixturevalue(f"{request.param}_sandbox")


@pytest.fixture
def questions() -> Questions:
    return make_questions(os.urandom(64))
