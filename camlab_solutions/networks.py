"""The lab's two networks and the names of their classes, loaded once."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from torch import nn
from torchvision import models
from torchvision.models import VGG, ResNet, ResNet18_Weights, VGG19_Weights

Network = TypeVar("Network", bound=nn.Module)


@cache
def load_resnet() -> ResNet:
    """ResNet-18 with its ImageNet weights, in evaluation mode, parameters frozen.

    torchvision looks in `$TORCH_HOME/hub/checkpoints` and downloads 45 MB if they are not there.
    """
    return _frozen(models.resnet18(weights=ResNet18_Weights.IMAGENET1K_V1))


@cache
def load_vgg() -> VGG:
    """VGG-19 with its ImageNet weights (548 MB), in evaluation mode, parameters frozen."""
    return _frozen(models.vgg19(weights=VGG19_Weights.IMAGENET1K_V1))


@cache
def load_classes() -> tuple[str, ...]:
    """The 1,000 class names; the place of a name is its label."""
    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


def _frozen(network: Network) -> Network:
    # No map needs gradients of parameters, and VGG-19's would weigh half a gigabyte.
    return network.eval().requires_grad_(False)
