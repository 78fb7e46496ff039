"""What Formgrader's page of a submission shows besides the notebook.

`c.HTMLExporter.preprocessors` names it.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from traitlets import Bool

from autograder.cells import grade_id
from autograder.course import Course, find_course, find_root
from autograder.errors import CamlabError
from autograder.gradebook.rubric import read_rubric
from autograder.lab_loader import is_lab
from autograder.nbgrader.stock_steps import Resources

# nbgrader's template writes these as they are; learning systems let students choose their names.
_WRITTEN_AS_THEY_ARE = (
    *("student", "first_name", "last_name"),
    *("assignment_id", "notebook_id", "notebook_path", "submission_id"),
)


class FormgraderPage(Preprocessor):
    """Escapes names, and puts the marking scheme below each answer that a person marks.

    Nothing is added to other pages: feedback that nbgrader's own exporter makes goes to students.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, notebook: NotebookNode, resources: Resources
    ) -> tuple[NotebookNode, Resources]:
        if "submission_id" not in resources:
            return notebook, resources
        course = _course(resources)
        if course is not None:
            notebook = _with_schemes(notebook, course)
        for name in _WRITTEN_AS_THEY_ARE:
            if isinstance(text := resources.get(name), str):
                resources[name] = escape(text)
        return notebook, resources


def _course(resources: Resources) -> Course | None:
    """The lab's course; None for an assignment that is no lab, or where there is no telling."""
    try:
        root = find_root(Path(resources["metadata"]["path"]).absolute())
        assignment = str(resources["assignment_id"])
        return find_course(root, assignment) if is_lab(assignment, root) else None
    except (CamlabError, KeyError):
        return None


def _with_schemes(notebook: NotebookNode, course: Course) -> NotebookNode:
    """A copy for the page, with a text cell below each written answer."""
    schemes = {
        task.answer_id: read_rubric(course, task).scheme
        for task in course.lab.tasks
        if not task.by_machine
    }
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if scheme := schemes.get(grade_id(cell)):
            cells.append(new_markdown_cell(f"**Marking scheme** (for TAs alone)\n\n{scheme}"))
    return NotebookNode({**notebook, "cells": cells})
