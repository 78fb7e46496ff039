"""What is still missing from lab 09 before you hand it in.

    python -m lab09_check lab09.ipynb

Reads the notebook as it was saved, runs nothing, and needs nothing but nbformat.
"""

import ast
import hashlib
import sys
from pathlib import Path

import nbformat

GRADED = ("predict", "get_resnet_features", "compute_cam", "compute_gradcam")
UNGRADED = ("fc_weight", "get_vgg_features", "vgg_remaining_steps", "input_gradient")
WRITTEN = "interpretation"
SHOWING = {  # cells whose pictures a TA wants to see
    "predict_show": "your guesses for the cat and the boat",
    "two_classes": "the class activation maps of the two classes",
    "show_gradcam": "the Grad-CAM maps",
}
FEWEST_WORDS = 40  # six sentences have more
LARGEST = 20 * 2**20  # bytes; with all its pictures the notebook has about 4 MB


def missing(path):
    """List what is missing from a saved notebook, one plain sentence each; empty: nothing is."""
    path = Path(path)
    if not path.is_file():
        return [f"There is no file {path}. Is the notebook renamed, or in another folder?"]
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        return [f"{path} cannot be read as a notebook: {error}"]
    cells = {}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
        cells.setdefault(name, []).append(cell)
    return [
        *_graded_code(cells),
        *_written_answer(cells),
        *_pictures(cells),
        *_order(notebook),
        *_size(path),
    ]


def report(path="lab09.ipynb"):
    """Print what is missing. Returns how many things are."""
    found = missing(path)
    print(f"{path}, as it was last saved:")
    for sentence in found:
        print("  ✗", sentence)
    for name in _unanswered(path, UNGRADED):
        print(f"  · `{name}` is empty; it carries no points.")
    if not found:
        print("  ✓ Nothing is missing. This says nothing about whether it is right.")
    return len(found)


def _graded_code(cells):
    for name in GRADED:
        for wanted in (name, f"test_{name}"):
            if len(cells.get(wanted, ())) != 1:
                how = "is gone" if wanted not in cells else "is there more than once"
                yield f"The cell `{wanted}` {how}. Take it from a fresh copy of the lab."
        for cell in cells.get(name, ())[:1]:
            if _is_blank(cell, name):
                yield f"`{name}` is not written yet."
            elif name not in _names(cell.source):
                yield f"The cell of `{name}` does not define `{name}`: is it renamed, or broken?"


def _written_answer(cells):
    if len(cells.get(WRITTEN, ())) != 1:
        yield f"The cell `{WRITTEN}`, your written answer, is gone or there more than once."
        return
    (cell,) = cells[WRITTEN]
    words = len(cell.source.replace("YOUR ANSWER HERE", "").split())
    if _is_untouched(cell) or words == 0:
        yield "The written answer (part 1.5) is empty."
    elif words < FEWEST_WORDS:
        yield f"The written answer (part 1.5) has {words} words; six to ten sentences are asked."


def _pictures(cells):
    for name, what in SHOWING.items():
        shown = any(
            "image/png" in output.get("data", {})
            for cell in cells.get(name, ())
            for output in cell.get("outputs", ())
        )
        if not shown:
            yield f"A picture is missing: {what} (cell `{name}`). Run the notebook and save it."


def _order(notebook):
    """Whether the saved outputs come from one run from top to bottom, without an error."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    counts = [cell.get("execution_count") for cell in code]
    # The last cell may be unsaved: it is running while it reads the file.
    unrun = sum(count is None for count in counts[:-1])
    if unrun:
        yield f"{unrun} cells have not been run. Run → Restart Kernel and Run All Cells, then save."
    numbers = [count for count in counts[:-1] if count is not None]
    if not unrun and numbers != sorted(set(numbers)):
        yield "The cells were not run in order. Run → Restart Kernel and Run All Cells, then save."
    for number, cell in enumerate(code, start=1):
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                what = f"{output.get('ename')}: {output.get('evalue')}"
                yield f"Code cell {number} ended in an error: {what[:200]}"


def _size(path):
    size = path.stat().st_size
    if size > LARGEST:
        yield f"The file has {size / 2**20:.0f} MB. Remove outputs of cells that you added."


def _unanswered(path, names):
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception:
        return []
    found = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    return [name for name in names if name in found and _is_blank(found[name], name)]


def _is_blank(cell, name):
    """Nothing was written: the cell is as it was released, or can only give None."""
    return _is_untouched(cell) or _only_none(cell.source, name)


def _is_untouched(cell):
    """nbgrader signs each cell of a release; the signature holds until the cell is changed."""
    grading = cell.metadata.get("nbgrader", {})
    signed = [cell.source, cell.cell_type]
    signed += [str(bool(grading.get(key))) for key in ("grade", "solution", "locked")]
    signed.append(grading.get("grade_id", ""))
    if grading.get("grade"):
        signed.append(str(float(grading.get("points", 0))))
    digest = hashlib.md5("".join(signed).encode(), usedforsecurity=False).hexdigest()
    return digest == grading.get("checksum")


def _only_none(source, name):
    """Comments and spaces may differ from the release: whatever it gives is None or empty."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False  # something was written, if not Python
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if not functions:
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


def _only_ever_none(function):
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


def _names(source):
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    targets = [
        target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
    ]
    return defined | {target.id for target in targets if isinstance(target, ast.Name)}


if __name__ == "__main__":
    sys.exit(1 if report(*sys.argv[1:2]) else 0)
