"""A path as it was typed: an empty one is a variable that was not set, and not the folder here."""

from __future__ import annotations

from pathlib import Path

import typer


def given_path(text: str) -> Path:
    """What `parser=` of a path's option or argument takes."""
    if not text.strip():
        raise typer.BadParameter("it is empty; write . for the folder that you are in")
    return Path(text)
