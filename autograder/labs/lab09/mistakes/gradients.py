"""Gradients of scores with respect to VGG-19's feature maps, each computed once.

Behind the feature map X [512, 7, 7] the network is a = W₁ flatten(X) + b₁, then a tail from the
4,096 numbers a to the score. Grad-CAM needs the gradient's sums over places alone:

    α_c = Σ_ij ∂s/∂X[c, i, j] = Σ_u ∂s/∂a_u · Σ_ij W₁[u, (c, i, j)]

With W₁'s own sums made once, another score costs a pass through the tail, a fifth of a whole one.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.labs.lab09.mistakes.activations import Activations

Score = Callable[[Tensor, int], Tensor]  # (what the tail gives, label) -> what is differentiated
Tail = Callable[[Tensor], Tensor]  # a [4096] -> logits [1000], or what a student takes for them


def logit(logits: Tensor, label: int) -> Tensor:
    return logits[label]


# How the feature map [1, 512, 7, 7] goes into the classifier's first layer.
_ORDERS: dict[str, Callable[[Tensor], Tensor]] = {
    "right": lambda X: X.flatten(1),
    "channels-last": lambda X: X.permute(0, 2, 3, 1).flatten(1),
    "transposed": lambda X: X.transpose(2, 3).flatten(1),
    "averaged": lambda X: X.mean((2, 3), keepdim=True).expand(X.shape).flatten(1),
}


class Gradients:
    def __init__(self, activations: Activations) -> None:
        self._activations = activations

    def signed(
        self,
        picture: str,
        label: int,
        score: Score = logit,
        tail: Tail | None = None,
        preparation: str = "right",
        order: str = "right",
    ) -> Tensor:
        """Grad-CAM before its ReLU, [7, 7], of this score of this network."""
        alpha = self._pooled(picture, label, score, tail or self._tail, preparation, order)
        return torch.einsum(
            "c,chw->hw", alpha, self._activations.vgg_features(picture, preparation)[0]
        )

    def right(self, picture: str, label: int) -> Tensor:
        """The right Grad-CAM before its ReLU."""
        return self._activations.cached(
            ("right", picture, label), lambda: self.signed(picture, label)
        )

    def of(self, picture: str, label: int) -> tuple[Tensor, Tensor]:
        """(features, gradient of the logit), [512, 7, 7] each."""

        def compute() -> tuple[Tensor, Tensor]:
            slope = self._at_first_layer(picture, label, logit, self._tail, "right", "right")
            gradient = slope @ self._activations.vgg.classifier[0].weight
            return self._activations.vgg_features(picture)[0], gradient.view(512, 7, 7)

        return self._activations.cached(("slope", picture, label), compute)

    def of_all(self, picture: str) -> Tensor:
        """The right ones before their ReLU, of all classes at once: [1000, 7, 7]."""
        vgg = self._activations.vgg
        features = self._activations.vgg_features(picture)
        with torch.no_grad():
            first = vgg.classifier[0](features.flatten(1))[0]
            second = vgg.classifier[3](first.relu())
            # What a ReLU cuts off, no gradient goes back through.
            slopes = (vgg.classifier[6].weight * (second > 0)) @ vgg.classifier[3].weight
            alphas = (slopes * (first > 0)) @ self._first_layer_summed(channels_last=False)
            return torch.einsum("kc,chw->khw", alphas, features[0])

    def at_convolution(self, picture: str, label: int, *, relu: bool) -> tuple[Tensor, Tensor]:
        """At the last convolution, [512, 14, 14] each: after its ReLU or before."""

        def compute() -> tuple[Tensor, Tensor]:
            convolved = self._activations.vgg_convolved(picture)
            leaf = (convolved.relu() if relu else convolved.clone()).requires_grad_()
            # A second ReLU would change the gradient where a whole window is zero.
            pooled = F.max_pool2d(leaf if relu else leaf.relu(), 2)
            _, gradient = self.of(picture, label)
            (gradient,) = torch.autograd.grad(pooled, leaf, gradient[None])
            return leaf.detach()[0], gradient[0]

        return self._activations.cached(("slope at convolution", picture, label, relu), compute)

    def _tail(self, a: Tensor) -> Tensor:
        return self._activations.vgg.classifier[1:](a)

    def _pooled(
        self, picture: str, label: int, score: Score, tail: Tail, preparation: str, order: str
    ) -> Tensor:
        slope = self._at_first_layer(picture, label, score, tail, preparation, order)
        return slope @ self._first_layer_summed(channels_last=order == "channels-last")

    def _at_first_layer(
        self, picture: str, label: int, score: Score, tail: Tail, preparation: str, order: str
    ) -> Tensor:
        """∂s/∂a, [4096]."""

        def hidden() -> Tensor:
            features = _ORDERS[order](self._activations.vgg_features(picture, preparation))
            return self._activations.vgg.classifier[0](features)[0]

        a = self._activations.cached(("first layer", picture, preparation, order), hidden)
        leaf = a.clone().requires_grad_()
        # A copy: the ReLU behind it works in place.
        (slope,) = torch.autograd.grad(score(tail(leaf.clone()), label), leaf)
        return slope

    def _first_layer_summed(self, *, channels_last: bool) -> Tensor:
        """Its weights for each channel, summed over places: [4096, 512]."""
        weight = self._activations.vgg.classifier[0].weight

        def compute() -> Tensor:
            if channels_last:
                return weight.view(-1, 49, 512).sum(1)
            return weight.view(-1, 512, 49).sum(2)

        return self._activations.cached(("first layer summed", channels_last), compute)
