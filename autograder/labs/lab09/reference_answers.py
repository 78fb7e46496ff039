"""What the reference answers, and what judges need besides: the map before its ReLU."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from autograder.answers import Answer, Array, Scalar, Sequence, Value
from autograder.lab import Argument, Global, Picture, Plain, Questions, Tensor
from autograder.labs.lab09.trusted_networks import networks, one_thread
from camlab_solutions import compute_cam, get_resnet_features, gradcam_before_relu, predict
from camlab_solutions.images import ImageFile

BEFORE_RELU = "#before-relu"  # behind a question's key: the same map, signed


def reference_answers(questions: Questions, folder: Path) -> Mapping[str, Answer]:
    """Answer all questions with `camlab_solutions`, on one thread, with the weights in use."""
    reference: dict[str, Answer] = {}
    with one_thread():
        for question in questions.questions:
            arguments = [_argument(argument, questions, folder) for argument in question.arguments]
            for suffix, value in _ANSWER[question.task](*arguments).items():
                key = question.key + suffix
                reference[key] = Answer(key, value)
    return reference


def _argument(argument: Argument, questions: Questions, folder: Path) -> Any:
    match argument:
        case Global(name):
            resnet, vgg = networks()
            return {"resnet": resnet, "vgg19": vgg}[name]
        case Picture(name):
            made = questions.pictures.get(name)
            return folder / name if made is None else io.BytesIO(made)
        case Tensor(name):
            return torch.from_numpy(questions.arrays[name].copy())
        case Plain(value):
            return value
    raise TypeError(f"lab 09 asks nothing with {argument!r}")


def _predict(model: nn.Module, picture: ImageFile) -> dict[str, Value]:
    triples = tuple(
        Sequence((Scalar(name, "str"), Scalar(label, "int"), Scalar(p, "float")), "tuple")
        for name, label, p in predict(model, picture)
    )
    return {"": Sequence(triples, "list")}


def _features(picture: ImageFile) -> dict[str, Value]:
    return {"": _array(get_resnet_features(picture, network=networks()[0]))}


def _cam(features: torch.Tensor, label: int) -> dict[str, Value]:
    return {"": _array(compute_cam(features, label, network=networks()[0]))}


def _gradcam(picture: ImageFile, label: int) -> dict[str, Value]:
    signed = gradcam_before_relu(picture, label, network=networks()[1])
    return {"": _array(F.relu(signed)), BEFORE_RELU: _array(signed)}


def _array(tensor: torch.Tensor) -> Array:
    return Array(tensor.detach().numpy(), "torch.Tensor")


_ANSWER: Mapping[str, Callable[..., dict[str, Value]]] = {
    "predict": _predict,
    "get_resnet_features": _features,
    "compute_cam": _cam,
    "compute_gradcam": _gradcam,
}
