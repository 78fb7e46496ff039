"""Which cells a function needs, read off their text: nothing is run.

Right for code that is plainly written. Where it is not (names made by `exec`, a star import), a
cell may be missed: whoever asks must have asked in the whole notebook first.
"""

from __future__ import annotations

import ast
import builtins
import dis
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from nbformat import NotebookNode

from autograder.cell_code import parsed

_DEFINITIONS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
)
_BUILT_IN = frozenset(dir(builtins))
_READS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_CLASSDEREF")
_BINDS = ("STORE_NAME", "STORE_GLOBAL")


@dataclass(frozen=True)
class CellNames:
    """The global names of one cell."""

    binds: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    imports_all: bool = False  # `from x import *` binds nobody knows what


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


@lru_cache(maxsize=2000)  # most cells are the release's
def names_of(source: str) -> CellNames:
    """The global names that a cell binds and reads; none where it is no Python."""
    tree = parsed(source)
    if tree is None:
        return CellNames()
    star = any(
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)
    )
    binds: set[str] = set()
    reads: set[str] = set()
    try:
        code = compile(tree, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError):
        return CellNames()
    for instruction in _instructions(code):
        if instruction.opname in _BINDS:
            binds.add(instruction.argval)
        elif instruction.opname in _READS:
            reads.add(instruction.argval)
    return CellNames(frozenset(binds), frozenset(reads), star)


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    """Of a cell, and of the functions and classes in it, whose own names are not global."""
    for instruction in dis.get_instructions(code):
        if code.co_name == "<module>" or not instruction.opname.startswith("STORE_NAME"):
            yield instruction
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _instructions(constant)
