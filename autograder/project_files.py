"""The project's own files beside the code: in its clone, or carried inside an installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def project_files() -> Path:
    """The folder with nbgrader_config.py, source/, examples/, requirements.lock, pyproject.toml."""
    installed = _PACKAGE / "course_files"
    return installed if installed.is_dir() else _PACKAGE.parent
