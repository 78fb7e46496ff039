"""One class whose questions, reference answers and known mistakes all bank tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import nbformat
import pytest
import torch

from autograder.assets.weights import find_weights
from autograder.environment import environment
from autograder.judging import AnswerGrader
from autograder.lab import Mistake
from tests.graders.answering import Classroom
from tests.graders.marked import Marked, mark_solutions, sample, solutions
from tests.lab09 import LAB

matplotlib.use("Agg")
SECRET = b"the class that the bank is marked in"


@contextmanager
def open_classroom(root: Path, folder: Path) -> Iterator[Classroom]:
    """A class with the weights in use; its folder becomes the current one."""
    lab = LAB
    for name in lab.files:
        shutil.copy(root / "source" / "lab09" / name, folder)
    questions = lab.make_questions(folder, SECRET)
    before, threads = os.getcwd(), torch.get_num_threads()
    os.chdir(folder)
    torch.set_num_threads(1)
    try:
        # Where a solution loads weights of its own, it finds those in use.
        with environment(TORCH_HOME=str(find_weights().torch_home)):
            yield Classroom.open(lab, questions, root / "source" / "lab09" / "lab09.ipynb")
    finally:
        os.chdir(before)
        torch.set_num_threads(threads)


@pytest.fixture(scope="package")
def source(root) -> nbformat.NotebookNode:
    """The lab's solved notebook; whoever changes it takes a copy."""
    return nbformat.read(root / "source" / "lab09" / "lab09.ipynb", as_version=4)


@pytest.fixture(scope="package")
def classroom(root, tmp_path_factory) -> Iterator[Classroom]:
    with open_classroom(root, tmp_path_factory.mktemp("classroom")) as opened:
        yield opened


@pytest.fixture(scope="package")
def reference(classroom, root):
    return classroom.lab.reference_answers(classroom.questions, root / "source" / "lab09")


@pytest.fixture(scope="package")
def mistakes(classroom, root) -> Sequence[Mistake]:
    return classroom.lab.known_mistakes(classroom.questions, root / "source" / "lab09")


@pytest.fixture(scope="package")
def answer_grader(classroom, reference, mistakes) -> Iterator[AnswerGrader]:
    lab, questions = classroom.lab, classroom.questions
    with AnswerGrader(lab, questions, reference, mistakes) as opened:
        yield opened


@pytest.fixture(scope="package")
def bank(classroom, answer_grader, reference) -> list[Marked]:
    """A sample, or all of it where CAMLAB_LONG is set, with the weights in use.

    `python -m tests.graders.accuracy` judges all of it.
    """
    paths = solutions() if os.environ.get("CAMLAB_LONG") else sample(solutions())
    return mark_solutions(classroom, answer_grader, reference, paths)
