"""The real networks with the weights in use, the lab's pictures, and a table of differences."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.labs.lab09_networks import networks

LABELS = (285, 780, 0, 999, 417)
_largest: dict[str, float] = {}


@pytest.fixture(scope="session")
def resnet():
    return networks()[0]


@pytest.fixture(scope="session")
def vgg():
    return networks()[1]


@pytest.fixture(scope="session", params=["cat.jpg", "boat.jpg"])
def picture(request, root) -> Path:
    return root / "source" / "lab09" / request.param


@pytest.fixture(scope="session")
def note_difference():
    """Remember the largest relative difference under a name; it is printed at the end."""

    def note(name: str, one: torch.Tensor, other: torch.Tensor, scale: torch.Tensor) -> float:
        difference = float((one - other).abs().max() / scale.abs().max())
        _largest[name] = max(_largest.get(name, 0.0), difference)
        return difference

    return note


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    if _largest:
        terminalreporter.section("the reference against three libraries, largest difference")
        for name, difference in sorted(_largest.items()):
            terminalreporter.write_line(f"{difference:8.1e}  {name}")
