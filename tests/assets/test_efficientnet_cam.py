"""On real ImageNet weights (EfficientNet-Lite0): bars make a prison of a cat, and the maps say so.

`tools/measure_pictures.py` prints more: further networks, more changes.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from autograder.assets.efficientnet_cam import efficientnet_cam, efficientnet_lite
from autograder.assets.lab_pictures import PICTURES, open_pictures
from autograder.labs.lab09.trusted_networks import networks
from camlab_solutions import compute_cam, process_input

CATS = range(281, 286)
PRISON, SCHOONER = 743, 780
# The face of the cat in the 7 × 7 cells of its picture: rows and columns.
CAT_ROWS, CAT_COLUMNS = range(1, 6), range(1, 6)


@pytest.fixture(scope="module")
def pictures(root) -> dict[str, Image.Image]:
    return dict(zip(PICTURES, open_pictures(root / "source" / "lab09"), strict=True))


@pytest.fixture(scope="module")
def cat(pictures) -> Image.Image:
    return pictures["cat.jpg"]


def _probabilities(picture: Image.Image) -> torch.Tensor:
    return efficientnet_cam(picture).mean(dim=(1, 2)).softmax(dim=0)


def _jpeg(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def test_the_cat_behind_bars_is_called_a_prison_and_a_cat_comes_near(cat):
    p = _probabilities(cat)
    assert int(p.argmax()) == PRISON
    assert float(p[PRISON]) > 0.2
    assert set(p.topk(3).indices.tolist()) & set(CATS)


def test_without_the_bars_it_is_a_cat_and_nothing_of_a_prison(pictures):
    p = _probabilities(pictures["cat_without_bars.jpg"])
    assert int(p.argmax()) in CATS
    assert float(p[PRISON]) < 0.001


def test_the_boat_is_a_schooner(pictures):
    assert int(_probabilities(pictures["boat.jpg"]).argmax()) == SCHOONER


CHANGES = {
    "shifted": lambda picture: picture.crop((8, 8, *picture.size)),
    "shifted back": lambda picture: picture.crop((0, 0, picture.width - 8, picture.height - 8)),
    "smaller": lambda picture: picture.resize((406, 270)),
    "larger": lambda picture: picture.resize((496, 330)),
    "JPEG 30": lambda picture: _jpeg(picture, 30),
    "JPEG 70": lambda picture: _jpeg(picture, 70),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_bars_win_under_small_changes(cat, change):
    assert int(_probabilities(CHANGES[change](cat)).argmax()) == PRISON


def test_the_maps_of_prison_and_cat_differ_and_the_cats_lies_on_the_cat(cat):
    found = efficientnet_cam(cat)
    label = max(CATS, key=lambda one: float(found[one].mean()))
    correlation = np.corrcoef(found[PRISON].flatten(), found[label].flatten())[0, 1]
    assert correlation < 0.3
    row, column = divmod(int(found[label].argmax()), 7)
    assert row in CAT_ROWS and column in CAT_COLUMNS
    assert int(found[PRISON].argmax()) != int(found[label].argmax())


@pytest.mark.parametrize("number", [0, 1], ids=["ResNet-18", "VGG-19"])
def test_the_networks_in_use_tell_the_same_story(root, number):
    """Stand-ins were made to; with ImageNet's weights this says whether the lesson shows."""
    network = networks()[number]
    with torch.no_grad():
        behind, free = (
            network(process_input(root / "source" / "lab09" / name))[0].softmax(dim=0)
            for name in PICTURES[:2]
        )
    assert int(behind.argmax()) == PRISON
    assert int(free.argmax()) in CATS
    assert float(free[PRISON]) < 0.1 * float(behind[PRISON])


def test_the_references_cam_on_that_network_is_the_evidence_without_bias(cat):
    network = efficientnet_lite(0)
    seen = {}
    original = network.extract_features

    def remember(x):
        seen["features"] = original(x)
        return seen["features"]

    network.extract_features = remember
    try:
        right = efficientnet_cam(cat)
    finally:
        del network.extract_features
    holder = nn.Module()
    holder.fc = network._fc
    for label in (281, 285, 780):
        cam = compute_cam(seen["features"], label, network=holder)
        torch.testing.assert_close(
            cam + network._fc.bias[label], right[label], rtol=1e-4, atol=1e-4
        )
