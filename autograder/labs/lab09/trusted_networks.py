"""The two networks on the trusted side, with the weights that submissions get."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch
from torch import nn
from torchvision import models
from torchvision.models import VGG, ResNet

from autograder.assets.weights import FILES, find_weights
from autograder.kernel.guest import accelerations
from autograder.kernel.guest.accelerations import activation_cache
from autograder.kernel.guest.accelerations.unfilled import Unfilled


def networks() -> tuple[ResNet, VGG]:
    """(ResNet-18, VGG-19) in evaluation mode; loaded once for each set of weights.

    Frozen, but for the parameter of VGG-19 before the feature map.
    """
    return _loaded_once(find_weights().torch_home)


def fresh_networks() -> tuple[ResNet, VGG]:
    """The same, loaded for one use: nobody has taken hold of their weights."""
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


def _load(torch_home: Path) -> tuple[ResNet, VGG]:
    folder = torch_home / "hub" / "checkpoints"
    builders = (models.resnet18, models.vgg19)
    resnet, vgg = (
        _network(builder, folder / name) for builder, name in zip(builders, FILES, strict=True)
    )
    vgg.get_parameter("features.34.bias").requires_grad_()
    if accelerations.wanted():
        # Questions, reference and known mistakes look at the same few pictures.
        for network, name in zip((resnet, vgg), FILES, strict=True):
            activation_cache.register(network, str(folder / name))
    return resnet, vgg


_loaded_once = cache(_load)


def _network(builder: Callable[[], nn.Module], path: Path) -> nn.Module:
    """The network over the pages of its file, which the sandbox maps too: memory is shared."""
    with torch.device("meta"), Unfilled():
        network = builder()
    # Files of torch's old form, such as VGG-19's published one, can only be read.
    weights = torch.load(path, map_location="cpu", mmap=zipfile.is_zipfile(path), weights_only=True)
    network.load_state_dict(weights, assign=True)
    return network.eval().requires_grad_(False)
