"""The solved notebook, with solutions of the bank in the place of its own."""

from __future__ import annotations

from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

GIVEN = (
    "imports", "files", "labels", "helpers_asking", "process_input", "helpers_pictures",
    "load_resnet", "predict", "get_resnet_features",
    "fc_weight", "compute_cam", "load_vgg", "get_vgg_features", "compute_gradcam",
)  # fmt: skip


def with_answers(source: NotebookNode, texts: Mapping[str, str]) -> NotebookNode:
    """The solved notebook's cells that the machine's tasks need, some with other texts.

    Args:
        texts: by grade id.
    """
    cells = []
    for cell in source.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in GIVEN:
            cells.append(nbformat.v4.new_code_cell(texts.get(name, cell.source)))
            cells[-1].metadata = cell.metadata
    return nbformat.v4.new_notebook(cells=cells, metadata=source.metadata)
