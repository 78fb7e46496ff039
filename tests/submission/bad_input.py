"""One maker for each kind of bad input to the small lab: (worked notebook) -> its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

Files = dict[str, bytes]
NAME = "lab10.ipynb"


def _dump(notebook: NotebookNode) -> bytes:
    return json.dumps(notebook).encode()


def _cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    cells = (
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    return next(cells)


def no_notebook(worked: NotebookNode) -> Files:
    return {"answers.txt": b"I forgot the notebook."}


def empty_folder(worked: NotebookNode) -> Files:
    return {}


def empty_file(worked: NotebookNode) -> Files:
    return {NAME: b""}


def not_json(worked: NotebookNode) -> Files:
    return {NAME: b"import torch\nprint('my lab')\n"}


def cut_off(worked: NotebookNode) -> Files:
    content = _dump(worked)
    return {NAME: content[: len(content) // 2]}


def not_utf8(worked: NotebookNode) -> Files:
    return {NAME: _dump(worked).replace(b'"cells"', b'"caf\xe9": 1, "cells"')}


def other_json(worked: NotebookNode) -> Files:
    return {NAME: b'[{"cells": "none"}]'}


def cells_that_are_none(worked: NotebookNode) -> Files:
    return {NAME: b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'}


def deep_json(worked: NotebookNode) -> Files:
    return {NAME: b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"}


def format_3(worked: NotebookNode) -> Files:
    cells = []
    for cell in worked.cells:
        if cell.cell_type == "code":
            cells.append(
                {"cell_type": "code", "input": cell.source, "language": "python", "outputs": [],
                 "collapsed": False, "metadata": dict(cell.metadata)}
            )  # fmt: skip
        else:
            cells.append({"cell_type": "markdown", "source": cell.source,
                          "metadata": dict(cell.metadata)})  # fmt: skip
    return {
        NAME: json.dumps(
            {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0,
             "worksheets": [{"cells": cells, "metadata": {}}]}
        ).encode()
    }  # fmt: skip


def missing_answer_cell(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    notebook.cells.remove(_cell(notebook, "convolve"))
    return {NAME: _dump(notebook)}


def missing_test_cell(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    notebook.cells.remove(_cell(notebook, "test_convolve"))
    return {NAME: _dump(notebook)}


def doubled_graded_cell(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    cell = _cell(notebook, "test_convolve")
    notebook.cells.insert(notebook.cells.index(cell), deepcopy(cell))
    return {NAME: _dump(notebook)}


def renamed(worked: NotebookNode) -> Files:
    return {"lab10 (1) final.ipynb": _dump(worked)}


def two_renamed(worked: NotebookNode) -> Files:
    other = deepcopy(worked)
    _cell(other, "test_convolve").source += "\n# tried again"
    return {"final.ipynb": _dump(worked), "final2.ipynb": _dump(other)}


def edited_locked_cell(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    cell = _cell(notebook, "test_convolve")
    cell.source = "print('all tests passed')"
    cell.metadata.nbgrader["points"] = 30
    return {NAME: _dump(notebook)}


def deleted_locked_cells(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("locked")]
    return {NAME: _dump(notebook)}


def unknown_kernel(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    notebook.metadata["kernelspec"] = {"name": "my-conda-env", "display_name": "x", "language": "R"}
    return {NAME: _dump(notebook)}


def syntax_error(worked: NotebookNode) -> Files:
    return _with_answer(worked, "convolve", "def convolve(image, kernel)\n    pass\n")


def newer_python(worked: NotebookNode) -> Files:
    notebook = deepcopy(worked)
    cell = _cell(notebook, "convolve")
    cell.source = cell.source.replace(
        "\n    rows,", '\n    print(f"{ {"a": kernel.shape}["a"]}")\n    rows,'
    )
    assert "print" in cell.source
    return {NAME: _dump(notebook)}


def endless_loop(worked: NotebookNode) -> Files:
    return _with_own_cell(worked, "mine = 1\nwhile True:\n    pass\n")


def loop_that_ignores_interrupts(worked: NotebookNode) -> Files:
    source = (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass\n"
    )
    return _with_own_cell(worked, source)


def dead_kernel(worked: NotebookNode) -> Files:
    return _with_own_cell(worked, "import os\nos._exit(1)\n")


def _with_answer(worked: NotebookNode, grade_id: str, source: str) -> Files:
    notebook = deepcopy(worked)
    _cell(notebook, grade_id).source = source
    return {NAME: _dump(notebook)}


def _with_own_cell(worked: NotebookNode, source: str) -> Files:
    """A cell of the student's own, before all tasks."""
    notebook = deepcopy(worked)
    after = notebook.cells.index(_cell(notebook, "imports")) + 1
    notebook.cells.insert(after, new_code_cell(source))
    return {NAME: _dump(notebook)}


KINDS: dict[str, Callable[[NotebookNode], Files]] = {
    maker.__name__.replace("_", "-"): maker
    for maker in (
        no_notebook, empty_folder, empty_file, not_json, cut_off, not_utf8, other_json,
        cells_that_are_none, deep_json, format_3, missing_answer_cell, missing_test_cell,
        doubled_graded_cell, renamed, two_renamed, edited_locked_cell, deleted_locked_cells,
        unknown_kernel, newer_python, syntax_error, endless_loop, loop_that_ignores_interrupts,
        dead_kernel,
    )
}  # fmt: skip
