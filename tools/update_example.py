"""Write the example in `predict`'s docstring from a run of the solution.

    python tools/update_example.py

Run it when the solution, the pictures or the weights in use have changed. A test compares the
written numbers with a run of its own, where the weights are of the kind that the example names.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat

from autograder.environment import environment

NOTEBOOK = Path(__file__).parents[1] / "source" / "lab09" / "lab09.ipynb"
# What `predict` needs, in the notebook's order.
NEEDED = (
    "imports",
    "files",
    "labels",
    "process_input",
    "helpers_pictures",
    "load_resnet",
    "predict",
)
KINDS = {"imagenet": "ImageNet's weights", "stand-in": "stand-in weights"}
EXAMPLE = re.compile(
    r"    Example \(from a run with (?P<weights>[^;]*); .*\n"
    r'        >>> predict\(resnet, "cat.jpg"\)\n'
    r"(?P<output>(?:        .*\n)+)"
)


def run_predict(notebook: nbformat.NotebookNode, torch_home: Path) -> list[tuple[str, int, float]]:
    """Run the solution's cells up to `predict`, beside the pictures, and ask about the cat."""
    cells = {cell.id: cell.source for cell in notebook.cells}
    names: dict = {}
    before = Path.cwd()
    os.chdir(NOTEBOOK.parent)
    try:
        with environment(TORCH_HOME=str(torch_home), MPLBACKEND="Agg"):
            for cell_id in NEEDED:
                exec(compile(cells[cell_id], cell_id, "exec"), names)
            return names["predict"](names["resnet"], "cat.jpg")
    finally:
        os.chdir(before)


def format_example(guesses: list[tuple[str, int, float]], kind: str) -> str:
    """The example as it stands in the docstring, three decimals each."""
    rows = [f"({name!r}, {label}, {probability:.3f})" for name, label, probability in guesses]
    output = ",\n         ".join(rows)
    return (
        f"    Example (from a run with {KINDS[kind]}; other weights give other numbers):\n"
        f'        >>> predict(resnet, "cat.jpg")\n        [{output}]\n'
    )


def main() -> None:
    from autograder.assets.weights import find_weights

    weights = find_weights()
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    guesses = run_predict(notebook, weights.torch_home)
    (cell,) = (cell for cell in notebook.cells if cell.id == "predict")
    example = format_example(guesses, weights.kind)
    cell.source, count = EXAMPLE.subn(lambda _: example, cell.source)
    if count != 1:
        raise SystemExit("The docstring of `predict` holds no example of the expected form.")
    unfinished = NOTEBOOK.with_suffix(".ipynb.new")
    nbformat.write(notebook, unfinished)
    os.replace(unfinished, NOTEBOOK)
    print(example)


if __name__ == "__main__":
    main()
