"""Whether a student release holds anything that students must not see."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.cell_code import parse
from autograder.cells import name_of
from autograder.lab import Lab
from autograder.release.regions import KINDS, Finding, public_lines, regions

# Shorter lines ("return result") say nothing and stand in many places.
SHORTEST_SECRET = 12
LONG = 30  # from here on, a secret inside a longer line counts too
SHORTEST_STATEMENT = 30
PRIVATE_NAMES = ("camlab_solutions", "autograder", "gradebook.db", *KINDS[1:])
PICTURES = {".jpg", ".png", ".svg"}


def check_leaks(source: NotebookNode, release: Path, lab: Lab) -> Iterator[Finding]:
    """Search a student release, as it lies in its folder, for what must stay private.

    Args:
        source: the source notebook, with its marked regions.
        release: the folder of the student release.
        lab: names the functions that students write; the reference's code for them must not leak.
    """
    secrets = _secret_lines(source)
    statements = _reference_statements(lab)
    for name, text, is_code in _texts(release):
        lines = {" ".join(line.split()) for line in text.splitlines()}
        for secret, kind in secrets.items():
            if secret in lines or (len(secret) >= LONG and any(secret in line for line in lines)):
                yield Finding(name, f"holds a line of {kind.lower()}: “{secret[:60]}”.")
        for private in PRIVATE_NAMES:
            if private in text:
                yield Finding(name, f"speaks of “{private}”.")
        if is_code:
            for statement in sorted(_code_statements(text) & statements):
                yield Finding(name, f"holds code of the reference: “{statement[:60]}”.")
    for path in sorted(release.glob("*.ipynb")):
        yield from _outputs(nbformat.read(path, as_version=4))


def _secret_lines(source: NotebookNode) -> dict[str, str]:
    public = public_lines(source)
    return {
        line: region.kind
        for region in regions(source)
        for line in (" ".join(raw.split()) for raw in region.lines)
        if len(line) >= SHORTEST_SECRET and line not in public
    }


def _texts(release: Path) -> Iterator[tuple[str, str, bool]]:
    """(name, text, whether it is Python) of each cell and each text file."""
    for path in sorted(item for item in release.rglob("*") if item.is_file()):
        if path.suffix == ".ipynb":
            for cell in nbformat.read(path, as_version=4).cells:
                yield name_of(cell), cell.source, cell.cell_type == "code"
        elif path.suffix not in PICTURES:
            yield path.name, path.read_text("utf-8"), path.suffix == ".py"


def _outputs(notebook: NotebookNode) -> Iterator[Finding]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count):
            yield Finding(name_of(cell), "holds outputs.")


def _reference_statements(lab: Lab) -> set[str]:
    """The telling statements of the modules that hold the lab's reference."""
    modules = {sys.modules[function.__module__] for function in lab.reference()}
    return set().union(*(_code_statements(inspect.getsource(module)) for module in modules))


def _code_statements(code: str) -> set[str]:
    try:
        tree = parse(code)
    except SyntaxError:
        return set()
    simple = (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr, ast.AugAssign)
    texts = (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, simple))
    return {text for text in texts if len(text) >= SHORTEST_STATEMENT and text[0] not in "'\""}
