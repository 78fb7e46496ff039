"""The last convolutional feature maps of both networks."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.models import VGG, ResNet

from camlab_solutions.images import ImageFile, process_input
from camlab_solutions.networks import load_resnet, load_vgg


def get_resnet_features(image_file: ImageFile, *, network: ResNet | None = None) -> Tensor:
    """Return the output of `layer4`, which global average pooling takes in.

    Args:
        image_file: path of the picture.
        network: a ResNet; by default the lab's ResNet-18.

    Returns:
        float32 [1, 512, 7, 7], detached.
    """
    x = process_input(image_file)
    with torch.no_grad():
        for name, layer in (network or load_resnet()).named_children():
            x = layer(x)
            if name == "layer4":
                break
    return x


def get_vgg_features(image_file: ImageFile, *, network: VGG | None = None) -> Tensor:
    """Return the output of `features`: after the last convolution, its ReLU and max-pooling.

    Returns:
        float32 [1, 512, 7, 7], detached.
    """
    with torch.no_grad():
        return (network or load_vgg()).features(process_input(image_file))
