"""Finds a course's labs: a folder each, the course's own before those that come with Camlab."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.errors import CamlabError
from autograder.lab import Lab, Preloaded

BUILT_IN = Path(__file__).parent / "labs"


def lab_names(root: Path) -> tuple[str, ...]:
    """The labs of a course, sorted: assignments with a source and a lab's folder."""
    sources = (path.name for path in (root / "source").glob("*") if path.is_dir())
    return tuple(sorted(name for name in sources if is_lab(name, root)))


def is_lab(name: str, root: Path) -> bool:
    """Whether an assignment is a lab of Camlab's; others are left to nbgrader untouched."""
    return _folder(name, root) is not None


def find_lab(name: str, root: Path) -> Lab:
    """The lab `name` of the course at `root`.

    It is what `read_lab(notebook)` of the folder's `lab.py` gives for the course's notebook.

    Raises:
        CamlabError: there is no such lab, or its definition or notebook cannot be used.
    """
    folder = _folder(name, root)
    if folder is None:
        known = ", ".join(lab_names(root)) or "none"
        raise CamlabError(
            f"There is no lab called {name} in {root}; there are: {known}. A lab needs "
            f"source/{name}/{name}.ipynb and labs/{name}/lab.py (docs/new-lab.md)."
        )
    notebook = root / "source" / name / f"{name}.ipynb"
    changed = notebook.stat().st_mtime_ns if notebook.is_file() else 0
    return _read(name, folder, notebook, changed)


@cache
def _read(name: str, folder: Path, notebook: Path, changed: int) -> Lab:
    lab = _module(name, folder).read_lab(notebook)
    if not isinstance(lab, Lab):
        raise CamlabError(f"read_lab of {folder / 'lab.py'} gave a {type(lab).__name__}, no Lab.")
    return lab


def built_in_preloaded(name: str) -> Preloaded:
    """What a lab that comes with Camlab preloads; nothing for a course's own lab."""
    if not (BUILT_IN / name / "lab.py").is_file():
        return Preloaded()
    preloaded = getattr(_module(name, BUILT_IN / name), "PRELOADED", Preloaded())
    assert isinstance(preloaded, Preloaded)
    return preloaded


def preloaded_by_camlab() -> Preloaded:
    """The networks of the first built-in lab that has any, for notebooks outside of a course."""
    names = sorted(path.parent.name for path in BUILT_IN.glob("*/lab.py"))
    known = (built_in_preloaded(name) for name in names)
    return next((preloaded for preloaded in known if preloaded.weights), Preloaded())


def _folder(name: str, root: Path) -> Path | None:
    if not name.isidentifier():
        return None
    places = (root / "labs" / name, BUILT_IN / name)
    return next((place for place in places if (place / "lab.py").is_file()), None)


def _module(name: str, folder: Path) -> ModuleType:
    if folder.parent == BUILT_IN:
        return importlib.import_module(f"autograder.labs.{name}.lab")
    # As a package of its own: `from .reference import …` finds the files beside it.
    package = f"camlab_lab_{name}"
    spec = importlib.util.spec_from_file_location(
        package, folder / "lab.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None  # a .py file has a loader
    module = sys.modules[package] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except CamlabError:
        raise
    except Exception as error:
        raise CamlabError(
            f"{folder / 'lab.py'} cannot be used: {type(error).__name__}: {error}."
        ) from error
    return module
