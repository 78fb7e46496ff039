"""`camlab init`: an empty folder becomes a course."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.course import CONFIG_NAME
from autograder.errors import CamlabError
from autograder.project_files import project_files

_LAB, _EXAMPLE = "lab09", "lab10"
_IGNORED = """.ipynb_checkpoints/
/release/
/submitted/
/autograded/
/feedback/
/exports*/
/gradebook.db
/results*.json
/class*.html
/.camlab/
"""


def init_course(folder: Path, *, example: bool = False) -> None:
    """Write the configuration and lab 09's source into `folder`, and nothing else.

    Args:
        folder: made if it is not there; may hold other files.
        example: also write a small second lab, to start a new one from.

    Raises:
        CamlabError: there is a course already, or the folder cannot be written.
    """
    if (folder / CONFIG_NAME).exists() or (folder / "source").exists():
        raise CamlabError(f"{folder} is a course already; nothing was changed.")
    files = project_files()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(files / "source" / _LAB, folder / "source" / _LAB)
        if example:
            for part in ("source", "labs"):
                _copy(files / "examples" / part / _EXAMPLE, folder / part / _EXAMPLE)
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(_IGNORED)
        # Last: with it, the folder is a course.
        shutil.copyfile(files / CONFIG_NAME, folder / CONFIG_NAME)
    except OSError as error:
        raise CamlabError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _copy(folder: Path, target: Path) -> None:
    unwanted = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    shutil.copytree(folder, target, ignore=unwanted)
