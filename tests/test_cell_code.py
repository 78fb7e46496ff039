"""Cells are parsed by several threads at once; what is read does not depend on that."""

from __future__ import annotations

import ast
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.cell_code import parse

CODE = "\n".join(
    f"def f{number}(a, b=[1, 2, (3, 4)]):\n    return [x * y for x in a for y in b if x > (y + 1)]"
    for number in range(50)
)


class Circle:
    """What a collection of garbage ends in Python code, where another thread may go on."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        pass


@pytest.fixture
def threads_change_often():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_threads_do_not_disturb_each_other(threads_change_often):
    """With `ast.parse` itself, Python 3.11 raises SystemError dozens of times here."""

    def parse_often(_: int) -> set[str]:
        trees = set()
        for _ in range(30):
            for _ in range(20):
                Circle()
            trees.add(ast.dump(parse(CODE)))
        return trees

    with ThreadPoolExecutor(4) as pool:
        found = set().union(*pool.map(parse_often, range(4)))
    assert found == {ast.dump(ast.parse(CODE))}


def test_only_one_place_parses():
    """Whoever calls `ast.parse` beside it disturbs all others."""
    package = Path(sys.modules[parse.__module__].__file__).parent
    calls = {path.name for path in package.rglob("*.py") if "ast.parse(" in path.read_text("utf-8")}
    assert calls == {"cell_code.py"}
