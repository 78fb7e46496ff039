"""The lab's pictures and labels can be made again, and are what they are said to be."""

from __future__ import annotations

import json

import numpy as np
from PIL import Image
from torchvision.models import ResNet18_Weights

from autograder.assets.pictures import prepare_pictures


def test_missing_files_are_made_as_they_were_committed(root, tmp_path):
    made = prepare_pictures(tmp_path)
    assert {path.name for path in made} == {"cat.jpg", "boat.jpg", "imagenet_classes.json"}
    for name in ("cat.jpg", "boat.jpg"):
        ours = np.asarray(Image.open(tmp_path / name), dtype=int)
        committed = np.asarray(Image.open(root / "source" / "lab09" / name), dtype=int)
        assert np.abs(ours - committed).mean() < 1


def test_files_that_are_there_are_left_alone(tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"an instructor's own cat")
    prepare_pictures(tmp_path)
    assert (tmp_path / "cat.jpg").read_bytes() == b"an instructor's own cat"


def test_the_class_names_are_torchvisions(root):
    names = json.loads((root / "source" / "lab09" / "imagenet_classes.json").read_text())
    assert names == ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
