"""*Validate* in JupyterLab, which is `nbgrader validate`, tells the truth."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assets.weights import find_weights
from autograder.environment import environment

GRADED = ("predict", "get_resnet_features", "compute_cam", "compute_gradcam")


def _validate(folder: Path) -> str:
    command = [sys.executable, "-m", "nbgrader", "validate", "lab09.ipynb"]
    command.append("--ExecutePreprocessor.timeout=600")
    with environment(TORCH_HOME=str(find_weights().torch_home)):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.fixture
def folder(blank_folder, tmp_path) -> Path:
    """A student's folder; cells after the last check are left out, for they are not validated."""
    for path in blank_folder.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    notebook = nbformat.read(tmp_path / "lab09.ipynb", as_version=4)
    last = [cell.id for cell in notebook.cells].index("test_compute_gradcam")
    notebook.cells = [cell for cell in notebook.cells[: last + 1] if not _only_shows(cell)]
    nbformat.write(notebook, tmp_path / "lab09.ipynb")
    return tmp_path


def _only_shows(cell) -> bool:
    return cell.cell_type == "code" and not cell.metadata.get("nbgrader")


def test_the_untouched_release_is_no_success(folder):
    said = _validate(folder)
    assert "Success" not in said
    for task in GRADED:
        assert f"Finish `{task}` first" in said, said


def test_the_solution_is_a_success(folder, source):
    solutions = {cell.id: cell.source for cell in source.cells if "BEGIN SOLUTION" in cell.source}
    notebook = nbformat.read(folder / "lab09.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = solutions.get(cell.id, cell.source)
    nbformat.write(notebook, folder / "lab09.ipynb")
    said = _validate(folder)
    assert "Success! Your notebook passes all the tests" in said, said
