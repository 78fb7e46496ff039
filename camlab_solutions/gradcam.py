"""Grad-CAM (Selvaraju et al., 2017, arXiv:1610.02391)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.models import VGG

from camlab_solutions.features import get_vgg_features
from camlab_solutions.images import ImageFile
from camlab_solutions.networks import load_vgg


def compute_gradcam(image_file: ImageFile, label: int, *, network: VGG | None = None) -> Tensor:
    """Return where VGG-19's feature map speaks for a class.

        gradcam_k[i, j] = ReLU(Σ_c α_c · X[c, i, j]),    α_c = Σ_ij ∂z_k / ∂X[c, i, j]

    z_k is the logit, not the probability. The paper takes the mean for α_c, 1/49 of this sum; with
    the sum, a network with global average pooling gives ReLU(CAM).

    Args:
        image_file: path of the picture.
        label: k, 0 to 999.
        network: a VGG; by default the lab's VGG-19.

    Returns:
        float32 [7, 7], nowhere negative; all zero where nothing speaks for the class.

    Raises:
        IndexError: there is no such label.
    """
    return F.relu(gradcam_before_relu(image_file, label, network=network))


def gradcam_before_relu(image_file: ImageFile, label: int, *, network: VGG | None = None) -> Tensor:
    """Return Σ_c α_c · X[c, i, j], signed: float32 [7, 7]. See `compute_gradcam`."""
    vgg = network or load_vgg()
    # A leaf of its own: gradients flow to the feature map and no further.
    features = get_vgg_features(image_file, network=vgg).requires_grad_()
    logits = vgg.classifier(torch.flatten(vgg.avgpool(features), 1))
    (gradient,) = torch.autograd.grad(logits[0, label], features)
    alpha = gradient.sum(dim=(2, 3))
    return torch.einsum("nc,nchw->hw", alpha, features.detach())
