"""Submissions as a TA meets them, made from a lab's own releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode

from autograder.cells import grade_id, is_solution
from autograder.files import write_atomically
from autograder.lab import Lab, SampleStudent


def make_class(
    students: tuple[SampleStudent, ...],
    lab: Lab,
    release: NotebookNode,
    solution: NotebookNode,
    submitted: Path,
    written: Callable[[SampleStudent], None] = lambda member: None,
) -> None:
    """Write the class below `submitted`, laid out as nbgrader collects it."""
    for member in students:
        path = submitted / member.name / lab.name / lab.notebook_name
        write_atomically(path, _content(member, release, solution))
        written(member)


def worked_notebook(
    release: NotebookNode, solution: NotebookNode, answers: Mapping[str, str]
) -> NotebookNode:
    """The student release with the solution's answers filled in, some of them replaced."""
    solved = {grade_id(cell): cell.source for cell in solution.cells if grade_id(cell)}
    notebook = deepcopy(release)
    for cell in notebook.cells:
        if is_solution(cell):
            cell.source = answers.get(grade_id(cell), solved[grade_id(cell)])
    return notebook


def _content(member: SampleStudent, release: NotebookNode, solution: NotebookNode) -> bytes:
    if member.content is not None:
        return member.content
    notebook = release if member.blank else worked_notebook(release, solution, member.answers)
    return json.dumps(notebook, indent=1).encode()
