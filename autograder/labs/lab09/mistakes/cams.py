"""What goes wrong in `compute_cam`: an id, and what comes out. The sentences: `hints.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.lab import Mistake, Question
from autograder.labs.lab09.mistakes.activations import Activations, pictures_for_all
from autograder.labs.lab09.mistakes.answer_patterns import NEVER_ONLY_THE_FIRST, answer_patterns
from autograder.labs.lab09.mistakes.channels_chosen import channels_chosen
from autograder.labs.lab09.mistakes.normalised_features import NORMALISED
from autograder.labs.lab09.mistakes.other_classes import (
    another_class,
    class_differences,
    weights_shifted,
)
from autograder.labs.lab09.mistakes.parts_left_out import left_out
from autograder.labs.lab09.mistakes.texts import known

TASK = "compute_cam"


@dataclass(frozen=True)
class Cam:
    """One question as the reference has it: X [512, 7, 7], W [1000, 512], b [1000], class k."""

    X: Tensor
    W: Tensor
    b: Tensor
    k: int
    vgg: Callable[[], Tensor]  # the last layer's weights of VGG-19 [1000, 4096]

    @property
    def w(self) -> Tensor:
        return self.W[self.k]

    @cached_property
    def map(self) -> Tensor:
        return self.weighted(self.w)

    @cached_property
    def products(self) -> Tensor:
        return self.w[:, None, None] * self.X

    @cached_property
    def all(self) -> Tensor:
        """The maps of all classes, [1000, 7, 7]."""
        return torch.einsum("kc,chw->khw", self.W, self.X)

    @property
    def predicted(self) -> int:
        return int((self.W @ self.X.mean((1, 2)) + self.b).argmax())

    def weighted(self, weights: Tensor) -> Tensor:
        return torch.einsum("c,chw->hw", weights, self.X)


def unit(m: Tensor) -> Tensor:
    """Rescaled to run from 0 to 1."""
    return (m - m.min()) / (m.max() - m.min())


def enlarged(m: Tensor, mode: str, corners: bool | None = None) -> Tensor:
    """[h, w] as large as the picture."""
    return F.interpolate(m[None, None], (224, 224), mode=mode, align_corners=corners)[0, 0]


# A mistake with several forms stands there several times; what follows a dot picks the sentence.
ROWS: tuple[tuple[str, Callable[[Cam], Tensor]], ...] = (
    ("channel-mean", lambda c: c.map / 512),
    ("no-weights", lambda c: c.X.sum(0)),
    ("no-weights", lambda c: c.X.mean(0)),
    ("label-off-by-one.next", lambda c: c.weighted(c.W[c.k + 1])),
    ("label-off-by-one.before", lambda c: c.weighted(c.W[c.k - 1])),
    ("predicted-class", lambda c: c.weighted(c.W[c.predicted])),
    ("transposed", lambda c: c.map.T),
    ("flipped", lambda c: c.map.flip(1)),
    ("flipped", lambda c: c.map.flip(0)),
    ("flipped", lambda c: c.map.flip(0, 1)),
    ("relu-added", lambda c: c.map.relu()),
    # A ReLU, and something else besides.
    ("relu-and-more.transposed", lambda c: c.map.relu().T),
    ("relu-and-more.flipped", lambda c: c.map.relu().flip(1)),
    ("relu-and-more.flipped", lambda c: c.map.relu().flip(0)),
    ("relu-and-more.flipped", lambda c: c.map.relu().flip(0, 1)),
    ("relu-and-more.bias", lambda c: (c.map + c.b[c.k]).relu()),
    ("relu-and-more.bias", lambda c: (c.map + c.b[c.k] / 49).relu()),
    ("relu-and-more.bias", lambda c: c.map.relu() + c.b[c.k]),
    ("relu-and-more.class", lambda c: c.weighted(c.W[c.k + 1]).relu()),
    ("relu-and-more.class", lambda c: c.weighted(c.W[c.k - 1]).relu()),
    ("relu-and-more.class", lambda c: c.weighted(c.W[c.predicted]).relu()),
    ("positive-part-lost", lambda c: c.map.clamp(max=0)),
    ("bias-added-per-cell", lambda c: c.map + c.b[c.k]),
    ("bias-added-per-cell", lambda c: c.map + c.b[c.k] / 49),
    ("bias-added-per-cell", lambda c: c.map - c.b[c.k]),
    ("abs-weights", lambda c: c.weighted(c.w.abs())),
    ("relu-on-weights", lambda c: c.weighted(c.w.relu())),
    ("squared-weights", lambda c: c.weighted(c.w**2)),
    ("abs-added", lambda c: c.map.abs()),
    ("min-max.unit", lambda c: unit(c.map)),
    ("min-max.cut", lambda c: c.map.relu() / c.map.max()),
    ("min-max.bytes", lambda c: 255 * unit(c.map)),
    ("min-max.bytes", lambda c: (255 * unit(c.map)).floor()),
    ("min-subtracted", lambda c: c.map - c.map.min()),
    ("mean-subtracted", lambda c: c.map - c.map.mean()),
    ("standardised", lambda c: (c.map - c.map.mean()) / c.map.std(correction=0)),
    ("standardised", lambda c: (c.map - c.map.mean()) / c.map.std(correction=1)),
    ("max-normalised", lambda c: c.map / c.map.max()),
    ("max-normalised", lambda c: c.map / c.map.abs().max()),
    ("norm-divided", lambda c: c.map / c.map.norm()),
    ("norm-divided", lambda c: c.map / c.map.sum()),
    ("norm-divided", lambda c: c.map / c.map.abs().sum()),
    ("divided-by-49", lambda c: c.map / 49),
    ("softmax-added", lambda c: c.map.flatten().softmax(0).reshape(7, 7)),
    ("sigmoid-added", lambda c: c.map.sigmoid()),
    ("negated.sign", lambda c: -c.map),
    ("negated.cut", lambda c: (-c.map).relu()),
    ("scrambled", lambda c: (c.X.reshape(49, 512) @ c.w).reshape(7, 7)),
    ("scrambled", lambda c: c.X.reshape(7, 7, 512) @ c.w),
    ("scrambled", lambda c: (c.w @ c.X.permute(1, 2, 0).reshape(512, 49)).reshape(7, 7)),
    ("softmax-on-weights", lambda c: c.weighted(c.W.softmax(1)[c.k])),
    ("softmax-on-weights", lambda c: c.weighted(c.W.softmax(0)[c.k])),
    ("weights-normalised", lambda c: c.weighted(c.w / c.w.sum())),
    ("weights-normalised", lambda c: c.weighted(F.normalize(c.W, dim=0)[c.k])),
    ("weights-normalised", lambda c: c.weighted(((c.W - c.W.mean(0)) / c.W.std(0))[c.k])),
    ("weights-normalised", lambda c: c.weighted(c.w.sign())),
    ("weights-normalised", lambda c: c.weighted(c.w.sigmoid())),
    ("softmax-over-classes", lambda c: c.all.softmax(0)[c.k]),
    ("enlarged", lambda c: enlarged(c.map, "bilinear", False)),
    ("enlarged", lambda c: enlarged(c.map, "bilinear", True)),
    ("enlarged", lambda c: enlarged(c.map, "bicubic", False)),
    ("enlarged", lambda c: enlarged(c.map, "nearest")),
    ("not-summed", lambda c: c.products),
    ("pooled", lambda c: c.map.mean()),
    ("pooled", lambda c: c.map.sum()),
    ("pooled", lambda c: c.map.mean() + c.b[c.k]),
    ("all-classes", lambda c: c.all),
    ("summed-over-classes", lambda c: c.all.sum(0)),
    ("summed-over-classes", lambda c: c.all.mean(0)),
    ("largest-of-all-classes", lambda c: c.all.amax(0)),
    ("summed-over-places", lambda c: c.products.sum((1, 2))),
    ("weights-by-features", lambda c: c.weighted(c.w * c.X.mean((1, 2)))),
    ("features-weigh-themselves", lambda c: c.weighted(c.X.mean((1, 2)))),
    ("features-squared", lambda c: torch.einsum("c,chw->hw", c.w, c.X**2)),
    ("max-over-channels", lambda c: c.products.amax(0)),
    ("relu-before-sum", lambda c: c.products.relu().sum(0)),
    ("features-normalised", lambda c: c.map / c.X.max()),
    *(
        (key, lambda c, change=change: torch.einsum("c,chw->hw", c.w, change(c.X)))
        for key, change in NORMALISED
    ),
    ("bias-as-weights", lambda c: c.weighted(c.b[:512])),
    ("bias-as-weights", lambda c: c.X.sum(0) * c.b[c.k]),
    ("column-for-row", lambda c: c.weighted(c.W[:512, c.k])),
    ("column-for-row", lambda c: c.weighted(c.W.reshape(512, 1000)[:, c.k])),
    ("vgg-weights", lambda c: c.weighted(c.vgg()[c.k, :512])),
    ("one-channel", lambda c: c.X[c.k]),
    ("one-channel", lambda c: c.w[c.k] * c.X[c.k]),
    ("added-instead", lambda c: (c.w[:, None, None] + c.X).sum(0)),
    ("added-instead", lambda c: (c.w[:, None, None] + c.X).mean(0)),
)


def cam_mistakes(activations: Activations) -> Iterator[Mistake]:
    fc, classifier = activations.resnet.fc, activations.vgg.classifier

    def case(question: Question, name: str = "") -> Cam:
        X = activations.features(name or activations.picture(question))[0]
        return Cam(X, fc.weight, fc.bias, activations.label(question), lambda: classifier[6].weight)

    yield from known(TASK, ROWS, case, activations)
    others = pictures_for_all(lambda name, question: case(question, name).map)
    yield from known(TASK, others, lambda question: question, activations, "pictures")
    yield from left_out(TASK, lambda question: case(question).products, activations)

    def maps(picture: str) -> Tensor:
        return torch.einsum("kc,chw->khw", fc.weight, activations.features(picture)[0]).detach()

    def terms(question: Question) -> tuple[Tensor, Tensor]:
        c = case(question)
        return c.w, c.X

    yield from channels_chosen(TASK, terms, activations)
    yield weights_shifted(TASK, terms, activations)
    yield class_differences(TASK, maps, activations)
    another = another_class(TASK, maps, activations)
    yield from answer_patterns(TASK, "map", without=NEVER_ONLY_THE_FIRST, of_maps=[another])
