"""Maps of layers before the right one, down to the picture itself, brought to 7 × 7 or not.

A pass through VGG-19 and back: looked at only where nothing else explains the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.lab import Mistake, PatternMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.answer_patterns import PlainAnswers
from autograder.labs.lab09.mistakes.relations import fitting, one_fits_all
from autograder.labs.lab09.mistakes.texts import text

Maps = Mapping[str, Tensor]  # what it is -> [h, w]
SIZES = (7, 14)  # what a student brings a map to

# How the gradient g of the picture x, [3, 224, 224], becomes one map, [224, 224].
COLOURS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "largest": lambda g, x: g.abs().amax(0),
    "all": lambda g, x: g.abs().sum(0),
    "signed": lambda g, x: g.sum(0),
    "largest signed": lambda g, x: g.amax(0),
    "positive": lambda g, x: g.relu().sum(0),
    "largest positive": lambda g, x: g.relu().amax(0),
    "norm": lambda g, x: g.norm(dim=0),
    "times the picture": lambda g, x: (g * x).sum(0),
    "positive times the picture": lambda g, x: (g * x).sum(0).relu(),
    "size times the picture": lambda g, x: (g * x).abs().sum(0),
    "pooled times the picture": lambda g, x: torch.einsum("c,chw->hw", g.sum((1, 2)), x),
}

# How a map [1, 1, h, w] is brought to another size.
RESIZED: tuple[Callable[[Tensor, int], Tensor], ...] = (
    F.adaptive_avg_pool2d,
    F.adaptive_max_pool2d,
    partial(F.interpolate, mode="nearest"),
    partial(F.interpolate, mode="bilinear"),
    partial(F.interpolate, mode="bilinear", align_corners=True),
    partial(F.interpolate, mode="bilinear", antialias=True),
    partial(F.interpolate, mode="bicubic"),
)


def earlier_layers(task: str, activations: Activations) -> Iterator[Mistake]:
    for key, maps in (("layer-before-pooling.earlier", _of_layers), ("input-gradient", _of_input)):

        def candidates(question: Question, maps: Callable[..., Maps] = maps) -> Maps:
            picture, label = activations.picture(question), activations.label(question)
            return maps(activations, picture, label)

        shows = partial(_shows, candidates)
        said = text(task, key)
        yield PatternMistake(key.partition(".")[0], task, said, shows=shows, last=True)


def _shows(
    candidates: Callable[[Question], Maps], actual: PlainAnswers, expected: PlainAnswers
) -> bool:
    """Whether one and the same map is what was given, in all, whatever its scale."""
    if not all(map(_is_map, actual.values())):
        return False
    if sum(bool(answer.any()) for answer in actual.values()) <= len(actual) / 2:
        return False
    return one_fits_all(
        _ways(candidates(question), answer.squeeze()) for question, answer in actual.items()
    )


def _is_map(answer: object) -> bool:
    return (
        isinstance(answer, np.ndarray)
        and answer.squeeze().ndim == 2
        and answer.squeeze().shape[0] == answer.squeeze().shape[1]
        and bool(np.isfinite(answer).all())
    )


def _ways(maps: Maps, answer: np.ndarray) -> set[tuple[str, int]]:
    """Of which map, and by which way to another size, the answer is made."""
    size = len(answer)
    ways = set()
    for name, one in maps.items():
        if len(one) == size:
            made = [one]
        elif size in SIZES and len(one) > size:
            # A ReLU may come before it is brought to its size, or behind.
            sides = (one[None, None], one[None, None].relu())
            made = [resize(side, size)[0, 0] for side in sides for resize in RESIZED]
        else:
            continue
        rows = torch.stack(made).reshape(len(made), -1).double().numpy()
        ways |= {(name, way) for way in fitting(rows, answer.ravel())}
    return ways


def _of_layers(activations: Activations, picture: str, label: int) -> Maps:
    """Grad-CAM at each layer of VGG-19's trunk."""
    return _at_all(activations, picture, label)[0]


def _of_input(activations: Activations, picture: str, label: int) -> Maps:
    """The input's gradient, of both networks."""

    def of_resnet() -> Maps:
        x = activations.input(picture).clone().requires_grad_()
        (g,) = torch.autograd.grad(activations.resnet(x)[0, label], x)
        return _saliencies("resnet", g, x)

    key = ("input gradient", picture, label)
    return {**_at_all(activations, picture, label)[1], **activations.cached(key, of_resnet)}


def _at_all(activations: Activations, picture: str, label: int) -> tuple[Maps, Maps]:
    def compute() -> tuple[Maps, Maps]:
        x = activations.input(picture).clone().requires_grad_()
        outputs = _outputs(activations.vgg.features, x)
        z = activations.vgg.classifier(outputs[-1].flatten(1))[0]
        x_gradient, *gradients = torch.autograd.grad(z[label], [x, *outputs])
        layers = {
            str(place): torch.einsum("c,chw->hw", g[0].sum((1, 2)), made.detach()[0])
            for place, (made, g) in enumerate(zip(outputs[:-1], gradients, strict=False))
        }
        return layers, _saliencies("vgg", x_gradient, x)

    return activations.cached(("all layers", picture, label), compute)


def _outputs(layers: nn.Sequential, x: Tensor) -> list[Tensor]:
    """Of each layer; a ReLU that works in place would change the one before it."""
    outputs = []
    for layer in layers:
        x = F.relu(x) if isinstance(layer, nn.ReLU) else layer(x)
        outputs.append(x)
    return outputs


def _saliencies(network: str, gradient: Tensor, x: Tensor) -> Maps:
    picture = x.detach()[0]
    return {f"{network} {name}": one(gradient[0], picture) for name, one in COLOURS.items()}
