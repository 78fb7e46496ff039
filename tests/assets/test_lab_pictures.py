"""The lab's pictures can be painted again, and what is missing is said."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.models import ResNet18_Weights

from autograder.assets.lab_pictures import PICTURES, open_pictures
from autograder.errors import CamlabError

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import paint_pictures


def _pixels(file) -> np.ndarray:
    return np.asarray(Image.open(file), dtype=int)


def test_the_committed_pictures_are_what_the_program_paints(root):
    painted = paint_pictures.paint_all()
    assert set(painted) == set(PICTURES)
    for name, content in painted.items():
        committed = _pixels(root / "source" / "lab09" / name)
        assert np.abs(_pixels(io.BytesIO(content)) - committed).mean() < 1, name


def test_the_two_cats_differ_by_the_bars_alone(root):
    behind, free = (_pixels(root / "source" / "lab09" / name) for name in PICTURES[:2])
    same = np.abs(behind - free).max(axis=2) < 12
    assert behind.shape == free.shape
    assert 0.3 < same.mean() < 0.7, "between the bars it is the same photograph"


def test_a_picture_that_is_missing_is_named(root, tmp_path):
    for name in PICTURES[1:]:
        shutil.copy(root / "source" / "lab09" / name, tmp_path)
    with pytest.raises(CamlabError, match=r"cat\.jpg.*version control"):
        open_pictures(tmp_path)


def test_the_class_names_are_torchvisions(root):
    names = json.loads((root / "source" / "lab09" / "imagenet_classes.json").read_text())
    assert names == ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
