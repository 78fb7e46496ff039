"""Make the lab's three pictures anew: the cat, the cat behind bars, the boat.

    python tools/paint_pictures.py

The pictures are committed; this says how they came about. Chelsea is a photograph by Stéfan van
der Walt (CC0) from scikit-image's wheel; the bars and the boat are painted here.
"""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path

from painting.bars import put_behind_bars
from painting.boat import paint_boat
from PIL import Image

LAB = Path(__file__).parents[1] / "source" / "lab09"
JPEG_QUALITY = 90  # they travel inside the notebook, too


def chelsea() -> Image.Image:
    """The photograph, RGB, 451 × 300."""
    with (files("skimage") / "data" / "chelsea.png").open("rb") as file:
        return Image.open(file).convert("RGB")


def paint_all() -> dict[str, bytes]:
    """Each picture as a JPEG, by the name of its file."""
    return {
        "cat.jpg": to_jpeg(put_behind_bars(chelsea())),
        "cat_without_bars.jpg": to_jpeg(chelsea()),
        "boat.jpg": to_jpeg(paint_boat()),
    }


def to_jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()


def main() -> None:
    for name, content in paint_all().items():
        (LAB / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
