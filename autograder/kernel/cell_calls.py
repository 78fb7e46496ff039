"""Which functions a cell may call when it runs, read off the notebook's text: nothing is run.

A given cell seldom calls a student's function by itself: it calls one of the lab's own, which was
defined in a cell above and asks for the student's by name, as in `ask("compute_cam", features)`. So
what is followed is every name and every text, through the functions and classes of all cells.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nbformat import NotebookNode

from autograder.cell_code import parsed
from autograder.cells import is_given

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Mentions:
    """The names and the texts in one cell.

    Attributes:
        run: those in what runs as soon as the cell does.
        defined: those in each function and class that it defines.
    """

    run: frozenset[str] = frozenset()
    defined: dict[str, frozenset[str]] = field(default_factory=dict)


def called_functions(
    cells: Sequence[NotebookNode], cell: NotebookNode, known: Collection[str]
) -> set[str]:
    """Those of the functions `known` that `cell`, one of `cells`, may call, by whatever way."""
    of_cells = [mentions_of(one.source) for one in cells if one.cell_type == "code"]
    defined = {name: words for one in of_cells for name, words in one.defined.items()}
    met: set[str] = set()
    waiting = set(mentions_of(cell.source).run)
    while waiting:
        met |= waiting
        # What a student's function calls is its own matter: it is the one that does not come back.
        follow = (defined.get(name, frozenset()) for name in waiting if name not in known)
        waiting = set().union(*follow) - met
    return met & set(known)


def quiet_given_cells(cells: Sequence[NotebookNode], known: Collection[str]) -> set[int]:
    """The indices of given cells that call none of the functions `known`.

    They lay files and define helpers: a function may need them whatever names it reads.
    """
    return {
        index
        for index, cell in enumerate(cells)
        if cell.cell_type == "code" and is_given(cell) and not called_functions(cells, cell, known)
    }


@lru_cache(maxsize=2000)  # most cells are the release's
def mentions_of(source: str) -> Mentions:
    """What a cell speaks of; nothing where it is no Python."""
    tree = parsed(source)
    if tree is None:
        return Mentions()
    definitions = [node for node in tree.body if isinstance(node, _Definition)]
    others = [node for node in tree.body if not isinstance(node, _Definition)]
    return Mentions(
        frozenset(_words(others)), {node.name: frozenset(_words([node])) for node in definitions}
    )


def _words(nodes: Iterable[ast.stmt]) -> Iterator[str]:
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr  # a method, such as `Check.ask`
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
