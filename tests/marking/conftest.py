"""A graded class of a dozen with written answers and maps, served on loopback."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pytest
from PIL import Image

from autograder.course import Course
from autograder.marking.marking_server import marking_app, tokens_for
from autograder.results import TaskMark, write_results
from tests.browser.conftest import ANSWER, HOSTILE_CELLS, browser, opened  # noqa: F401
from tests.conftest import ROOT, copy_course
from tests.report.sample_gradebook import make_gradebook
from tests.report.sample_results import class_of, failed_row, row
from tests.serving import serving_app

STUDENTS = ("ada", "alan", "barbara", "claude", "donald", "edsger", "frances", "grace", "hedy",
            "mallory")  # fmt: skip
BLANK, FAILED = "john", "linus"
TASK = "interpretation"


def picture(seed: int) -> str:
    """Three made-up maps over the cat, as base64 PNG: what `show_cam` draws, without a network."""
    luck = np.random.default_rng(seed)
    cat = Image.open(ROOT / "source" / "lab09" / "cat.jpg").convert("L").resize((280, 280))
    grey = np.asarray(cat, dtype=float)[:, :, None]
    panels = []
    for _ in range(3):
        cells = Image.fromarray(np.uint8(luck.random((7, 7)) * 255))
        large = np.asarray(cells.resize((280, 280), Image.Resampling.BICUBIC)) / 255
        colours = matplotlib.colormaps["RdBu_r"](large)[:, :, :3] * 255
        panels += [np.uint8(0.6 * colours + 0.4 * grey), np.full((280, 10, 3), 255, np.uint8)]
    buffer = io.BytesIO()
    Image.fromarray(np.hstack(panels[:-1])).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def notebook_with(answer: str, seed: int, *, grade_ids: bool = True) -> nbformat.NotebookNode:
    """The source's cells, one drawn map below `two_classes`, and the answer in its cell."""
    notebook = nbformat.read(ROOT / "source" / "lab09" / "lab09.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id == TASK:
            cell.source = answer
        if grade_id == "two_classes":
            drawn = {"image/png": picture(seed), "text/plain": "<Figure>"}
            cell.outputs = [nbformat.v4.new_output("display_data", data=drawn)]
        if not grade_ids:
            cell.metadata = nbformat.NotebookNode()
    return notebook


def write_notebook(path: Path, notebook: nbformat.NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="session")
def _class_template(tmp_path_factory) -> Path:
    course = copy_course(tmp_path_factory.mktemp("marking"))
    rows = [row(student) for student in STUDENTS]
    blank = row(BLANK)
    tasks = tuple(
        TaskMark(TASK, 0.0, 2.0, "none") if mark.task == TASK else mark for mark in blank.tasks
    )
    rows += [replace(blank, tasks=tasks), failed_row(FAILED)]
    write_results(class_of(*rows), course.results)
    make_gradebook(course.gradebook, class_of(*rows))
    hostile = "\n\n".join(HOSTILE_CELLS)
    for seed, student in enumerate(STUDENTS):
        answer = hostile if student == "mallory" else f"{ANSWER} (Number {seed}.)"
        for folder, made in (("submitted", seed), ("autograded", seed + 100)):
            path = course.root / folder / student / "lab09" / "lab09.ipynb"
            write_notebook(path, notebook_with(answer, made))
    return course.root


@pytest.fixture
def marked_course(_class_template, tmp_path) -> Course:
    """The class, nothing marked yet, fresh for each test."""
    course = copy_course(tmp_path / "course")
    shutil.copytree(_class_template, course.root, dirs_exist_ok=True)
    return course


@dataclass
class Served:
    """The running page."""

    host: str
    tokens: dict[str, str]  # TA -> token

    def address(self, ta: str) -> str:
        return f"{self.host}/{self.tokens[ta]}/"


@contextmanager
def serving(course: Course, *tas: str) -> Iterator[Served]:
    tokens = tokens_for(list(tas))
    with serving_app(marking_app(course, tokens)) as host:
        yield Served(host, {ta: token for token, ta in tokens.items()})
