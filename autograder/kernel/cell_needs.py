"""Which cells a function needs, read off their text: nothing is run.

Right for code that is plainly written. Where it is not (names made by `exec`, a star import), a
cell may be missed: whoever asks must have asked in the whole notebook first.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence

from nbformat import NotebookNode

from autograder.cell_code import parsed
from autograder.cell_names import names_of

_DEFINITIONS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
)
_BUILT_IN = frozenset(dir(builtins))


def needed_cells(
    cells: Sequence[NotebookNode], function: str, others: Iterable[str] = ()
) -> list[int]:
    """The indices of the cell that defines `function` last, and of those that it needs.

    A name stands for what the nearest cell above gives it, else for what Python does, else for what
    the first cell below gives it. Empty where no cell defines the function.

    Args:
        others: global names that whoever calls the function passes to it.
    """
    names = {
        index: names_of(cell.source) for index, cell in enumerate(cells) if cell.cell_type == "code"
    }
    defining = [index for index, cell in names.items() if function in cell.binds]
    needed: set[int] = set()
    waiting = defining[-1:]
    if waiting:
        waiting += [index for index, cell in names.items() if cell.imports_all]
        for name in others:
            waiting += [index for index, cell in names.items() if name in cell.binds][:1]
    while waiting:
        index = waiting.pop()
        if index in needed:
            continue
        needed.add(index)
        for name in names[index].reads:
            binding = [other for other, cell in names.items() if name in cell.binds]
            above = [other for other in binding if other <= index]
            waiting += above[-1:] or ([] if name in _BUILT_IN else binding[:1])
    return sorted(needed)


def definitions_of(source: str) -> str:
    """A cell's imports, functions and classes; without all that it does besides."""
    tree = parsed(source)
    body: list[ast.stmt] = []
    if tree:
        body += [node for node in tree.body if isinstance(node, _DEFINITIONS)]
    return ast.unparse(ast.Module(body, []))
