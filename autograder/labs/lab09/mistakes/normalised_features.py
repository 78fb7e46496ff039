"""Features that were rescaled before the weighted sum."""

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

Change = Callable[[Tensor], Tensor]  # features [512, 7, 7] -> as many, rescaled
PLACES = (1, 2)


def _smallest(X: Tensor) -> Tensor:
    return X.amin(PLACES, keepdim=True)


def _largest(X: Tensor) -> Tensor:
    return X.amax(PLACES, keepdim=True)


def _mean(X: Tensor) -> Tensor:
    return X.mean(PLACES, keepdim=True)


# What keeps a denominator from 0 is far below the tolerance, but where a channel is 0 everywhere.
LEAST = 1e-6

# What follows a dot picks the sentence. Where all features are divided by one number, the map is
# the right one but for a factor: that is told as such.
NORMALISED: tuple[tuple[str, Change], ...] = (
    ("features-normalised.rescaled", lambda X: F.normalize(X, dim=0)),
    ("features-normalised.rescaled", lambda X: X / (X.sum(0) + LEAST)),
    ("features-normalised.rescaled", lambda X: X / (X.amax(0) + LEAST)),
    ("features-normalised.rescaled", lambda X: X.softmax(0)),
    ("features-normalised.rescaled", lambda X: (X - X.mean(0)) / (X.std(0) + LEAST)),
    ("features-normalised.rescaled", lambda X: F.normalize(X.flatten(1), dim=1).view_as(X)),
    ("features-normalised.rescaled", lambda X: X / (_largest(X) + LEAST)),
    ("features-normalised.rescaled", lambda X: X / (_mean(X) + LEAST)),
    (
        "features-normalised.rescaled",
        lambda X: (X - _smallest(X)) / (_largest(X) - _smallest(X) + LEAST),
    ),
    (
        "features-normalised.rescaled",
        lambda X: (X - _mean(X)) / (X.std(PLACES, keepdim=True) + LEAST),
    ),
    ("features-normalised.rescaled", lambda X: F.instance_norm(X[None])[0]),
    ("features-normalised.rescaled", lambda X: X.flatten(1).softmax(1).view_as(X)),
    ("features-normalised.shifted", lambda X: X - _mean(X)),
    ("features-normalised.shifted", lambda X: X - X.mean()),
    ("features-normalised.shifted", lambda X: (X - X.mean()) / X.std()),
    ("features-normalised.cut", lambda X: X.sigmoid()),
    ("features-normalised.cut", lambda X: (X > 0).float()),
)
