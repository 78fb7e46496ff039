"""A student's names are theirs: given cells leave nothing behind but what is announced."""

from __future__ import annotations

import ast
import re

import pytest

from tests.lab.run_notebook import HIDDEN

LOADING = ("load_resnet", "load_vgg")  # the fixture ran them, and nothing changes the networks


class Mine:
    """What a student keeps under a name that the lab uses inside of a cell."""


@pytest.fixture(scope="module")
def announced(source) -> set[str]:
    """What the text on the setup lists, and what the first cell imports."""
    (setup,) = (cell.source for cell in source.cells if cell.id == "setup")
    (imports,) = (cell.source for cell in source.cells if cell.id == "imports")
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(imports))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return set(re.findall(r"`(\w+)`", setup)) | imported


def _given(source) -> dict[str, ast.Module]:
    """The code cells that hold no solution, by id."""
    return {
        cell.id: ast.parse(HIDDEN.sub("", cell.source))
        for cell in source.cells
        if cell.cell_type == "code" and "BEGIN SOLUTION" not in cell.source
    }


def _bound(tree: ast.AST) -> set[str]:
    """Every name that is given a value anywhere in a piece of code."""
    names = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def test_given_cells_leave_only_what_the_text_announces(whole_lab, source, announced, capsys):
    """Each is run on the solved notebook, beside a student's things of every name used inside."""
    cells = _given(source)
    mine = {name: Mine() for tree in cells.values() for name in _bound(tree) - announced}
    assert {"cam", "heat_map", "features", "logit", "probability", "name", "label"} <= set(mine)
    whole_lab.update(mine)
    capsys.readouterr()
    for cell_id in cells:
        if cell_id in LOADING:
            continue
        before = dict(whole_lab)
        whole_lab.run(cell_id)
        new = set(whole_lab) - set(before) - announced - {"__builtins__"}
        assert not new, f"the cell {cell_id} leaves {sorted(new)}; the text does not announce them"
        changed = {name for name in before if whole_lab.get(name) is not before[name]} - announced
        assert not changed, f"the cell {cell_id} overwrites a student's {sorted(changed)}"
        if cell_id != "before_handing_in_check":
            assert "✗" not in (said := capsys.readouterr().out), (cell_id, said)
    whole_lab["plt"].close("all")
