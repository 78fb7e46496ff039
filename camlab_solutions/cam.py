"""Class activation maps (Zhou et al., 2016, arXiv:1512.04150)."""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.models import ResNet

from camlab_solutions.networks import load_resnet


def compute_cam(features: Tensor, label: int, *, network: ResNet | None = None) -> Tensor:
    """Return the evidence for a class in each cell of the feature map.

        cam_k[i, j] = Σ_c W[k, c] · X[c, i, j]

    With global average pooling and one linear layer, mean(cam_k) + b[k] is the logit z_k.

    Args:
        features: X, float32 [1, 512, 7, 7], the output of `layer4`.
        label: k, 0 to 999.
        network: whose `fc` holds W [1000, 512]; by default the lab's ResNet-18.

    Returns:
        float32 [7, 7], signed: negative where a cell speaks against the class.

    Raises:
        IndexError: there is no such label.
    """
    weight = (network or load_resnet()).fc.weight[label].detach()
    return torch.einsum("c,chw->hw", weight, features.squeeze(0).detach())
