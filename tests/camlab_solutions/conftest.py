"""The real networks with the weights in use, the lab's pictures, and a table of differences."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.labs.lab09.trusted_networks import networks
from tests.conftest import DIFFERENCE

LABELS = (285, 780, 0, 999, 417)


@pytest.fixture(scope="session")
def resnet():
    return networks()[0]


@pytest.fixture(scope="session")
def vgg():
    return networks()[1]


@pytest.fixture(scope="session", params=["cat.jpg", "boat.jpg"])
def picture(request, root) -> Path:
    return root / "source" / "lab09" / request.param


@pytest.fixture
def note_difference(record_property):
    """Note a relative difference under a name; the largest are printed at the end."""

    def note(name: str, one: torch.Tensor, other: torch.Tensor, scale: torch.Tensor) -> float:
        difference = float((one - other).abs().max() / scale.abs().max())
        record_property(DIFFERENCE, (name, difference))
        return difference

    return note
