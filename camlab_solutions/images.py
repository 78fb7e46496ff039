"""From a picture file to what the networks take."""

from __future__ import annotations

from os import PathLike
from typing import IO

import numpy as np
from PIL import Image, ImageOps
from torch import Tensor
from torchvision import transforms

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

_to_input = transforms.Compose(
    [
        transforms.Resize((224, 224)),
        transforms.ToTensor(),
        transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD),
    ]
)

ImageFile = str | PathLike[str] | IO[bytes]


def open_picture(image_file: ImageFile) -> Image.Image:
    """Open any photograph upright, in RGB.

    EXIF orientation is applied; greyscale, palette, CMYK and 16-bit pictures are converted, and
    transparent parts become white.

    Raises:
        FileNotFoundError: there is no such file.
        PIL.UnidentifiedImageError: the file is not a picture.
    """
    picture = ImageOps.exif_transpose(Image.open(image_file))
    if picture.mode.startswith("I"):
        # Pillow's own conversion of 16-bit pictures clips at 255 instead of scaling.
        values = np.asarray(picture, dtype=np.float64) * (255 / 65535)
        picture = Image.fromarray(values.clip(0, 255).round().astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def process_input(image_file: ImageFile) -> Tensor:
    """Open a picture and prepare it as the networks were trained.

    Returns:
        float32 [1, 3, 224, 224]: resized without regard to its aspect, scaled to [0, 1], then
        normalised with ImageNet's mean and standard deviation for each channel.

    Raises:
        FileNotFoundError, PIL.UnidentifiedImageError: see `open_picture`.
    """
    return _to_input(open_picture(image_file)).unsqueeze(0)
