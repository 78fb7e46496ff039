"""The lab's own two pictures that are asked about, as the networks want them.

What the notebook's `process_input` does is done here without torch, whose import takes seconds:
most commands need no more of it than these arrays.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

KNOWN = ("cat.jpg", "boat.jpg")
_SIDE = 224
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_STD = np.array((0.229, 0.224, 0.225), np.float32)


def pictures_as_seen(folder: Path) -> np.ndarray:
    """The known pictures that lie in `folder`: float32 [n, 3, 224, 224], bit by bit the same as
    the notebook's `process_input` gives."""
    files = [folder / name for name in KNOWN]
    seen = [_prepared(file) for file in files if file.is_file()]
    return np.stack(seen) if seen else np.zeros((0, 3, _SIDE, _SIDE), np.float32)


def _prepared(file: Path) -> np.ndarray:
    picture = Image.open(file).convert("RGB")  # both are upright, and have no transparent parts
    small = picture.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    scaled = np.asarray(small).astype(np.float32) / np.float32(255)
    return np.ascontiguousarray(((scaled - _MEAN) / _STD).transpose(2, 0, 1))
