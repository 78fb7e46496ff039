"""Gradients of scores with respect to VGG-19's feature maps, each computed once."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.labs.lab09_mistakes.views import Views

Score = Callable[[Tensor, int], Tensor]  # (logits [1000], label) -> what is differentiated
Head = Callable[[Tensor], Tensor]  # features [1, 512, 7, 7] -> logits [1, 1000]


def logit(logits: Tensor, label: int) -> Tensor:
    return logits[label]


class Slopes:
    """All pairs are (features, gradient), without the batch dimension."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def of(
        self,
        picture: str,
        label: int,
        score: Score = logit,
        head: Head | None = None,
        preparation: str = "right",
    ) -> tuple[Tensor, Tensor]:
        """At the output of `features`: [512, 7, 7] each."""

        def compute() -> tuple[Tensor, Tensor]:
            leaf = self._views.vgg_features(picture, preparation).clone().requires_grad_()
            (gradient,) = torch.autograd.grad(score((head or self._head)(leaf)[0], label), leaf)
            return leaf.detach()[0], gradient[0]

        return self._views.once(("slope", picture, label, score, head, preparation), compute)

    def at_convolution(self, picture: str, label: int, *, relu: bool) -> tuple[Tensor, Tensor]:
        """At the last convolution, [512, 14, 14] each: after its ReLU or before."""

        def compute() -> tuple[Tensor, Tensor]:
            convolved = self._views.vgg_convolved(picture)
            leaf = (convolved.relu() if relu else convolved.clone()).requires_grad_()
            # Another ReLU would change the gradient where a whole window is zero.
            pooled = F.max_pool2d(leaf if relu else leaf.relu(), 2)
            (gradient,) = torch.autograd.grad(self._head(pooled)[0, label], leaf)
            return leaf.detach()[0], gradient[0]

        return self._views.once(("slope at convolution", picture, label, relu), compute)

    def _head(self, features: Tensor) -> Tensor:
        return self._views.vgg.classifier(features.flatten(1))
