"""Run a notebook from top to bottom as Jupyter would, and say what it cost.

    python -m tests.lab.run_notebook source/lab09/lab09.ipynb out.ipynb

Hidden tests are left out, as in what students get. Prints, as JSON, the seconds by the clock, the
kernel's own processor seconds, and its largest resident memory.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from autograder.assets.weights import find_weights

HIDDEN = re.compile(r"\n### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)


def run(path: Path) -> tuple[nbformat.NotebookNode, float]:
    """Run all cells, in the notebook's folder; errors stay in its outputs."""
    os.environ["TORCH_HOME"] = str(find_weights().torch_home)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = HIDDEN.sub("", cell.source)
    start = time.monotonic()
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, allow_errors=True, resources=resources).execute()
    return notebook, time.monotonic() - start


def main(source: str, target: str) -> None:
    notebook, seconds = run(Path(source))
    nbformat.write(notebook, target)
    # Linux counts kilobytes. The kernel is the only child that was waited for.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main(*sys.argv[1:3])
