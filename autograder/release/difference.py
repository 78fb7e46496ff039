"""What students will see change, before anything is overwritten (`camlab release --diff`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder.cells import name_of


def difference(old: Path, new: Path) -> Iterator[str]:
    """Lines of a unified diff between two student releases, cell by cell and file by file."""
    before, after = _parts(old), _parts(new)
    for name in sorted(before.keys() | after.keys()):
        yield from difflib.unified_diff(
            before.get(name, []),
            after.get(name, []),
            f"released/{name}" if name in before else "nothing",
            f"new/{name}" if name in after else "nothing",
            lineterm="",
        )


def _parts(folder: Path) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".ipynb":
            parts |= _cells(path, name)
        elif path.suffix in {".jpg", ".png"}:
            parts[name] = [f"a picture of {path.stat().st_size} bytes"]
        else:
            parts[name] = path.read_text("utf-8", "replace").splitlines()
    return parts


def _cells(path: Path, name: str) -> dict[str, list[str]]:
    try:
        return {
            f"{name} {number:03} {name_of(cell)}": cell.source.splitlines()
            for number, cell in enumerate(nbformat.read(path, as_version=4).cells)
        }
    except Exception:  # a damaged release is made anew, whatever nbformat stumbles over
        return {name: ["a notebook that cannot be read"]}
