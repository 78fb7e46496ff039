"""The lab's pictures and labels, as they lie in the source folder."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from PIL import Image
from torchvision import models

from autograder.assets.boat import paint_boat
from autograder.errors import CamlabError
from autograder.files import write_atomically

JPEG_QUALITY = 92


def prepare_pictures(folder: Path) -> list[Path]:
    """Make the files that are missing in `folder`; returns those that it made."""
    makers: dict[str, Callable[[], bytes]] = {
        "cat.jpg": lambda: _jpeg(_photograph_of_a_cat()),
        "boat.jpg": lambda: _jpeg(paint_boat()),
        "imagenet_classes.json": _class_names,
    }
    missing = [name for name in makers if not (folder / name).is_file()]
    for name in missing:
        write_atomically(folder / name, makers[name]())
    return [folder / name for name in missing]


def open_pictures(folder: Path) -> list[Image.Image]:
    return [Image.open(folder / name).convert("RGB") for name in ("cat.jpg", "boat.jpg")]


def _photograph_of_a_cat() -> Image.Image:
    """Chelsea, by Stéfan van der Walt (CC0), from scikit-image's wheel."""
    if find_spec("skimage") is None:
        raise CamlabError(
            "cat.jpg is missing, and scikit-image, which brings the photograph, is not "
            "installed: pip install scikit-image, or put cat.jpg back from version control."
        )
    with (files("skimage") / "data" / "chelsea.png").open("rb") as file:
        return Image.open(file).convert("RGB")


def _class_names() -> bytes:
    names = models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    return (json.dumps(names, indent=0) + "\n").encode()


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
