"""The two networks on the trusted side, with the weights that submissions get."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch
from torchvision.models import VGG, ResNet

import camlab_solutions
from autograder.assets.weights import find_weights


def networks() -> tuple[ResNet, VGG]:
    """(ResNet-18, VGG-19), frozen, in evaluation mode; loaded once for each set of weights."""
    return _load(find_weights().torch_home)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute as a submission does: on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@cache
def _load(torch_home: Path) -> tuple[ResNet, VGG]:
    before = os.environ.get("TORCH_HOME")
    os.environ["TORCH_HOME"] = str(torch_home)
    try:
        # The undecorated loaders: theirs remember the weights of their first call for ever.
        load_resnet = camlab_solutions.load_resnet.__wrapped__
        load_vgg = camlab_solutions.load_vgg.__wrapped__
        return load_resnet(), load_vgg()
    finally:
        if before is None:
            del os.environ["TORCH_HOME"]
        else:
            os.environ["TORCH_HOME"] = before
