"""What is still missing from lab 09 before you hand it in.

    python -m lab09_check lab09.ipynb

Reads the notebook as it was saved, runs nothing, and needs nothing but Python. Files that Colab,
Kaggle or VS Code saved are read like Jupyter's. It always ends in sentences, whatever the file.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GRADED = ("predict", "get_resnet_features", "compute_cam", "compute_gradcam")
UNGRADED = ("fc_weight", "get_vgg_features", "vgg_remaining_steps", "input_gradient")
WRITTEN = "interpretation"
SHOWING = {  # cells whose pictures a TA wants to see
    "predict_show": "your guesses for the cat and the boat",
    "two_classes": "the class activation maps of the two classes",
    "show_gradcam": "the Grad-CAM maps",
}
# By what a cell is known where an editor threw away its name and its id.
CONTENTS = {
    "predict_show": r"^show_predictions\(resnet\b",
    "two_classes": r"^def two_classes\(",
    "show_gradcam": r"^def show_gradcam\(",
    **{f"test_{task}": rf"^def check_{task}\(" for task in GRADED},
}
QUESTION = "Graded task (2 points"  # stands in the text cell above the written answer
AFTER = "cam_limits"  # the lab's cell below it
FEWEST_WORDS = 40  # six sentences have more
LARGEST = 20 * 2**20  # bytes; with all its pictures the notebook has about 4 MB
READABLE = 500 * 2**20  # bytes


class NotReadable(Exception):
    """Why a file cannot be looked at, in a sentence."""


@dataclass(frozen=True)
class Cell:
    """A cell, plain: whatever the file holds, these are of these types."""

    kind: str
    source: str
    name: str
    grading: dict
    outputs: list[dict]
    count: int | None


def missing(path: str | Path) -> list[str]:
    """List what is missing from a saved notebook, one plain sentence each; empty: nothing is."""
    try:
        cells = read_cells(Path(path))
        return [
            *_names_lost(cells),
            *_graded_code(cells),
            *_written_answer(cells),
            *_pictures(cells),
            *_complaints(cells),
            *_order(cells),
            *_size(Path(path)),
        ]
    except NotReadable as error:
        return [str(error)]


def report(path: str | Path = "lab09.ipynb") -> int:
    """Print what is missing. Returns how many things are."""
    try:
        found = missing(path)
        empty = _unanswered(path)
    except Exception as error:  # a file of a kind that nobody thought of
        found = [
            f"{path} cannot be read as a notebook ({type(error).__name__}). Open it in Jupyter, "
            "save it, and try again."
        ]
        empty = []
    _say(f"{path}, as it was last saved:")
    for sentence in found:
        _say(f"  ✗ {sentence}")
    for name in empty:
        _say(f"  · `{name}` is empty; it carries no points.")
    if not found:
        _say("  ✓ Nothing is missing. This says nothing about whether it is right.")
    return len(found)


def _say(text: str) -> None:
    """Print, on any terminal, and without what would move its cursor."""
    text = "".join(c if c.isprintable() or "\ud800" <= c <= "\udfff" else " " for c in text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def read_cells(path: Path) -> list[Cell]:
    """The notebook's cells. Raises NotReadable, with a sentence."""
    try:
        if not path.is_file():
            where = "Is the notebook renamed, or in another folder?"
            raise NotReadable(f"There is no file {path}. {where}")
        if path.stat().st_size > READABLE:
            raise NotReadable(f"{path} cannot be read: it has over {READABLE >> 20} MB.")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise NotReadable(f"{path} cannot be read: {error}.") from None
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        notebook = json.loads(content.decode("utf-16" if utf16 else "utf-8-sig"))
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or type(error).__name__
        raise NotReadable(f"{path} cannot be read as a notebook: {reason[:200]}.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        how = "it has no list of cells. Open it in Jupyter, and save it there."
        raise NotReadable(f"{path} cannot be read as a notebook: {how}")
    return _with_names([_plain(cell) for cell in cells if isinstance(cell, dict)])


def _plain(cell: dict) -> Cell:
    metadata = _dict(cell.get("metadata"))
    grading = _dict(metadata.get("nbgrader"))
    # Colab keeps a cell's id in its metadata.
    names = (grading.get("grade_id"), cell.get("id"), metadata.get("id"))
    name = next((name for name in names if isinstance(name, str) and name), "")
    outputs = cell.get("outputs")
    count = cell.get("execution_count")
    return Cell(
        str(cell.get("cell_type")),
        _text(cell.get("source")).replace("\r\n", "\n"),
        name,
        grading,
        [output for output in outputs if isinstance(output, dict)]
        if isinstance(outputs, list)
        else [],
        count if isinstance(count, int) else None,
    )


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """Text as notebooks hold it: a string, or a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _with_names(cells: list[Cell]) -> list[Cell]:
    """Names by contents where no cell of the lab's has kept its own."""
    wanted = {*GRADED, *CONTENTS, WRITTEN}
    if any(cell.name in wanted for cell in cells):
        return cells
    named = []
    for number, cell in enumerate(cells):
        name = ""
        if cell.kind == "code":
            name = next((n for n, p in CONTENTS.items() if re.search(p, cell.source, re.M)), "")
            name = name or next((task for task in GRADED if task in _names(cell.source)), "")
        elif number and QUESTION in cells[number - 1].source:
            name = WRITTEN
        named.append(Cell(cell.kind, cell.source, name, {}, cell.outputs, cell.count))
    return named


def _of(cells: list[Cell], name: str) -> list[Cell]:
    return [cell for cell in cells if cell.name == name]


def _names_lost(cells: list[Cell]) -> Iterator[str]:
    if not any(cell.grading for cell in cells):
        yield (
            "The cells have lost what nbgrader wrote into them, to a program that saved this file. "
            "Copy your answers into a fresh copy of the lab if you can."
        )


def _graded_code(cells: list[Cell]) -> Iterator[str]:
    for name in GRADED:
        for wanted in (name, f"test_{name}"):
            count = len(_of(cells, wanted))
            if count != 1:
                how = "is there more than once" if count else "is gone"
                yield f"The cell `{wanted}` {how}. Take it from a fresh copy of the lab."
        for cell in _of(cells, name)[:1]:
            if _is_blank(cell, name):
                yield f"`{name}` is not written yet."
            elif name not in _names(cell.source):
                yield f"The cell of `{name}` does not define `{name}`: is it renamed, or broken?"


def _written_answer(cells: list[Cell]) -> Iterator[str]:
    found = _of(cells, WRITTEN)
    if len(found) != 1:
        yield f"The cell `{WRITTEN}`, your written answer, is gone or there more than once."
        return
    (cell,) = found
    words = len(cell.source.replace("YOUR ANSWER HERE", "").split())
    below = cells[cells.index(cell) + 1 :][:1]
    if (not _is_untouched(cell) and words >= FEWEST_WORDS) or "](attachment:" in cell.source:
        return
    # A cell of one's own below, and not the lab's next text.
    own = [one for one in below if one.name != AFTER and (one.name or one.source[:1] != "#")]
    if own and len(own[0].source.split()) >= FEWEST_WORDS:
        yield "The written answer (part 1.5) stands below its cell: move it into the cell."
        return
    if _is_untouched(cell) or words == 0:
        yield "The written answer (part 1.5) is empty."
    else:
        yield f"The written answer (part 1.5) has {words} words; six to ten sentences are asked."


def _pictures(cells: list[Cell]) -> Iterator[str]:
    for name, what in SHOWING.items():
        outputs = [output for cell in _of(cells, name) for output in cell.outputs]
        if not any("image/png" in _dict(output.get("data")) for output in outputs):
            yield f"A picture is missing: {what} (cell `{name}`). Run the notebook and save it."


def _complaints(cells: list[Cell]) -> Iterator[str]:
    """Checks whose saved output still shows a ✗."""
    for name in GRADED:
        for cell in _of(cells, f"test_{name}"):
            printed = "".join(_text(output.get("text")) for output in cell.outputs)
            _, sign, rest = printed.partition("✗")
            if sign:
                first = " ".join(rest.split("\n", 1)[0].split())[:160]
                yield f"The check of `{name}` still shows a ✗: {first}"


def _order(cells: list[Cell]) -> Iterator[str]:
    """Whether the saved outputs come from one run from top to bottom, without an error."""
    code = [cell for cell in cells if cell.kind == "code" and cell.source.strip()]
    # The last cell may be unsaved: it is running while it reads the file.
    counts = [cell.count for cell in code[:-1]]
    unrun = sum(count is None for count in counts)
    if unrun:
        yield f"{unrun} cells have not been run. Run → Restart Kernel and Run All Cells, then save."
    numbers = [count for count in counts if count is not None]
    if not unrun and numbers != sorted(set(numbers)):
        yield "The cells were not run in order. Run → Restart Kernel and Run All Cells, then save."
    for number, cell in enumerate(code, start=1):
        for output in cell.outputs:
            if output.get("output_type") == "error":
                what = f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
                yield f"Code cell {number} ended in an error: {what[:200]}"


def _size(path: Path) -> Iterator[str]:
    size = path.stat().st_size
    if size > LARGEST:
        yield f"The file has {size / 2**20:.0f} MB. Remove outputs of cells that you added."


def _unanswered(path: str | Path) -> list[str]:
    try:
        cells = read_cells(Path(path))
    except NotReadable:
        return []
    found = {name: _of(cells, name) for name in UNGRADED}
    return [name for name, of in found.items() if of and _is_blank(of[-1], name)]


def _is_blank(cell: Cell, name: str) -> bool:
    """Nothing was written: the cell is as it was released, or can only give None."""
    try:
        return _is_untouched(cell) or _only_none(cell.source, name)
    except RecursionError:  # nothing that deep is blank
        return False


def _is_untouched(cell: Cell) -> bool:
    """nbgrader signs each cell of a release; the signature holds until the cell is changed."""
    grading = cell.grading
    signed = [cell.source, cell.kind]
    signed += [str(bool(grading.get(key))) for key in ("grade", "solution", "locked")]
    signed.append(_text(grading.get("grade_id")))
    points = grading.get("points")
    if grading.get("grade"):
        signed.append(str(float(points) if isinstance(points, int | float) else 0.0))
    text = "".join(signed).encode("utf-8", "replace")
    return hashlib.md5(text, usedforsecurity=False).hexdigest() == grading.get("checksum")


def _parsed(source: str) -> ast.Module | None:
    """The cell's Python; None where it is none. Jupyter's own commands count as `pass`."""
    if source.lstrip().startswith("%%writefile"):
        return None
    source = re.sub(r"^([ \t]*)[%!?][^\n]*", r"\1pass", source, flags=re.M)
    source = re.sub(r"=[ \t]*[!%](?=\w)[^\n]*", "= None", source)
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _only_none(source: str, name: str) -> bool:
    """Comments and spaces may differ from the release: whatever it gives is None or empty."""
    tree = _parsed(source)
    if tree is None:
        return False  # something was written, if not Python
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if not functions:
        if any(isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef) for node in tree.body):
            return False
        assigned = [node.value for node in tree.body if isinstance(node, ast.Assign)]
        return all(ast.unparse(value) in ("None", "[]") for value in assigned)
    function = next((node for node in functions if node.name == name), functions[-1])
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    never_set = _only_ever_none(function)
    return all(
        value is None
        or ast.unparse(value) == "None"
        or (isinstance(value, ast.Name) and value.id in never_set)
        for value in returned
    )


def _only_ever_none(function: ast.FunctionDef) -> set[str]:
    """The names to which a function assigns None and nothing else."""
    to_none = [
        target
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "None"
        for target in node.targets
    ]
    stored = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    others = {node.id for node in stored if node not in to_none}
    return {node.id for node in stored} - others


def _names(source: str) -> set[str]:
    """What a cell defines: functions, classes, assigned names, imports."""
    names = set()
    tree = _parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


if __name__ == "__main__":
    sys.exit(1 if report(*sys.argv[1:2]) else 0)
