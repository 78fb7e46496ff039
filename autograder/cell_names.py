"""The global names of a cell, read off its text: nothing is run."""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from autograder.cell_code import parsed

_READS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_CLASSDEREF")
_BINDS = ("STORE_NAME", "STORE_GLOBAL")


@dataclass(frozen=True)
class CellNames:
    """The global names of one cell."""

    binds: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    imports_all: bool = False  # `from x import *` binds nobody knows what


@lru_cache(maxsize=2000)  # most cells are the release's
def names_of(source: str) -> CellNames:
    """The global names that a cell binds and reads; none where it is no Python."""
    tree = parsed(source)
    return CellNames() if tree is None else names_in(tree)


def names_in(tree: ast.Module) -> CellNames:
    """The global names that a tree binds and reads; none where it cannot be compiled."""
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
