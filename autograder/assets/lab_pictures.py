"""The lab's pictures, as they lie in the source folder."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from autograder.errors import CamlabError

PICTURES = ("cat.jpg", "cat_without_bars.jpg", "boat.jpg")


def open_pictures(folder: Path) -> list[Image.Image]:
    """Open the lab's pictures, in RGB, in the order of `PICTURES`.

    Raises:
        CamlabError: one of them is not there.
    """
    missing = [name for name in PICTURES if not (folder / name).is_file()]
    if missing:
        raise CamlabError(
            f"Not in {folder}: {', '.join(missing)}. Put them back from version control "
            f"(git checkout -- {folder}), or paint them again (python tools/paint_pictures.py)."
        )
    return [Image.open(folder / name).convert("RGB") for name in PICTURES]
