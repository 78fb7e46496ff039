"""A notebook as the bytes of a file, with a line for each cell."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from nbformat import NotebookNode

from autograder.cells import grade_id


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as a file with a line for each cell; ten times quicker than with all indents."""
    cells = ",\n".join(json.dumps(cell, sort_keys=True) for cell in notebook.cells)
    rest = {name: value for name, value in notebook.items() if name != "cells"}
    return f'{{"cells": [\n{cells}\n],\n{json.dumps(rest, sort_keys=True)[1:]}\n'.encode()


def cells_in(lines: list[bytes], wanted: Collection[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the cells with the `wanted` grade ids, each with the number of its line.

    Args:
        lines: of what `notebook_bytes` made. A notebook with its pictures weighs megabytes; only
            lines that may be such a cell are read. In texts, quotation marks are escaped.
    """
    names = [f'"grade_id": {json.dumps(one)}'.encode() for one in wanted]
    for index, line in enumerate(lines):
        if any(name in line for name in names):
            cell = json.loads(line.removesuffix(b","))
            if grade_id(cell) in wanted:
                yield index, cell
