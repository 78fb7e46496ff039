"""Twelve submissions as a TA meets them, made from the lab's own releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.demo import mistakes
from autograder.files import write_atomically
from autograder.lab import Lab


@dataclass(frozen=True)
class Pupil:
    """One made-up student: the solution, with some answers replaced."""

    name: str
    story: str
    answers: Mapping[str, str] = field(default_factory=dict)  # grade id -> source of the cell
    blank: bool = False  # hands in the untouched release
    content: bytes | None = None  # hands in these bytes instead of a notebook


def made_up_pupils() -> tuple[Pupil, ...]:
    """The class of `camlab demo`."""
    return (
        Pupil("ada", "everything right"),
        Pupil("alan", "handed in the release untouched", blank=True),
        Pupil("barbara", "forgot the softmax", {"predict": mistakes.NO_SOFTMAX}),
        Pupil("claude", "lists the least probable first", {"predict": mistakes.ASCENDING}),
        Pupil("donald", "took the features after the pooling",
              {"get_resnet_features": mistakes.POOLED_FEATURES}),
        Pupil("edsger", "put a ReLU on the CAM", {"compute_cam": mistakes.RELU_ON_CAM}),
        Pupil("frances", "scaled the CAM to [0, 1]", {"compute_cam": mistakes.NORMALISED_CAM}),
        Pupil("grace", "left out Grad-CAM's ReLU", {"compute_gradcam": mistakes.NO_RELU}),
        Pupil("hedy", "differentiated the probability, not the logit",
              {"compute_gradcam": mistakes.SOFTMAX_GRADIENT}),
        Pupil("john", "a syntax error in one cell", {"compute_cam": mistakes.SYNTAX_ERROR}),
        Pupil("katherine", "an endless loop in one cell", {"fc_weight": mistakes.ENDLESS_LOOP}),
        Pupil("linus", "handed in something that is not a notebook",
              content=b"%PDF-1.7 my lab report"),
    )  # fmt: skip


def make_class(
    pupils: tuple[Pupil, ...],
    lab: Lab,
    student: NotebookNode,
    solution: NotebookNode,
    submitted: Path,
    written: Callable[[Pupil], None] = lambda pupil: None,
) -> None:
    """Write the class below `submitted`, laid out as nbgrader collects it."""
    for pupil in pupils:
        path = submitted / pupil.name / lab.name / lab.notebook_name
        write_atomically(path, _content(pupil, student, solution))
        written(pupil)


def worked_notebook(
    student: NotebookNode, solution: NotebookNode, answers: Mapping[str, str]
) -> NotebookNode:
    """The student release with the solution's answers filled in, some of them replaced."""
    solved = {_grade_id(cell): cell.source for cell in solution.cells if _grade_id(cell)}
    notebook = deepcopy(student)
    for cell in notebook.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("solution"):
            grade_id = nbgrader["grade_id"]
            cell.source = answers.get(grade_id, solved[grade_id])
    return notebook


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _content(pupil: Pupil, student: NotebookNode, solution: NotebookNode) -> bytes:
    if pupil.content is not None:
        return pupil.content
    notebook = student if pupil.blank else worked_notebook(student, solution, pupil.answers)
    return json.dumps(notebook, indent=1).encode()
