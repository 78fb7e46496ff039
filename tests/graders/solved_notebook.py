"""The solved notebook, with solutions of the bank in the place of its own."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

from autograder.cells import grade_id

GIVEN = (
    "imports", "files", "labels", "helpers_asking", "process_input", "helpers_pictures",
    "load_resnet", "predict", "get_resnet_features",
    "fc_weight", "compute_cam", "load_vgg", "get_vgg_features", "compute_gradcam",
)  # fmt: skip


def whole_with(source: NotebookNode, texts: Mapping[str, str]) -> NotebookNode:
    """A copy of the whole solved notebook, some of its cells with other texts.

    Args:
        texts: by grade id.
    """
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        cell.source = texts.get(grade_id(cell), cell.source)
    return notebook


def with_answers(source: NotebookNode, texts: Mapping[str, str]) -> NotebookNode:
    """The solved notebook's cells that the machine's tasks need, some with other texts.

    Args:
        texts: by grade id.
    """
    cells = []
    for cell in source.cells:
        name = grade_id(cell)
        if name in GIVEN:
            cells.append(nbformat.v4.new_code_cell(texts.get(name, cell.source)))
            cells[-1].metadata = cell.metadata
    return nbformat.v4.new_notebook(cells=cells, metadata=source.metadata)
