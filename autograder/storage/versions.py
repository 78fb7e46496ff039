"""Which code and which libraries a result depends on."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
# What a notebook of the lab computes, draws and is run with.
LIBRARIES = (
    "camlab",
    "torch",
    "torchvision",
    "numpy",
    "pillow",
    "opencv-python-headless",
    "matplotlib",
    "ipykernel",
    "nbclient",
    "nbformat",
)


def library_versions() -> dict[str, str]:
    """Python's version without its last number, and the libraries' versions."""
    python = "{}.{}".format(*sys.version_info)
    return {"python": python, **{name: version(name) for name in LIBRARIES}}


@cache
def code_digest(*places: str, without: str = "") -> str:
    """Changes when a file of these places does: files or folders, seen from `autograder/`.

    A place may be an absolute path too. Folders whose name is `without` do not count.

    The project's version alone would not tell one working copy from the next.
    """
    digest = hashlib.sha256()
    for place in map(HERE.joinpath, places):
        for path in sorted(filter(_is_code, place.rglob("*"))) if place.is_dir() else [place]:
            name = path.relative_to(place.parent)
            if not without or without not in name.parts:
                digest.update(f"{name.as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _is_code(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"
