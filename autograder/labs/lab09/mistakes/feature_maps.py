"""What goes wrong in `get_resnet_features`: an id, and what comes out. Sentences: `hints.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.lab import Mistake, Question
from autograder.labs.lab09.mistakes.activations import Activations, pictures_for_all
from autograder.labs.lab09.mistakes.answer_patterns import (
    NEVER_ONLY_THE_FIRST,
    answer_patterns,
    feature_patterns,
)
from autograder.labs.lab09.mistakes.cams import unit
from autograder.labs.lab09.mistakes.preparations import PREPARATION_MISTAKES
from autograder.labs.lab09.mistakes.texts import known

TASK = "get_resnet_features"
LAYERS = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")


@dataclass(frozen=True)
class Seen:
    """One picture, as ResNet-18 sees it."""

    activations: Activations
    picture: str

    @property
    def map(self) -> Tensor:
        """The right feature map, [1, 512, 7, 7]."""
        return self.activations.resnet_features(self.picture)

    def up_to(self, last: str) -> Tensor:
        """The output of a layer of the network."""
        return self.through(LAYERS[: LAYERS.index(last) + 1])

    def without(self, *skipped: str) -> Tensor:
        return self.through(tuple(name for name in LAYERS if name not in skipped))

    def through(self, layers: tuple[str, ...], network: nn.Module | None = None) -> Tensor:
        def compute() -> Tensor:
            x = self.activations.input(self.picture)
            for name in layers:
                x = getattr(network or self.activations.resnet, name)(x)
            return x

        key = ("through", self.picture, layers, network is None)
        return self.activations.cached(key, compute)

    @property
    def block_input(self) -> Tensor:
        """What the last of the two blocks of layer4 is given."""
        return self.activations.resnet.layer4[0](self.up_to("layer3"))

    def in_last_block(self, last: str) -> Tensor:
        """The output of a layer inside the last block, before its input is added."""
        block, x = self.activations.resnet.layer4[1], self.block_input
        for name in ("conv1", "bn1", "relu", "conv2", "bn2"):
            x = getattr(block, name)(x)
            if name == last:
                break
        return x


ROWS: tuple[tuple[str, Callable[[Seen], Tensor]], ...] = (
    ("vgg-features", lambda s: s.activations.vgg_features(s.picture)),
    ("layer1", lambda s: s.up_to("layer1")),
    ("layer2", lambda s: s.up_to("layer2")),
    ("layer3", lambda s: s.up_to("layer3")),
    ("layer3", lambda s: F.max_pool2d(s.up_to("layer3"), 2)),
    ("layer3", lambda s: F.avg_pool2d(s.up_to("layer3"), 2)),
    ("stem.conv1", lambda s: s.up_to("conv1")),
    ("stem.bn1", lambda s: s.up_to("bn1")),
    ("stem.relu", lambda s: s.up_to("relu")),
    ("stem.maxpool", lambda s: s.up_to("maxpool")),
    ("first-block-of-layer4", lambda s: s.block_input),
    ("last-convolution", lambda s: s.in_last_block("conv2")),
    ("before-last-sum", lambda s: s.in_last_block("bn2")),
    ("before-last-relu", lambda s: s.in_last_block("bn2") + s.block_input),
    ("inside-last-block.convolution", lambda s: s.in_last_block("conv1")),
    ("inside-last-block.norm", lambda s: s.in_last_block("bn1")),
    ("inside-last-block.relu", lambda s: s.in_last_block("relu")),
    ("pooled.numbers", lambda s: s.map.mean((2, 3))),
    ("pooled.largest", lambda s: s.map.amax((2, 3))),
    ("pooled.everywhere", lambda s: s.map.amax((2, 3), keepdim=True).expand(1, 512, 7, 7)),
    ("pooled.everywhere", lambda s: s.map.mean((2, 3), keepdim=True).expand(1, 512, 7, 7)),
    ("shortcut-left-out", lambda s: s.in_last_block("bn2").relu()),
    ("flipped", lambda s: s.map.flip(3)),
    ("flipped", lambda s: s.map.flip(2)),
    ("flipped", lambda s: s.map.flip(2, 3)),
    ("logits", lambda s: s.activations.logits("resnet", s.picture)),
    ("mean-over-channels", lambda s: s.map.mean(1)),
    ("transposed", lambda s: s.map.transpose(2, 3)),
    ("scrambled", lambda s: s.map.permute(0, 2, 3, 1).reshape(1, 512, 7, 7)),
    ("batch-norm-train", lambda s: s.through(LAYERS, s.activations.training_resnet())),
    ("layer-skipped.norm", lambda s: s.without("bn1")),
    ("layer-skipped.relu", lambda s: s.without("relu")),
    ("layer-skipped.both", lambda s: s.without("bn1", "relu")),
    ("layer-skipped.pooling", lambda s: s.without("maxpool")),
    ("layer-skipped.layer1", lambda s: s.without("layer1")),
    ("layer-repeated.layer1", lambda s: s.through((*LAYERS[:5], *LAYERS[4:]))),
    ("layer-repeated.norm", lambda s: s.through((*LAYERS[:2], *LAYERS[1:]))),
    ("layer-repeated.block", lambda s: s.activations.resnet.layer4[1](s.map)),
    (
        "relu-skipped-and-misplaced",
        lambda s: s.through(("conv1", "relu", "bn1", *LAYERS[3:])),
    ),
    ("not-the-answer.weights", lambda s: s.activations.resnet.layer4[1].conv2.weight),
    ("not-the-answer.fc", lambda s: s.activations.resnet.fc.weight),
    ("not-the-answer.picture", lambda s: s.activations.input(s.picture)),
    ("normalised.unit", lambda s: unit(s.map)),
    ("normalised.largest", lambda s: s.map / s.map.amax()),
)


def feature_mistakes(activations: Activations) -> Iterator[Mistake]:
    def case(question: Question) -> Seen:
        return Seen(activations, activations.picture(question))

    yield from known(TASK, ROWS, case, activations)
    prepared = [
        (name, lambda s, how=how: s.activations.resnet_features(s.picture, how))
        for name, how in PREPARATION_MISTAKES
    ]
    yield from known(TASK, prepared, case, activations, "pictures")
    others = pictures_for_all(lambda picture, _: Seen(activations, picture).map)
    yield from known(TASK, others, lambda question: question, activations, "pictures")
    # No tensor is given to it.
    without = ("argument-changed", *NEVER_ONLY_THE_FIRST)
    yield from answer_patterns(TASK, "feature map", without=without)
    yield from feature_patterns(TASK)
