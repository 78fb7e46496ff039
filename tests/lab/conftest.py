"""The lab as three people meet it: the author, a student who starts, a student who is done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import nbformat
import pytest

from autograder.assets.weights import find_weights
from autograder.environment import environment
from autograder.gradebook.build import build_student
from autograder.kernel.guest.accelerations import activation_cache
from tests.lab.run_notebook import HIDDEN
from tests.sharing import made_once

matplotlib.use("Agg")


@dataclass(frozen=True)
class Executed:
    """A notebook after all its cells ran in a real kernel."""

    notebook: nbformat.NotebookNode
    folder: Path
    seconds: float
    cpu_seconds: float
    peak_mb: float

    def cell(self, cell_id: str) -> nbformat.NotebookNode:
        return next(cell for cell in self.notebook.cells if cell.id == cell_id)

    def said(self, cell_id: str) -> str:
        outputs = self.cell(cell_id).outputs
        return "".join(out.text for out in outputs if out.output_type == "stream")

    def pictures(self, cell_id: str) -> list[str]:
        outputs = self.cell(cell_id).outputs
        return [out.data["image/png"] for out in outputs if "image/png" in out.get("data", {})]


@pytest.fixture(scope="session")
def source_folder(root) -> Path:
    return root / "source" / "lab09"


@pytest.fixture(scope="session")
def source(source_folder) -> nbformat.NotebookNode:
    return nbformat.read(source_folder / "lab09.ipynb", as_version=4)


@pytest.fixture(scope="session")
def blank_folder(course, tmp_path_factory) -> Path:
    """The student release, made by nbgrader with the course's configuration."""
    return build_student(course, tmp_path_factory.mktemp("blank"))


@pytest.fixture(scope="session")
def solved(source_folder, tmp_path_factory) -> Executed:
    """The source notebook, which holds the solutions, run once from top to bottom."""
    return _executed(made_once(tmp_path_factory, "solved", lambda to: _execute(source_folder, to)))


@pytest.fixture(scope="session")
def untouched(blank_folder, tmp_path_factory) -> Executed:
    """The student release, run from top to bottom before anything was written."""
    folder = tmp_path_factory.mktemp("untouched")
    _execute(blank_folder, folder)
    return _executed(folder)


def _execute(lab: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("lab09.ipynb", "lab09_check.py"):  # the pictures come out of the notebook
        shutil.copy(lab / name, folder)
    notebook, target = folder / "lab09.ipynb", folder / "executed.ipynb"
    command = [sys.executable, "-m", "tests.lab.run_notebook", str(notebook), str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (folder / "cost.json").write_text(done.stdout.splitlines()[-1])


def _executed(folder: Path) -> Executed:
    notebook = nbformat.read(folder / "executed.ipynb", as_version=4)
    return Executed(notebook, folder, **json.loads((folder / "cost.json").read_text()))


# Everything up to and including Part 1's networks and helpers; VGG-19 is not needed to test these.
BEFORE_VGG = (
    "imports",
    "files",
    "labels",
    "helpers_asking",
    "process_input",
    "helpers_pictures",
    "load_resnet",
    "predict",
    "get_resnet_features",
    "fc_weight",
    "compute_cam",
    "show_cam",
    "two_classes",
)
WITH_VGG = (
    "load_vgg",
    "get_vgg_features",
    "vgg_remaining_steps",
    "compute_gradcam",
    "show_gradcam",
    "input_gradient",
)


class Lab(dict):
    """The globals of the solved notebook, in this process, and its cells by id."""

    cells: dict[str, str]

    def run(self, cell_id: str) -> None:
        with environment(TORCH_HOME=str(find_weights().torch_home)):
            exec(compile(HIDDEN.sub("", self.cells[cell_id]), f"ipykernel/{cell_id}", "exec"), self)


@pytest.fixture(scope="session")
def _lab(source, source_folder) -> Lab:
    return _run_cells(source, source_folder, BEFORE_VGG)


def _run_cells(source, folder: Path, cell_ids: tuple[str, ...]) -> Lab:
    lab = Lab()
    lab.cells = {cell.id: cell.source for cell in source.cells}
    before = Path.cwd()
    os.chdir(folder)
    try:
        for cell_id in cell_ids:
            lab.run(cell_id)
    finally:
        os.chdir(before)
    # As in the sandbox: what a network's first layers make of a picture is computed once. The
    # notebook without that is run by `solved` and `untouched`.
    for name, builder in {"resnet": "resnet18", "vgg19": "vgg19"}.items():
        if name in lab:
            activation_cache.register(lab[name], builder)
    return lab


@pytest.fixture
def lab(_lab, source_folder, monkeypatch):
    """The solved notebook's globals. What a test changes is put back."""
    monkeypatch.chdir(source_folder)
    kept = dict(_lab)
    yield _lab
    _lab.clear()
    _lab.update(kept)


@pytest.fixture(scope="session")
def _whole_lab(source, source_folder) -> Lab:
    """The solved notebook's globals with VGG-19 and what was written for it."""
    return _run_cells(source, source_folder, BEFORE_VGG + WITH_VGG)


@pytest.fixture
def whole_lab(_whole_lab, source_folder, monkeypatch):
    """The globals of the whole solved notebook. What a test changes is put back."""
    monkeypatch.chdir(source_folder)
    kept = dict(_whole_lab)
    yield _whole_lab
    _whole_lab.clear()
    _whole_lab.update(kept)
