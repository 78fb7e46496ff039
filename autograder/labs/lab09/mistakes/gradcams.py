"""What goes wrong in `compute_gradcam`: an id, and what comes out. The sentences: `hints.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.lab import Mistake, Question, Questions
from autograder.labs.lab09.mistakes.activations import Activations, pictures_for_all
from autograder.labs.lab09.mistakes.answer_patterns import answer_patterns
from autograder.labs.lab09.mistakes.cams import enlarged, unit
from autograder.labs.lab09.mistakes.candidates import one_of
from autograder.labs.lab09.mistakes.channels_chosen import channels_chosen
from autograder.labs.lab09.mistakes.earlier_layers import earlier_layers
from autograder.labs.lab09.mistakes.gradients import Gradients, Score
from autograder.labs.lab09.mistakes.normalised_features import NORMALISED, Change
from autograder.labs.lab09.mistakes.one_gradcam import Gradcam, channels_scaled, gradcam, weighted
from autograder.labs.lab09.mistakes.other_classes import (
    another_class,
    class_differences,
    other_scores,
    weights_shifted,
)
from autograder.labs.lab09.mistakes.parts_left_out import left_out
from autograder.labs.lab09.mistakes.preparations import PREPARATION_MISTAKES
from autograder.labs.lab09.mistakes.texts import known, text

TASK = "compute_gradcam"
PREPARED = PREPARATION_MISTAKES[:13]  # each costs a pass through VGG-19


Rows = tuple[tuple[str, Callable[[Gradcam], Tensor]], ...]

# The last step, wrong, or another one behind it.
AFTER: Rows = (
    ("no-relu.sum", lambda g: g.map),
    ("no-relu.mean", lambda g: g.map / 49),
    ("no-relu-and-more.transposed", lambda g: g.map.T),
    ("no-relu-and-more.flipped", lambda g: g.map.flip(0)),
    ("no-relu-and-more.flipped", lambda g: g.map.flip(1)),
    ("no-relu-and-more.flipped", lambda g: g.map.flip(0, 1)),
    ("largest-of-lines", lambda g: g.map.amax(0)),
    ("largest-of-lines", lambda g: g.map.amax(1)),
    ("largest-of-lines", lambda g: g.map.relu().amax(0)),
    ("largest-of-lines", lambda g: g.map.relu().amax(1)),
    ("largest-of-lines.with-places", lambda g: torch.stack([*g.map.max(0)])),
    ("largest-of-lines.with-places", lambda g: torch.stack([*g.map.max(1)])),
    ("abs-instead-of-relu", lambda g: g.map.abs()),
    ("sigmoid-instead-of-relu", lambda g: g.map.sigmoid()),
    ("min-max.before", lambda g: unit(g.map)),
    ("min-subtracted", lambda g: g.map - g.map.min()),
    ("min-max.largest-bytes", lambda g: 255 * g.map.relu() / g.map.max()),
    ("negated.against", lambda g: (-g.map).relu()),
    ("negated.sign", lambda g: -g.map),
    ("negated.nowhere", lambda g: -g.map.relu()),
    ("negated.cut", lambda g: -(-g.map).relu()),
    ("min-max.unit", lambda g: unit(g.map.relu())),
    ("min-max.largest", lambda g: g.map.relu() / g.map.max()),
    ("min-max.bytes", lambda g: 255 * unit(g.map.relu())),
    ("min-max.bytes", lambda g: (255 * unit(g.map.relu())).floor()),
    ("min-max.largest-bytes", lambda g: (255 * g.map.relu() / g.map.max()).floor()),
    ("norm-divided.norm", lambda g: g.map.relu() / g.map.relu().norm()),
    ("norm-divided.sum", lambda g: g.map.relu() / g.map.relu().sum()),
    ("softmax-added", lambda g: g.map.relu().flatten().softmax(0).reshape(7, 7)),
    ("channel-mean.one", lambda g: g.map.relu() / 512),
    ("channel-mean.both", lambda g: g.map.relu() / 512 / 49),
    ("divided-twice", lambda g: g.map.relu() / 49 / 49),
    ("transposed", lambda g: g.map.relu().T),
    ("flipped", lambda g: g.map.relu().flip(0)),
    ("flipped", lambda g: g.map.relu().flip(1)),
    ("flipped", lambda g: g.map.relu().flip(0, 1)),
    ("enlarged", lambda g: enlarged(g.map.relu(), "bilinear", False)),
    ("enlarged", lambda g: enlarged(g.map.relu(), "bilinear", True)),
    ("enlarged", lambda g: enlarged(g.map.relu(), "bicubic", False)),
    ("enlarged", lambda g: enlarged(g.map.relu(), "nearest")),
    ("summed-over-places", lambda g: g.map.relu().sum()),
)

# Features and gradient, put together in another way.
COMBINED: Rows = (
    ("unpooled-gradients", lambda g: (g.G * g.X).sum(0).relu()),
    ("unpooled-gradients", lambda g: (g.G * g.X).sum(0)),
    ("unpooled-gradients", lambda g: (g.G * g.X).relu().sum(0)),
    ("unpooled-gradients", lambda g: (g.G * g.X).sum(0).abs()),
    ("unpooled-gradients", lambda g: (g.G.relu() * g.X).sum(0)),
    ("pooled-over-channels", lambda g: (g.G.sum(0) * g.X).sum(0).relu()),
    ("pooled-over-channels", lambda g: (g.G.sum(0) * g.X).sum(0)),
    ("pooled-over-channels", lambda g: (g.G.mean(0) * g.X).sum(0).relu()),
    ("pooled-over-channels", lambda g: (g.G.mean(0) * g.X.mean(0)).relu()),
    ("one-number-for-all-channels", lambda g: (g.G.sum() * g.X.sum(0)).relu()),
    ("one-number-for-all-channels", lambda g: (g.G.mean() * g.X.sum(0)).relu()),
    ("relu-before-sum", lambda g: g.products.relu().sum(0)),
    ("gradients-only", lambda g: g.G.sum(0).relu()),
    ("gradients-only", lambda g: g.G.sum(0)),
    ("gradients-only", lambda g: g.G.mean(0).relu()),
    ("gradients-only", lambda g: g.G.abs().amax(0)),
    ("gradients-only", lambda g: g.G.abs().sum(0)),
    ("features-only", lambda g: g.X.sum(0)),
    ("features-only", lambda g: g.X.mean(0)),
    ("features-only", lambda g: g.X.amax(0)),
    ("scrambled", lambda g: (g.X.reshape(49, 512) @ g.alpha).reshape(7, 7).relu()),
    ("scrambled", lambda g: weighted(g.G.reshape(49, 512).sum(0), g.X).relu()),
    ("scrambled", lambda g: (g.X.reshape(7, 7, 512) @ g.alpha).relu()),
    ("not-summed", lambda g: g.products.relu()),
    ("not-summed", lambda g: g.products),
    ("weights-only", lambda g: g.alpha),
    ("largest-channel", lambda g: g.products.amax(0).relu()),
    ("features-squared", lambda g: weighted(g.alpha, g.X**2).relu()),
)

# Before the ReLU: whoever makes such a mistake may forget the ReLU besides.
SIGNED: Rows = (
    ("max-pooled-gradients", lambda g: g.pooled(lambda G: G.amax((1, 2)))),
    ("min-pooled-gradients", lambda g: g.pooled(lambda G: G.amin((1, 2)))),
    ("partly-pooled-gradients.place", lambda g: g.pooled(lambda G: G[:, 3, 3])),
    ("partly-pooled-gradients.place", lambda g: g.pooled(lambda G: G[:, 0, 0])),
    ("partly-pooled-gradients.place", lambda g: g.pooled(lambda G: G[:, 6, 6])),
    ("partly-pooled-gradients.lines", lambda g: (g.G.sum(1, keepdim=True) * g.X).sum(0)),
    ("partly-pooled-gradients.lines", lambda g: (g.G.sum(2, keepdim=True) * g.X).sum(0)),
    ("otherwise-pooled-gradients", lambda g: weighted(g.xgrad(), g.X)),
    ("otherwise-pooled-gradients", lambda g: weighted(g.plus_plus(0), g.X)),
    ("otherwise-pooled-gradients", lambda g: weighted(g.plus_plus(1e-6), g.X)),
    ("otherwise-pooled-gradients", lambda g: g.pooled(lambda G: G.flatten(1).median(1).values)),
    ("otherwise-pooled-gradients", lambda g: g.pooled(lambda G: G.flatten(1).norm(dim=1))),
    ("otherwise-pooled-gradients", lambda g: g.pooled(lambda G: G.flatten(1).std(1))),
    ("otherwise-pooled-gradients", lambda g: weighted(g.where_active().sum((1, 2)), g.X)),
    ("gradients-normalised", lambda g: g.pooled(lambda G: F.normalize(G, dim=0).sum((1, 2)))),
    ("gradients-normalised", lambda g: g.pooled(lambda G: channels_scaled(G).sum((1, 2)))),
    ("gradient-signs", lambda g: g.pooled(lambda G: G.sign().sum((1, 2)))),
    ("gradient-signs", lambda g: g.pooled(lambda G: G.sum((1, 2)).sign())),
    ("relu-on-gradients", lambda g: g.pooled(lambda G: G.relu().sum((1, 2)))),
    ("relu-on-gradients", lambda g: weighted(g.where_active().relu().sum((1, 2)), g.X)),
    ("relu-on-weights", lambda g: g.pooled(lambda G: G.sum((1, 2)).relu())),
    ("negated.weights", lambda g: g.pooled(lambda G: (-G.sum((1, 2))).relu())),
    ("abs-weights", lambda g: g.pooled(lambda G: G.sum((1, 2)).abs())),
    ("abs-weights", lambda g: g.pooled(lambda G: G.abs().sum((1, 2)))),
    ("squared-weights", lambda g: g.pooled(lambda G: G.sum((1, 2)) ** 2)),
    ("softmax-on-weights", lambda g: g.pooled(lambda G: G.sum((1, 2)).softmax(0))),
    ("softmax-on-weights", lambda g: g.pooled(lambda G: G.mean((1, 2)).softmax(0))),
    ("softmax-differentiated", lambda g: g.of(lambda z, k: z.softmax(0)[k])),
    ("log-softmax-differentiated", lambda g: g.of(lambda z, k: z.log_softmax(0)[k])),
    ("loss-differentiated", lambda g: g.of(lambda z, k: -z.log_softmax(0)[k])),
    ("sigmoid-differentiated", lambda g: g.of(lambda z, k: z.sigmoid()[k])),
    ("all-logits", lambda g: g.of(lambda z, k: z.sum())),
    ("all-logits", lambda g: g.of(lambda z, k: z.mean())),
    ("predicted-class", lambda g: g.of(lambda z, k: z.max())),
    ("label-off-by-one.next", lambda g: g.of(lambda z, k: z[k + 1])),
    ("label-off-by-one.before", lambda g: g.of(lambda z, k: z[k - 1])),
    ("squared-score", lambda g: g.of(lambda z, k: z[k] ** 2)),
    ("extra-relu", lambda g: g.of(lambda z, k: z.relu()[k])),
    ("flattened-in-another-order", lambda g: g.of(order="channels-last")),
    ("flattened-in-another-order", lambda g: g.of(order="transposed")),
    ("classifier-cut-short", lambda g: g.cut(1)),
    ("classifier-cut-short", lambda g: g.cut(2)),
    ("classifier-cut-short", lambda g: g.cut(3)),
    ("classifier-cut-short", lambda g: g.cut(4)),
    ("classifier-cut-short", lambda g: g.cut(5)),
    ("relus-left-out", lambda g: g.without_relus()),
    ("extra-pooling", lambda g: g.of(order="averaged")),
    ("resnet-for-vgg", lambda g: _resnet_map(g)),
    (
        "cam-on-vgg.resnet",
        lambda g: weighted(g.activations.resnet.fc.weight[g.k], g.X),
    ),
    ("cam-on-vgg.own", lambda g: weighted(g.activations.vgg.classifier[6].weight[g.k, :512], g.X)),
)


def _of_changed(change: Change) -> Callable[[Gradcam], Tensor]:
    """The right weights, features rescaled."""
    return lambda g: weighted(g.alpha, change(g.X))


OF_FEATURES: Rows = tuple((key, _of_changed(change)) for key, change in NORMALISED)

# What is differentiated in place of the logit, where it costs no pass of its own to know.
OTHER_SCORES: dict[str, tuple[Score, ...]] = {
    "loss-differentiated": (
        lambda z, k: -z.softmax(0).log_softmax(0)[k],
        lambda z, k: (z - one_hot(z, k)).square().mean(),
        lambda z, k: (z.softmax(0) - one_hot(z, k)).square().mean(),
        lambda z, k: F.binary_cross_entropy_with_logits(z, one_hot(z, k)),
        lambda z, k: F.multi_margin_loss(z[None], torch.tensor([k])),
    ),
    "softmax-differentiated": (
        lambda z, k: z.softmax(0).softmax(0)[k],
        *(lambda z, k, by=by: (z * by).softmax(0)[k] for by in (0.1, 0.2, 0.5, 2, 5, 10)),
    ),
}
# Dropout that is left on answers the same each time where a seed is set before.
SEEDS = (0, 1, 42, 123, 1234)


def one_hot(z: Tensor, k: int) -> Tensor:
    return F.one_hot(torch.tensor(k), len(z)).to(z.dtype)


def _before_pooling(pool: Callable[..., Tensor], *, relu: bool) -> Rows:
    """The map at the last convolution, and pooled to the size that is asked for."""

    def large(g: Gradcam) -> Tensor:
        return g.large(pool, relu=relu)

    return (
        ("layer-before-pooling.large", large),
        ("layer-before-pooling.pooled", lambda g: F.max_pool2d(large(g)[None], 2)[0]),
        ("layer-before-pooling.pooled", lambda g: F.avg_pool2d(large(g)[None], 2)[0]),
    )


BEFORE_POOLING: Rows = tuple(
    row
    for relu in (True, False)
    for pool in (torch.sum, torch.mean)
    for row in _before_pooling(pool, relu=relu)
)


def _resnet_map(g: Gradcam) -> Tensor:
    return weighted(
        g.activations.resnet.fc.weight[g.k], g.activations.resnet_features(g.picture)[0]
    )


def gradcam_mistakes(activations: Activations, questions: Questions) -> Iterator[Mistake]:
    gradients = Gradients(activations)

    asked = questions.of_task(TASK)

    def case(question: Question) -> Gradcam:
        picture, label = activations.picture(question), activations.label(question)
        return Gradcam(activations, gradients, picture, label, asked.index(question))

    prepared = tuple(
        (name, lambda g, how=how: g.gradients.signed(g.picture, g.k, preparation=how))
        for name, how in PREPARED
    )
    others = pictures_for_all(lambda name, q: replace(case(q), picture=name).map.relu())
    yield from known(
        TASK, (*AFTER, *COMBINED, *_relu_or_not(SIGNED + OF_FEATURES)), case, activations
    )
    yield from known(TASK, BEFORE_POOLING, case, activations)
    yield from known(TASK, _relu_or_not(prepared), case, activations, "pictures")
    yield from known(TASK, _over_calls(case, asked), case, activations)
    yield from known(TASK, others, lambda question: question, activations, "pictures")
    for last in (partial(np.maximum, 0), np.array):
        yield from left_out(TASK, lambda question: case(question).products, activations, last)
    yield from _looked_for_last(case, gradients, activations)
    another = another_class(TASK, lambda name: gradients.of_all(name).relu(), activations)
    # No tensor is given to it, and no class is asked of two pictures.
    without = ("argument-changed", "picture-ignored")

    def before(question: Question) -> np.ndarray:
        return case(question).map.numpy()

    yield from answer_patterns(TASK, "map", before, without, [another])


def _looked_for_last(
    case: Callable[[Question], Gradcam], gradients: Gradients, activations: Activations
) -> Iterator[Mistake]:
    """What costs more, or says less."""

    def terms(question: Question) -> tuple[Tensor, Tensor]:
        g = case(question)
        return g.alpha, g.X

    yield from channels_chosen(TASK, terms, activations)
    yield weights_shifted(TASK, terms, activations)
    logits = partial(activations.logits, "vgg19")
    for name, scores in OTHER_SCORES.items():
        yield other_scores(TASK, name, gradients.of_all, scores, logits, activations)
    yield class_differences(TASK, gradients.of_all, activations)
    yield from earlier_layers(TASK, activations)

    def with_dropout(question: Question) -> np.ndarray:
        maps = [case(question).with_dropout(seed) for seed in SEEDS]
        return torch.stack(maps).double().numpy().reshape(len(maps), 49)

    yield one_of(TASK, "train-mode", text(TASK, "train-mode"), with_dropout)


def _relu_or_not(rows: Rows) -> Iterator[tuple[str, Callable[[Gradcam], Tensor]]]:
    for key, signed in rows:

        def kept(g: Gradcam, signed: Callable[[Gradcam], Tensor] = signed) -> Tensor:
            return g.activations.cached((signed, g.picture, g.k), lambda: signed(g).detach())

        def cut(g: Gradcam, kept: Callable[[Gradcam], Tensor] = kept) -> Tensor:
            return kept(g).relu()

        yield key, cut
        yield key, kept


def _over_calls(case: Callable[[Question], Gradcam], asked: Sequence[Question]) -> Rows:
    """What one call leaves behind for the next."""

    def accumulated(g: Gradcam, *, by_picture: bool) -> Tensor:
        earlier = [case(question) for question in asked[: g.turn + 1]]
        kept = [one.G for one in earlier if not by_picture or one.picture == g.picture]
        return gradcam(g.X, torch.stack(kept).sum(0)).relu()

    def first(g: Gradcam) -> Tensor:
        return gradcam(g.X, case(asked[0]).G).relu()

    return (
        ("gradients-accumulated", lambda g: accumulated(g, by_picture=True)),
        ("gradients-accumulated", lambda g: accumulated(g, by_picture=False)),
        ("first-gradient-kept", first),
    )
