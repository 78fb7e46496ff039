"""The five most probable classes of a picture."""

from __future__ import annotations

import torch
from torch import nn

from camlab_solutions.images import ImageFile, process_input
from camlab_solutions.networks import load_classes


def predict(model: nn.Module, image_file: ImageFile) -> list[tuple[str, int, float]]:
    """Return the top five classes of a picture with their probabilities.

    The probability of class k is softmax(z)_k = exp(z_k) / Σ_j exp(z_j) over all 1,000 logits z.

    Args:
        model: maps float32 [1, 3, 224, 224] to logits [1, 1000].
        image_file: path of the picture.

    Returns:
        Five triples (class name, label 0 to 999, probability 0 to 1), the highest first.
    """
    with torch.no_grad():
        logits = model(process_input(image_file))[0]
    top = logits.softmax(dim=0).topk(5)
    names = load_classes()
    return [
        (names[label], label, probability)
        for label, probability in zip(top.indices.tolist(), top.values.tolist(), strict=True)
    ]
