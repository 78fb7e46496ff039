"""What goes wrong in `get_resnet_features`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.lab import Mistake, Question
from autograder.labs.lab09.mistakes.predicting import PREPARATION_TEXTS
from autograder.labs.lab09.mistakes.signs import signs
from autograder.labs.lab09.mistakes.views import PREPARATION_MISTAKES, Views, other_picture

TASK = "get_resnet_features"
ELSEWHERE = "Look again at which layer's output the task asks for, and where your forward pass ends"


def feature_mistakes(views: Views) -> Iterator[Mistake]:
    def mistake(name: str, text: str, compute: Callable[[str], Tensor]) -> Mistake:
        @torch.no_grad()
        def answer(question: Question) -> np.ndarray:
            picture = views.picture(question)
            return views.once((compute, picture), lambda: compute(picture)).numpy()

        return Mistake(name, TASK, text, answer)

    def through(picture: str, layers: str, network=None) -> Tensor:
        """The output after these children of ResNet-18, separated by spaces."""
        x = views.input(picture)
        for layer in layers.split():
            x = getattr(network or views.resnet, layer)(x)
        return x

    all_layers = "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4"

    def right(picture: str) -> Tensor:
        return views.resnet_features(picture)

    def last_block(picture: str, end: str) -> Tensor:
        """Inside the last block of layer4, up to and including `end`."""
        block = views.resnet.layer4[1]
        start = views.resnet.layer4[0](through(picture, all_layers.removesuffix(" layer4")))
        x = start
        for name in ("conv1", "bn1", "relu", "conv2", "bn2"):
            x = getattr(block, name)(x)
            if name == end:
                return x
        return x + start

    yield mistake(
        "vgg-features",
        "This is VGG-19's feature map, which happens to have the same shape. Look again at which "
        "network your function calls.",
        views.vgg_features,
    )
    for count, name in ((5, "layer1"), (6, "layer2"), (7, "layer3")):
        yield mistake(
            name,
            f"This is the output of {name}. {ELSEWHERE}.",
            lambda picture, count=count: through(picture, " ".join(all_layers.split()[:count])),
        )
    for count, name in ((1, "conv1"), (2, "bn1"), (3, "relu"), (4, "maxpool")):
        yield mistake(
            "stem",
            f"This is the output of {name}, near the network's entrance. {ELSEWHERE}.",
            lambda picture, count=count: through(picture, " ".join(all_layers.split()[:count])),
        )
    yield mistake(
        "first-block-of-layer4",
        f"This is the output of the first of the two blocks of layer4. {ELSEWHERE}.",
        lambda picture: views.resnet.layer4[0](
            through(picture, all_layers.removesuffix(" layer4"))
        ),
    )
    for end, name, where in (
        ("conv2", "last-convolution", "of the last convolution itself"),
        ("bn2", "before-last-sum", "of the last batch norm"),
        ("sum", "before-last-relu", "just before the last ReLU, so some numbers are negative"),
        ("conv1", "inside-last-block", "of a convolution inside the last block"),
        ("bn1", "inside-last-block", "of a batch norm inside the last block"),
        ("relu", "inside-last-block", "of the ReLU inside the last block"),
    ):
        yield mistake(
            name,
            f"This is the output {where}. {ELSEWHERE}.",
            lambda picture, end=end: last_block(picture, end),
        )
    yield mistake(
        "pooled",
        "These are 512 numbers, one for each channel: the feature map after global average "
        f"pooling. {ELSEWHERE}.",
        lambda picture: right(picture).mean((2, 3)),
    )
    yield mistake(
        "pooled",
        f"Each channel holds one number in all its places, its mean. {ELSEWHERE}.",
        lambda picture: right(picture).mean((2, 3), keepdim=True).expand(1, 512, 7, 7),
    )
    yield mistake(
        "shortcut-left-out",
        f"In the last block its input is not added before the last ReLU. {ELSEWHERE}.",
        lambda picture: last_block(picture, "bn2").relu(),
    )
    for dims in ((3,), (2,), (2, 3)):
        yield mistake(
            "flipped",
            "Each channel is flipped. Look again at what happens to rows and columns.",
            lambda picture, dims=dims: right(picture).flip(dims),
        )
    yield mistake(
        "logits",
        f"These are 1,000 numbers, the network's scores. {ELSEWHERE}.",
        lambda picture: views.logits("resnet", picture),
    )
    yield mistake(
        "flattened",
        "The numbers are right, all in one row. Look again at the shape that the task asks for.",
        lambda picture: right(picture).flatten(1),
    )
    yield mistake(
        "mean-over-channels",
        "This is one map, all channels taken together. Look again at how many channels the task "
        "asks for.",
        lambda picture: right(picture).mean(1),
    )
    yield mistake(
        "transposed",
        "Rows and columns of each channel are exchanged. Look again at every permute, transpose "
        "and reshape in your function.",
        lambda picture: right(picture).transpose(2, 3),
    )
    yield mistake(
        "channels-last",
        "The channels come last in your tensor. Look again at the order of dimensions that the "
        "task asks for.",
        lambda picture: right(picture).permute(0, 2, 3, 1),
    )
    yield mistake(
        "scrambled",
        "The numbers are right and stand in the wrong places. Look again at the difference between "
        "reshape and permute.",
        lambda picture: right(picture).permute(0, 2, 3, 1).reshape(1, 512, 7, 7),
    )
    yield mistake(
        "batch-norm-train",
        "The batch norms used the picture's own statistics, as while training. Look again at the "
        "mode that the network is in when your function calls it.",
        lambda picture: through(picture, all_layers, network=views.training_resnet()),
    )
    for skipped, what in (
        ("bn1", "the first batch norm"),
        ("relu", "the first ReLU"),
        ("bn1 relu", "the first batch norm and the first ReLU"),
        ("maxpool", "the max-pooling"),
        ("layer1", "layer1"),
    ):
        yield mistake(
            "layer-skipped",
            f"This is what comes out when {what} is left out. Look again at the layers that your "
            "function goes through, one by one.",
            lambda picture, skipped=skipped: through(picture, _without(all_layers, skipped)),
        )
    yield mistake(
        "relu-skipped-and-misplaced",
        "This is what comes out when the first ReLU stands before the batch norm. Look again at "
        "the order of the layers.",
        lambda picture: through(picture, all_layers.replace("bn1 relu", "relu bn1")),
    )
    for name, preparation in PREPARATION_MISTAKES:
        yield mistake(
            name,
            PREPARATION_TEXTS[name],
            lambda picture, preparation=preparation: views.resnet_features(picture, preparation),
        )
    yield mistake(
        "normalised",
        "Your feature map was rescaled: its smallest number is 0 and its largest 1. Look again at "
        "what happens after the network.",
        lambda picture: _unit(right(picture)),
    )
    yield mistake(
        "normalised",
        "Your feature map was divided by its largest number. Look again at what happens after the "
        "network.",
        lambda picture: right(picture) / right(picture).amax(),
    )
    yield from other_picture(views, TASK, lambda picture, _: right(picture).numpy())
    yield from signs(TASK, "feature map")


def _without(layers: str, skipped: str) -> str:
    return " ".join(layer for layer in layers.split() if layer not in skipped.split())


def _unit(array: Tensor) -> Tensor:
    return (array - array.min()) / (array.max() - array.min())
