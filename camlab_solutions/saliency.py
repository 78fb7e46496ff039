"""Input gradients (Simonyan et al., 2014, arXiv:1312.6034)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from camlab_solutions.images import ImageFile, process_input
from camlab_solutions.networks import load_resnet


def input_gradient(
    image_file: ImageFile, label: int, *, network: nn.Module | None = None
) -> Tensor:
    """Return how strongly each pixel moves the logit of a class.

        s_k[u, v] = max_channel |∂z_k / ∂x[channel, u, v]|

    Args:
        image_file: path of the picture.
        label: k, 0 to 999.
        network: by default the lab's ResNet-18.

    Returns:
        float32 [224, 224], nowhere negative, in logits per unit of the normalised input.
    """
    x = process_input(image_file).requires_grad_()
    logits = (network or load_resnet())(x)
    (gradient,) = torch.autograd.grad(logits[0, label], x)
    return gradient.abs().amax(dim=1)[0]
