"""One question to `compute_gradcam` as the reference has it, and what others make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.gradients import Gradients, Score, Tail, logit

Pool = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Gradcam:
    """One question as the reference has it: features X, gradient G [512, 7, 7], class k."""

    activations: Activations
    gradients: Gradients
    picture: str
    k: int
    turn: int  # its place among the questions

    @property
    def X(self) -> Tensor:
        return self.gradients.of(self.picture, self.k)[0]

    @property
    def G(self) -> Tensor:
        return self.gradients.of(self.picture, self.k)[1]

    @property
    def alpha(self) -> Tensor:
        return self.G.sum((1, 2))

    @property
    def map(self) -> Tensor:
        """The right one before its ReLU."""
        return self.gradients.right(self.picture, self.k)

    @property
    def products(self) -> Tensor:
        return self.alpha[:, None, None] * self.X

    def pooled(self, pool: Pool) -> Tensor:
        """Before its ReLU, with the gradient [512, 7, 7] pooled to [512] in another way."""
        return weighted(pool(self.G), self.X)

    def of(self, score: Score = logit, tail: Tail | None = None, order: str = "right") -> Tensor:
        """Before its ReLU, of another score, of another rest of the network."""
        return self.gradients.signed(self.picture, self.k, score, tail, order=order)

    def cut(self, end: int) -> Tensor:
        """The gradient of a number inside the classifier."""
        classifier = self.activations.vgg.classifier
        return self.of(tail=lambda a: classifier[1:end](a))

    def where_active(self) -> Tensor:
        """The gradient where the features are above 0, as a guided one is; 0 elsewhere."""
        return self.G * (self.X > 0)

    def with_dropout(self, seed: int) -> Tensor:
        """Of the classifier as it is while it is trained, this seed set just before."""

        def tail(a: Tensor) -> Tensor:
            classifier = self.activations.vgg.classifier
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                hidden = F.dropout(a.relu(), 0.5)
                return classifier[6](F.dropout(classifier[3](hidden).relu(), 0.5))

        return self.of(tail=tail)

    def without_relus(self) -> Tensor:
        classifier = self.activations.vgg.classifier
        return self.of(tail=lambda a: classifier[6](classifier[3](a)))

    def large(self, pool: Callable[..., Tensor], *, relu: bool) -> Tensor:
        """At the last convolution, 14 × 14: after its ReLU or before."""
        X, G = self.gradients.at_convolution(self.picture, self.k, relu=relu)
        return weighted(pool(G, (1, 2)), X).relu()

    def xgrad(self) -> Tensor:
        """XGrad-CAM's weights: the gradient's mean, weighted by the features."""
        return (self.G * self.X).sum((1, 2)) / (self.X.sum((1, 2)) + 1e-7)

    def plus_plus(self, least: float) -> Tensor:
        """Grad-CAM++: its weights; `least` keeps the denominator from 0, as its known code does."""
        below = 2 * self.G**2 + self.X.sum((1, 2), keepdim=True) * self.G**3 + least
        shares = torch.where(self.G == 0, 0.0, self.G**2 / torch.where(below == 0, 1.0, below))
        return (shares * self.G.relu()).sum((1, 2))


def weighted(alpha: Tensor, X: Tensor) -> Tensor:
    return torch.einsum("c,chw->hw", alpha, X)


def channels_scaled(G: Tensor) -> Tensor:
    """Each channel of the gradient divided by its norm."""
    return F.normalize(G.flatten(1), dim=1).view_as(G)


def gradcam(X: Tensor, G: Tensor) -> Tensor:
    """Before its ReLU: features X and gradient G are [512, h, w]."""
    return weighted(G.sum((1, 2)), X)
