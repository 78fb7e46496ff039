"""On real ImageNet weights (EfficientNet-Lite0): the cat is a cat, the map lies on it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from autograder.assets.evidence import efficientnet_lite0, evidence
from camlab_solutions import compute_cam, load_classes, open_picture

CATS = {"tabby", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat"}
BOATS = {
    "schooner", "yawl", "catamaran", "trimaran", "speedboat", "fireboat", "lifeboat", "gondola",
    "canoe", "pirate", "container ship", "liner",
}  # fmt: skip
# The face and chest of the cat in the 7 × 7 cells of its picture: rows and columns.
CAT_ROWS, CAT_COLUMNS = range(1, 6), range(1, 5)


def _top(picture, count: int) -> list[str]:
    logits = evidence(picture).mean(dim=(1, 2))
    return [load_classes()[label] for label in logits.topk(count).indices.tolist()]


@pytest.fixture(scope="module")
def cat(root):
    return open_picture(root / "source" / "lab09" / "cat.jpg")


@pytest.fixture(scope="module")
def boat(root):
    return open_picture(root / "source" / "lab09" / "boat.jpg")


def test_the_cat_is_called_a_cat(cat):
    assert _top(cat, 1)[0] in CATS


def test_a_kind_of_boat_is_among_the_first_five(boat):
    assert set(_top(boat, 5)) & BOATS


def test_the_hottest_cell_of_the_cats_map_lies_on_the_cat(cat):
    heat_map = evidence(cat)[load_classes().index(_top(cat, 1)[0])]
    row, column = divmod(int(heat_map.argmax()), 7)
    assert row in CAT_ROWS
    assert column in CAT_COLUMNS


def test_the_references_cam_on_that_network_is_the_evidence_without_bias(cat):
    network = efficientnet_lite0()
    seen = {}
    original = network.extract_features

    def remember(x):
        seen["features"] = original(x)
        return seen["features"]

    network.extract_features = remember
    try:
        right = evidence(cat)
    finally:
        del network.extract_features
    holder = nn.Module()
    holder.fc = network._fc
    for label in (281, 285, 780):
        cam = compute_cam(seen["features"], label, network=holder)
        torch.testing.assert_close(
            cam + network._fc.bias[label], right[label], rtol=1e-4, atol=1e-4
        )
