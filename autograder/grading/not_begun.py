"""Functions that a student has not begun: what was handed out defines them, as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.cell_code import parsed
from autograder.cell_names import names_of
from autograder.cells import cell_with
from autograder.lab import Lab, Questions


def not_begun(
    notebook: NotebookNode, release: NotebookNode, lab: Lab, questions: Questions
) -> Iterator[str]:
    """The functions that are asked and that only the released cell defines, comments apart.

    A stub answers nothing wherever it is asked, so nobody need ask it twice. Whoever defines the
    function in a cell of their own, below, has begun it.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for task in lab.tasks:
        released = cell_with(release.cells, task.answer_id)
        if released is None or released.cell_type != "code":
            continue
        for function in dict.fromkeys(one.function for one in questions.of_task(task.name)):
            binding = [cell for cell in cells if function in names_of(cell.source).binds]
            if binding and _same_code(binding[-1].source, released.source):
                yield function


def _same_code(one: str, other: str) -> bool:
    first, second = parsed(one), parsed(other)
    if first is None or second is None:
        return False
    try:
        return ast.dump(first) == ast.dump(second)
    except RecursionError:  # an expression deeper than any that is handed out
        return False
