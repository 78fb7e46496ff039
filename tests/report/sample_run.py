"""A run with maps that differ from the reference's, for the tests of feedback pages."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np

from autograder.answers import Answer, Array
from autograder.run import CellError, Run

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "source" / "lab09"
PICTURES = {name: (SOURCE / name).read_bytes() for name in ("cat.jpg", "boat.jpg")}


def tensor(values: np.ndarray) -> Array:
    return Array(np.asarray(values, dtype=np.float32), "torch.Tensor")


def maps(seed: int = 413) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """(answers, reference): CAMs that lost their negative part, Grad-CAMs that kept theirs."""
    luck = np.random.default_rng(seed)
    answers, reference = {}, {}
    for task in ("compute_cam", "compute_gradcam"):
        for picture in ("cat.jpg", "boat.jpg", "made.png"):
            for label in (281, 285):
                key = f"{task}/{picture}/{label}"
                signed = luck.normal(size=(7, 7)) * 3
                positive = np.maximum(signed, 0)
                theirs, true = (positive, signed) if task == "compute_cam" else (signed, positive)
                answers[key] = Answer(key, tensor(theirs))
                reference[key] = Answer(key, tensor(true))
    return answers, reference


def notebook(**sources: str) -> nbformat.NotebookNode:
    """A student's notebook: a cell for each grade id."""
    made = nbformat.v4.new_notebook()
    for grade_id, source in sources.items():
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata["nbgrader"] = {"grade_id": grade_id}
        made.cells.append(cell)
    return made


def run_of(
    answers: dict[str, Answer] | None = None, errors: tuple[CellError, ...] = (), **sources: str
) -> Run:
    return Run(notebook(**sources), answers or {}, errors)
