"""What the networks make of the pictures, each thing computed once and only when it is wanted."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torchvision.models import VGG, ResNet

from autograder.lab import Picture, Plain, Question, Questions
from autograder.lab import Tensor as TensorArgument
from autograder.labs.lab09.mistakes.preparations import PREPARATIONS
from autograder.labs.lab09.trusted_networks import networks, one_thread
from camlab_solutions.images import open_picture

T = TypeVar("T")


class Activations:
    """The class's pictures, seen through both networks. Not for several threads at once."""

    def __init__(self, questions: Questions, folder: Path) -> None:
        self._questions = questions
        self._folder = folder
        self._kept: dict[tuple[object, ...], Any] = {}

    def cached(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        """`compute()`, remembered under `key`; on one thread, as a submission computes."""
        if key not in self._kept:
            with one_thread():
                self._kept[key] = compute()
        return self._kept[key]

    @staticmethod
    def on_one_thread(answer: Callable[[Question], T]) -> Callable[[Question], T]:
        """`answer`, computed as a submission computes; whoever asks remembers it."""

        def computed(question: Question) -> T:
            with one_thread():
                return answer(question)

        return computed

    # What a question asks about.

    @staticmethod
    def picture(question: Question) -> str:
        return next(
            item.name for item in question.arguments if isinstance(item, Picture | TensorArgument)
        )

    @staticmethod
    def label(question: Question) -> int:
        return next(
            item.value
            for item in question.arguments
            if isinstance(item, Plain) and isinstance(item.value, int)
        )

    # Networks.

    @property
    def resnet(self) -> ResNet:
        return networks()[0]

    @property
    def vgg(self) -> VGG:
        return networks()[1]

    def training_resnet(self) -> ResNet:
        """A copy whose batch norms use the statistics of the picture itself."""
        return self.cached(("training",), lambda: copy.deepcopy(self.resnet).train())

    # Tensors.

    def input(self, picture: str, preparation: str = "right") -> Tensor:
        def prepare() -> Tensor:
            made = self._questions.pictures.get(picture)
            file = self._folder / picture if made is None else io.BytesIO(made)
            return PREPARATIONS[preparation](open_picture(file)).unsqueeze(0)

        return self.cached(("input", picture, preparation), prepare)

    def features(self, picture: str) -> Tensor:
        """What the class's `compute_cam` is given."""
        return torch.from_numpy(self._questions.arrays[picture])

    def logits(self, network: str, picture: str, preparation: str = "right") -> Tensor:
        """[1000]."""

        @torch.no_grad()
        def compute() -> Tensor:
            if network == "vgg19":
                features = self.vgg.avgpool(self.vgg_features(picture, preparation))
                return self.vgg.classifier(features.flatten(1))[0]
            if network == "training":
                return self.training_resnet()(self.input(picture, preparation))[0]
            return self.resnet.fc(self.resnet_features(picture, preparation).mean((2, 3)))[0]

        return self.cached(("logits", network, picture, preparation), compute)

    def resnet_features(self, picture: str, preparation: str = "right") -> Tensor:
        """[1, 512, 7, 7]."""

        @torch.no_grad()
        def compute() -> Tensor:
            x = self.input(picture, preparation)
            for layer in list(self.resnet.children())[:-2]:
                x = layer(x)
            return x

        return self.cached(("resnet", picture, preparation), compute)

    def vgg_convolved(self, picture: str, preparation: str = "right") -> Tensor:
        """The last convolution's output, before its ReLU: [1, 512, 14, 14]."""

        @torch.no_grad()
        def compute() -> Tensor:
            return self.vgg.features[:35](self.input(picture, preparation))

        return self.cached(("vgg", picture, preparation), compute)

    def vgg_features(self, picture: str, preparation: str = "right") -> Tensor:
        """[1, 512, 7, 7]."""
        convolved = self.vgg_convolved(picture, preparation)
        return nn.functional.max_pool2d(convolved.relu(), 2)


def pictures_for_all(
    answer: Callable[[str, Question], object],
) -> tuple[tuple[str, Callable[[Question], object]], ...]:
    """Rows: one of the pictures that students know, whichever is asked about."""
    return tuple(
        (
            f"other-picture.{name.partition('.')[0]}",
            lambda question, name=name: answer(name, question),
        )
        for name in ("cat.jpg", "boat.jpg")
    )
