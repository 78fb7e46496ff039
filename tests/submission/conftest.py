"""The release without the proof that it earns what it should: these tests run nothing."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.grading.class_setup import read_release


@pytest.fixture(scope="session")
def student_notebook(course) -> NotebookNode:
    return read_release(course)


@pytest.fixture(scope="session")
def solved(course) -> dict[str, str]:
    """Grade id -> the source of the cell as the solution has it."""
    notebook = nbformat.read(course.source / course.lab.notebook_name, as_version=4)
    found = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in notebook.cells}
    return {name: re.sub(r"(?m)^ *### (BEGIN|END) .*\n?", "", text) for name, text in found.items()}
