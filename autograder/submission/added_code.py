"""What a student added to a cell that the lab gives: the rest of that cell is put back."""

from __future__ import annotations

import ast

from autograder.cell_code import parsed
from autograder.cell_names import names_in

_DATA = 1_000  # characters of a line that holds a picture, and is too long to be looked into


def added_code(theirs: str, given: str) -> str:
    """The statements that bind names of the student's own: imports, functions, values.

    Not what binds a name of the given cell, which would change it, nor what binds none. Empty
    where either cannot be read, or nothing was added.

    Args:
        theirs: the cell as it was handed in.
        given: the cell as it was handed out.
    """
    data = {line for line in given.split("\n") if len(line) > _DATA}
    changed, released = (
        parsed("\n".join(line for line in text.split("\n") if line not in data))
        for text in (theirs, given)
    )
    if changed is None or released is None:
        return ""
    try:
        known = {ast.dump(statement) for statement in released.body}
        taken = names_in(released).binds
        new = [_without(one, taken) for one in changed.body if ast.dump(one) not in known]
        return ast.unparse(ast.Module([one for one in new if _is_own(one, taken)], []))
    except RecursionError:  # deeper than any code that a person writes
        return ""


def _is_own(statement: ast.stmt, taken: frozenset[str]) -> bool:
    """Whether it binds names, and none that the given cell gives a meaning of its own."""
    binds = names_in(ast.Module([statement], [])).binds
    if isinstance(statement, ast.Import):
        # `import torch.nn` binds `torch`, to what it is for everybody.
        binds -= {one.name.split(".")[0] for one in statement.names if not one.asname}
        return not binds & taken
    return bool(binds) and not binds & taken


def _without(statement: ast.stmt, taken: frozenset[str]) -> ast.stmt:
    """An import without the names that are imported already."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names = [one for one in statement.names if (one.asname or one.name) not in taken]
        statement.names = names or statement.names
    return statement
