"""What the networks make of the pictures, each thing computed once and only when it is wanted."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision import transforms
from torchvision.models import VGG, ResNet

from autograder.lab import Picture, Plain, Question, Questions
from autograder.lab import Tensor as TensorArgument
from autograder.labs.lab09.trusted_networks import networks, one_thread
from camlab_solutions.images import IMAGENET_MEAN, IMAGENET_STD, open_picture

T = TypeVar("T")
_MODES = transforms.InterpolationMode
_square = transforms.Resize((224, 224))
_scale = transforms.ToTensor()
_shift = transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)


def _cropped(resized: int) -> Callable[[Image.Image], Tensor]:
    return transforms.Compose(
        [transforms.Resize(resized), transforms.CenterCrop(224), _scale, _shift]
    )


def _resized(mode: transforms.InterpolationMode) -> Callable[[Image.Image], Tensor]:
    return transforms.Compose([transforms.Resize((224, 224), mode), _scale, _shift])


def _resized_by_cv2(how: int, *, bgr: bool = False) -> Callable[[Image.Image], Tensor]:
    def prepare(picture: Image.Image) -> Tensor:
        pixels = np.asarray(picture)[..., :: -1 if bgr else 1]
        resized = cv2.resize(pixels.copy(), (224, 224), interpolation=how)
        return _shift(_scale(resized))

    return prepare


def _right(picture: Image.Image) -> Tensor:
    return _shift(_scale(_square(picture)))


def _point_lost(place: int) -> transforms.Normalize:
    """The normalisation with one of its six constants a thousand times too large: 406 for 0.406."""
    constants = [*IMAGENET_MEAN, *IMAGENET_STD]
    constants[place] *= 1000
    return transforms.Normalize(constants[:3], constants[3:])


# How a picture is prepared, and how it should not be. Later networks cost half a second for each.
PREPARATIONS: dict[str, Callable[[Image.Image], Tensor]] = {
    "right": _right,
    "no-normalize": lambda picture: _scale(_square(picture)),
    "centre-crop": _cropped(256),
    "centre-crop-224": _cropped(224),
    "bgr": lambda picture: _shift(_scale(_square(picture)).flip(0)),
    "bgr-at-last": lambda picture: _right(picture).flip(0),
    "normalised-twice": lambda picture: _shift(_right(picture)),
    "other-normalisation": lambda picture: (_scale(_square(picture)) - 0.5) / 0.5,
    "swapped-normalisation": lambda picture: transforms.Normalize(IMAGENET_STD, IMAGENET_MEAN)(
        _scale(_square(picture))
    ),
    "mean-alone": lambda picture: transforms.Normalize(IMAGENET_MEAN, (1, 1, 1))(
        _scale(_square(picture))
    ),
    "deviation-alone": lambda picture: transforms.Normalize((0, 0, 0), IMAGENET_STD)(
        _scale(_square(picture))
    ),
    "not-scaled": lambda picture: _scale(_square(picture)) * 255,
    "not-scaled-but-shifted": lambda picture: _shift(_scale(_square(picture)) * 255),
    "mirrored": lambda picture: _right(picture).flip(2),
    "upside-down": lambda picture: _right(picture).flip(1),
    "transposed": lambda picture: _right(picture).transpose(1, 2),
    "grey": lambda picture: _right(picture.convert("L").convert("RGB")),
    "nearest": _resized(_MODES.NEAREST),
    "bicubic": _resized(_MODES.BICUBIC),
    "cv2": _resized_by_cv2(cv2.INTER_LINEAR),
    "cv2-area": _resized_by_cv2(cv2.INTER_AREA),
    "cv2-cubic": _resized_by_cv2(cv2.INTER_CUBIC),
    "cv2-bgr": _resized_by_cv2(cv2.INTER_LINEAR, bgr=True),
    "cv2-area-bgr": _resized_by_cv2(cv2.INTER_AREA, bgr=True),
    "cropped-alone": transforms.Compose([transforms.CenterCrop(224), _scale, _shift]),
    "not-squared": transforms.Compose([transforms.Resize(224), _scale, _shift]),
    "not-resized": lambda picture: _shift(_scale(picture)),
    "resized-as-a-tensor": lambda picture: _shift(_square(_scale(picture))),
    "resized-without-antialiasing": lambda picture: _shift(
        nn.functional.interpolate(_scale(picture)[None], (224, 224), mode="bilinear")[0]
    ),
    "lanczos": _resized(_MODES.LANCZOS),
    **{
        f"point-lost-{place}": transforms.Compose([_square, _scale, _point_lost(place)])
        for place in range(6)
    },
}
# The mistake's name and the preparations that are it, the most frequent ones first.
PREPARATION_MISTAKES: tuple[tuple[str, str], ...] = (
    ("no-normalize", "no-normalize"),
    ("centre-crop", "centre-crop"),
    ("bgr", "bgr"),
    ("other-normalisation", "other-normalisation"),
    ("centre-crop", "centre-crop-224"),
    ("bgr", "bgr-at-last"),
    ("other-normalisation", "normalised-twice"),
    ("mirrored", "mirrored"),
    ("bgr", "cv2-bgr"),
    ("other-resizing", "cv2"),
    ("grey", "grey"),
    ("no-normalize", "not-scaled"),
    ("other-normalisation", "not-scaled-but-shifted"),
    ("other-normalisation", "swapped-normalisation"),
    ("other-normalisation", "mean-alone"),
    ("other-normalisation", "deviation-alone"),
    ("turned", "upside-down"),
    ("turned", "transposed"),
    ("other-resizing", "nearest"),
    ("other-resizing", "bicubic"),
    ("other-resizing", "cv2-area"),
    ("other-resizing", "cv2-cubic"),
    ("bgr", "cv2-area-bgr"),
    ("centre-crop", "cropped-alone"),
    ("other-resizing", "not-squared"),
    ("other-resizing", "resized-as-a-tensor"),
    ("other-resizing", "resized-without-antialiasing"),
    ("other-resizing", "lanczos"),
    ("not-resized", "not-resized"),
    *(("other-normalisation", f"point-lost-{place}") for place in range(6)),
)


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
