"""Put the lab's pictures into the notebook, so that the one file is enough.

    python tools/embed_pictures.py

Each is one line of base64 in the folded cell `files`. Files beside the notebook win over these.
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import nbformat

from autograder.assets.lab_pictures import PICTURES

NOTEBOOK = Path(__file__).parents[1] / "source" / "lab09" / "lab09.ipynb"
LINE = re.compile(r'^    "(?P<name>[\w.]+)": "(?P<text>[A-Za-z0-9+/=]*)",$', re.MULTILINE)


def embedded(cell_source: str) -> dict[str, bytes]:
    """The pictures that the cell carries."""
    return {found["name"]: base64.b64decode(found["text"]) for found in LINE.finditer(cell_source)}


def embed(cell_source: str, folder: Path) -> str:
    """The cell's source with the pictures that lie in `folder`."""
    lines = []
    for name in PICTURES:
        text = base64.b64encode((folder / name).read_bytes()).decode("ascii")
        lines.append(f'    "{name}": "{text}",')
    start, end = cell_source.index("{\n") + 2, cell_source.index("\n}")
    return cell_source[:start] + "\n".join(lines) + cell_source[end:]


def main() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "files")
    cell.source = embed(cell.source, NOTEBOOK.parent)
    unfinished = NOTEBOOK.with_suffix(".ipynb.new")
    nbformat.write(notebook, unfinished)
    os.replace(unfinished, NOTEBOOK)
    print(f"{NOTEBOOK.name}: {NOTEBOOK.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
