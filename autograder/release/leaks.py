"""Whether a student release holds anything that students must not see."""

from __future__ import annotations

import ast
import gzip
import inspect
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.cell_code import parse
from autograder.cells import grade_id, name_of
from autograder.lab import Lab
from autograder.release.regions import KINDS, MARKERS, TELLING, Finding, public_lines, regions

LONG = 30  # from here on, a secret inside a longer line counts too
SHORTEST_STATEMENT = 30
PRIVATE_NAMES = ("camlab_solutions", "autograder", "gradebook.db", *KINDS[1:], *MARKERS)


def check_leaks(source: NotebookNode, release: Path, lab: Lab) -> Iterator[Finding]:
    """Search a student release, as it lies in its folder, for what must stay private.

    Args:
        source: the source notebook, with its marked regions.
        release: the folder of the student release.
        lab: names the functions that students write; the reference's code for them must not leak.
    """
    secrets = _secret_lines(source)
    statements = _reference_statements(lab)
    for part in _parts(release):
        for sentence in _found(part, secrets, statements):
            yield Finding(part.cell, sentence, part.file)
    for path in sorted(release.rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        yield from _outputs(notebook)
        yield from _attachments(notebook)
        if path.name != lab.notebook_name and any(grade_id(cell) for cell in notebook.cells):
            said = "is a second notebook with graded cells; move it out of the source folder."
            yield Finding("", said, path.name)


@dataclass(frozen=True)
class _Part:
    """A text of the release, and the cell or else the file that holds it."""

    text: str
    is_code: bool = False
    cell: str = ""
    file: str = ""


def _found(part: _Part, secrets: dict[str, str], statements: set[str]) -> Iterator[str]:
    lines = {" ".join(line.split()) for line in part.text.splitlines()}
    for secret, kind in secrets.items():
        if secret in lines or (len(secret) >= LONG and any(secret in line for line in lines)):
            yield f"holds a line of {kind.lower()}: “{secret[:60]}”."
    for private in PRIVATE_NAMES:
        if private in part.text:
            yield f"speaks of “{private}”."
    if part.is_code:
        for statement in sorted(_code_statements(part.text) & statements):
            yield f"holds code of the reference: “{statement[:60]}”."


def _secret_lines(source: NotebookNode) -> dict[str, str]:
    public = public_lines(source)
    return {
        line: region.kind
        for region in regions(source)
        for line in (" ".join(raw.split()) for raw in region.lines)
        if len(line) >= TELLING and line not in public
    }


def _parts(release: Path) -> Iterator[_Part]:
    for path in sorted(item for item in release.rglob("*") if item.is_file()):
        name = path.relative_to(release).as_posix()
        if path.suffix == ".ipynb":
            yield from _notebook_parts(nbformat.read(path, as_version=4), name)
        else:
            for content in _unpacked(path.read_bytes()):
                yield _Part(_decoded(content), path.suffix == ".py", file=name)


def _notebook_parts(notebook: NotebookNode, name: str) -> Iterator[_Part]:
    """Cells, and what editors keep beside them: notes, tags, the state of widgets."""
    for text in _strings(notebook.metadata):
        yield _Part(text, file=name)
    for cell in notebook.cells:
        yield _Part(cell.source, cell.cell_type == "code", name_of(cell))
        for text in _strings(cell.metadata):
            yield _Part(text, cell=name_of(cell))


def _strings(value: Any) -> Iterator[str]:
    """Each text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """A file, and the files in it where it is an archive (so are .docx and .npz)."""
    yield content
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from _unpacked(archive.read(name))
        elif content.startswith(b"\x1f\x8b"):
            yield from _unpacked(gzip.decompress(content))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error):
        return  # it only began like one, or has a password


def _decoded(content: bytes) -> str:
    """As text, whatever the file is: what is no text may hold some."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _outputs(notebook: NotebookNode) -> Iterator[Finding]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count):
            yield Finding(name_of(cell), "holds outputs.")
    if "widgets" in notebook.metadata:
        yield Finding("", "the notebook holds what its widgets showed; clear the source's outputs.")


def _attachments(notebook: NotebookNode) -> Iterator[Finding]:
    """Pictures whose text was taken out with the solution stay in the file, for all to see."""
    for cell in notebook.cells:
        for name in cell.get("attachments", {}):
            if f"attachment:{name}" not in cell.source:
                said = f"holds the attachment “{name}”, which its text does not show; take it out."
                yield Finding(name_of(cell), said)


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
