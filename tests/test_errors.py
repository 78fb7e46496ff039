"""One tree of exceptions, and the module that draws it."""

from __future__ import annotations

import ast

import pytest

import autograder.errors
from autograder.errors import AutograderError

# Signals: what they say is no mistake, or pytest's own word for it.
OTHER_NAMES = {"CriterionFailed", "RetryExclusively"}


@pytest.fixture(scope="module")
def classes(root) -> dict[str, tuple[str, list[str]]]:
    """Of each exception that the code defines: where, and what it derives from."""
    found = {}
    for path in sorted((root / "autograder").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name] = str(path.relative_to(root)), list(map(ast.unparse, node.bases))
    kinds = {"Exception", "BaseException", "OSError", "AssertionError", "ValueError"}
    while more := {name for name, (_, bases) in found.items() if kinds & set(bases)} - kinds:
        kinds |= more
    return {name: found[name] for name in kinds & found.keys()}


def test_every_exception_is_drawn_in_the_module_of_errors(classes):
    drawing = autograder.errors.__doc__
    assert len(classes) > 12
    assert [name for name in classes if name not in drawing] == []


def test_every_exception_has_the_root_but_for_those_that_the_drawing_names(classes):
    outside = drawing_of_those_outside()
    for name, (place, bases) in classes.items():
        if name in outside:
            assert "kernel/guest/" in place or bases == ["BaseException"], name
        elif name != AutograderError.__name__:
            assert {"AutograderError", "CamlabError"} & set(bases), f"{name} in {place}"


def test_their_names_end_in_error(classes):
    others = {name for name in classes if not name.endswith("Error")} - OTHER_NAMES
    assert others == {"_Stopped"}


def drawing_of_those_outside() -> str:
    return autograder.errors.__doc__.partition("Not below it")[2]
