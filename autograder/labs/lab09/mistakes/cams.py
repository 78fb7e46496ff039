"""What goes wrong in `compute_cam`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.lab import Mistake, Question
from autograder.labs.lab09.mistakes.signs import signs
from autograder.labs.lab09.mistakes.views import Views, other_picture

TASK = "compute_cam"
SUM = "Look again at the formula: what is summed, and what is left?"
SCALE = "Look again at whether the task asks for that; the drawing cells choose their own scale."
AFTER = "Look again at what the formula does after the sum."
MIXED = (
    "Channels and places are mixed up. Look again at the difference between reshape and permute: "
    "which numbers end up in one row?"
)


def cam_mistakes(views: Views) -> Iterator[Mistake]:
    """X is [512, 7, 7]; W[k] [512] is the class's row."""
    W, b = views.resnet.fc.weight, views.resnet.fc.bias

    def mistake(name: str, text: str, compute: Callable[[Tensor, int], Tensor]) -> Mistake:
        @torch.no_grad()
        def answer(question: Question) -> np.ndarray | None:
            X = views.features(views.picture(question))[0]
            try:
                return compute(X, views.label(question)).numpy()
            except IndexError:
                return None  # the student's function stops there

        return Mistake(name, TASK, text, views.on_one_thread(answer))

    def cam(X: Tensor, k: int) -> Tensor:
        return torch.einsum("c,chw->hw", W[k], X)

    def after(name: str, text: str, change: Callable[[Tensor], Tensor]) -> Mistake:
        return mistake(name, text, lambda X, k: change(cam(X, k)))

    def weighted(name: str, text: str, weights: Callable[[int, Tensor], Tensor]) -> Mistake:
        return mistake(name, text, lambda X, k: torch.einsum("c,chw->hw", weights(k, X), X))

    yield after(
        "channel-mean",
        "Your map is 512 times too small, as a mean over channels is. Look again at the formula: "
        "is it a sum or a mean?",
        lambda m: m / 512,
    )
    for factor in (1.0, 1 / 512):
        yield weighted(
            "no-weights",
            "Your map is the same for every class: all channels count alike. Look again at what "
            "the formula multiplies each channel with.",
            lambda k, X, factor=factor: torch.full((512,), factor),
        )
    for step, which in ((1, "the next class"), (-1, "the class before")):
        yield weighted(
            "label-off-by-one",
            f"Your map is that of {which}. Look again at where counting begins.",
            lambda k, X, step=step: W[k + step],
        )
    yield weighted(
        "predicted-class",
        "Your map is that of the class that the network predicts, whichever is asked for. Look "
        "again at where `label` is used in your function.",
        lambda k, X: W[int((W @ X.mean((1, 2)) + b).argmax())],
    )
    yield after(
        "transposed",
        "Rows and columns of your map are exchanged. Look again at every permute, transpose and "
        "reshape in your function.",
        lambda m: m.T,
    )
    for dims in ((1,), (0,), (0, 1)):
        yield after(
            "flipped",
            "Your map is flipped. Look again at what happens to rows and columns.",
            lambda m, dims=dims: m.flip(dims),
        )
    yield after(
        "relu-added",
        "Your map is nowhere negative: what speaks against the class was cut off. Look again at "
        "whether a CAM has a ReLU.",
        F.relu,
    )
    yield after(
        "positive-part-lost",
        "Your map is nowhere positive: what speaks for the class was cut off. Look again at each "
        "clamp and minus sign in your function.",
        lambda m: m.clamp(max=0),
    )
    for share in (1.0, 1 / 49):
        yield mistake(
            "bias-added-per-cell",
            "The class's bias, or a share of it, was added to each cell. Look again at the "
            "formula, and at what the mean over cells should give.",
            lambda X, k, share=share: cam(X, k) + share * b[k],
        )
    yield weighted(
        "abs-weights",
        "The signs of the weights are lost. Look again at what a negative weight means, and "
        "whether anything makes it positive.",
        lambda k, X: W[k].abs(),
    )
    yield weighted(
        "relu-on-weights",
        "Negative weights count as 0. Look again at what a negative weight means, and whether "
        "anything cuts it off.",
        lambda k, X: W[k].relu(),
    )
    yield weighted(
        "squared-weights",
        "The weights are squared. Look again at how often they are multiplied.",
        lambda k, X: W[k] ** 2,
    )
    yield after("abs-added", f"The signs of your map are lost. {AFTER}", torch.abs)
    for text, change in (
        (
            "Your map was rescaled to run from 0 to 1.",
            lambda m: (m - m.min()) / (m.max() - m.min()),
        ),
        ("Your map was cut off at 0, then divided by its largest number.", _relu_then_max),
        (
            "Your map was rescaled to run from 0 to 255.",
            lambda m: 255 * (m - m.min()) / (m.max() - m.min()),
        ),
    ):
        yield after("min-max", f"{text} {SCALE}", change)
    yield after(
        "min-subtracted",
        f"The smallest number of your map was subtracted from all. {AFTER}",
        lambda m: m - m.min(),
    )
    yield after(
        "mean-subtracted",
        f"The mean of your map was subtracted from all its numbers. {AFTER}",
        lambda m: m - m.mean(),
    )
    for correction in (0, 1):
        yield after(
            "standardised",
            f"Your map was rescaled to mean 0 and standard deviation 1. {SCALE}",
            lambda m, correction=correction: (m - m.mean()) / m.std(correction=correction),
        )
    for largest in (torch.max, lambda m: m.abs().max()):
        yield after(
            "max-normalised",
            f"Your map was divided by its largest number. {SCALE}",
            lambda m, largest=largest: m / largest(m),
        )
    for norm in (torch.norm, torch.sum, lambda m: m.abs().sum()):
        yield after(
            "norm-divided",
            f"Your map was divided by its norm or its sum. {SCALE}",
            lambda m, norm=norm: m / norm(m),
        )
    yield after(
        "divided-by-49",
        "Your map is 49 times too small. Look again at the formula: over what does it sum, and "
        "does it take a mean?",
        lambda m: m / 49,
    )
    yield after(
        "softmax-added",
        f"Your map's cells sum to 1: a softmax over places. {AFTER}",
        lambda m: m.flatten().softmax(0).reshape(7, 7),
    )
    yield after("sigmoid-added", f"Each cell went through a sigmoid. {AFTER}", torch.sigmoid)
    yield after(
        "negated",
        "Your map has the opposite sign everywhere. Look again at the signs in your function.",
        torch.neg,
    )
    for scramble in (
        lambda X, k: (X.reshape(49, 512) @ W[k]).reshape(7, 7),
        lambda X, k: X.reshape(7, 7, 512) @ W[k],
        lambda X, k: (W[k] @ X.permute(1, 2, 0).reshape(512, 49)).reshape(7, 7),
    ):
        yield mistake("scrambled", MIXED, scramble)
    for dim in (1, 0):
        yield weighted(
            "softmax-on-weights",
            "The weights went through a softmax. Look again at which weights the formula means.",
            lambda k, X, dim=dim: W.softmax(dim)[k],
        )
    yield mistake(
        "softmax-over-classes",
        f"At each place a softmax over all classes was taken. {AFTER}",
        lambda X, k: torch.einsum("kc,chw->khw", W, X).softmax(0)[k],
    )
    for mode, corners in ENLARGING:
        yield after(
            "enlarged",
            "Your map is as large as the picture. Look again at the shape that the task asks for; "
            "the drawing cells enlarge it.",
            lambda m, mode=mode, corners=corners: F.interpolate(
                m[None, None], (224, 224), mode=mode, align_corners=corners
            )[0, 0],
        )
    yield mistake(
        "not-summed",
        f"There is one map for each channel still. {SUM}",
        lambda X, k: W[k][:, None, None] * X,
    )
    for pooled in (
        lambda X, k: cam(X, k).mean(),
        lambda X, k: cam(X, k).sum(),
        lambda X, k: cam(X, k).mean() + b[k],
    ):
        yield mistake("pooled", f"One number is left of your map. {SUM}", pooled)
    yield mistake(
        "all-classes",
        "There is one map for each of the 1,000 classes. Look again at where `label` comes in.",
        lambda X, k: torch.einsum("kc,chw->khw", W, X),
    )
    yield mistake(
        "summed-over-places",
        f"512 numbers are left: the sum went over places. {SUM}",
        lambda X, k: (W[k][:, None, None] * X).sum((1, 2)),
    )
    yield weighted(
        "weights-by-features",
        "The weights were multiplied with the mean of each channel besides. Look again at the "
        "formula: how often do the features come in?",
        lambda k, X: W[k] * X.mean((1, 2)),
    )
    yield weighted(
        "features-weigh-themselves",
        "Each channel is weighted by its own mean, so the class has no say. Look again at what "
        "the formula multiplies each channel with.",
        lambda k, X: X.mean((1, 2)),
    )
    yield mistake(
        "max-over-channels",
        f"At each place the largest product was kept instead of the sum. {SUM}",
        lambda X, k: (W[k][:, None, None] * X).amax(0),
    )
    yield mistake(
        "relu-before-sum",
        "Negative products were cut off before the sum. Look again at whether a CAM has a ReLU.",
        lambda X, k: (W[k][:, None, None] * X).relu().sum(0),
    )
    yield mistake(
        "features-normalised",
        "The features were divided by their largest number. Look again at what is done to them "
        "before the sum.",
        lambda X, k: cam(X / X.max(), k),
    )
    yield from other_picture(
        views,
        TASK,
        lambda name, question: cam(views.features(name)[0], views.label(question)).detach().numpy(),
    )
    yield from signs(TASK, "map")


ENLARGING = (("bilinear", False), ("bilinear", True), ("bicubic", False), ("nearest", None))


def _relu_then_max(m: Tensor) -> Tensor:
    return m.relu() / m.max()
