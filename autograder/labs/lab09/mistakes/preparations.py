"""How a picture is prepared for a network, and how students prepare it otherwise."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision import transforms

from camlab_solutions.images import IMAGENET_MEAN, IMAGENET_STD

Prepare = Callable[[Image.Image], Tensor]

_MODES = transforms.InterpolationMode
_square = transforms.Resize((224, 224))
_scale = transforms.ToTensor()
_shift = transforms.Normalize(IMAGENET_MEAN, IMAGENET_STD)


def _cropped(resized: int) -> Prepare:
    return transforms.Compose(
        [transforms.Resize(resized), transforms.CenterCrop(224), _scale, _shift]
    )


def _resized(mode: transforms.InterpolationMode) -> Prepare:
    return transforms.Compose([transforms.Resize((224, 224), mode), _scale, _shift])


def _by_torchvision(picture: Image.Image) -> Tensor:
    """Brought to its size, from 0 to 1."""
    return _scale(_square(picture))


def _by_cv2(picture: Image.Image, how: int = cv2.INTER_LINEAR) -> Tensor:
    """The same by cv2."""
    return _scale(cv2.resize(np.asarray(picture), (224, 224), interpolation=how))


def _by_pil(picture: Image.Image) -> Tensor:
    """The same as PIL does it when it is not told how."""
    return _scale(picture.resize((224, 224)))


def _resized_by_cv2(how: int, *, bgr: bool = False) -> Prepare:
    def prepare(picture: Image.Image) -> Tensor:
        scaled = _by_cv2(picture, how)
        return _shift(scaled.flip(0) if bgr else scaled)

    return prepare


def _right(picture: Image.Image) -> Tensor:
    return _shift(_by_torchvision(picture))


def _by_its_own(scaled: Tensor, places: tuple[int, ...]) -> Tensor:
    """Mean 0 and deviation 1, over these dimensions."""
    return (scaled - scaled.mean(places, keepdim=True)) / scaled.std(places, keepdim=True)


def _laid_out_anew(pixels: Tensor) -> Tensor:
    """Rows, columns, colours cut into three pictures, as `reshape` does it."""
    return pixels.permute(1, 2, 0).reshape(pixels.shape)


def _point_lost(place: int) -> transforms.Normalize:
    """The normalisation with one of its six constants a thousand times too large: 406 for 0.406."""
    constants = [*IMAGENET_MEAN, *IMAGENET_STD]
    constants[place] *= 1000
    return transforms.Normalize(constants[:3], constants[3:])


def _one_after_another(first: Prepare, then: Callable[[Tensor], Tensor]) -> Prepare:
    return lambda picture: then(first(picture))


_MEANS, _DEVIATIONS = (
    torch.tensor(three)[:, None, None] for three in (IMAGENET_MEAN, IMAGENET_STD)
)
_CAFFE = torch.tensor([103.939, 116.779, 123.68])[:, None, None]
# Several things at once, as where cv2 reads a picture, and steps in another order. What stands
# behind `[` resizes it.
_MORE: dict[str, Prepare] = {
    "deviation-first": lambda picture: _by_torchvision(picture) / _DEVIATIONS - _MEANS,
    "scaled-at-last": lambda picture: _right(picture) / 255,
    "divided-twice": lambda picture: _shift(_by_torchvision(picture) / 255),
    "own-statistics": lambda picture: _by_its_own(_by_torchvision(picture), (0, 1, 2)),
    "own-statistics-of-colours": lambda picture: _by_its_own(_by_torchvision(picture), (1, 2)),
    "colours-of-constants-reversed": lambda picture: transforms.Normalize(
        IMAGENET_MEAN[::-1], IMAGENET_STD[::-1]
    )(_by_torchvision(picture)),
    "cifar": lambda picture: transforms.Normalize(
        (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
    )(_by_torchvision(picture)),
    "laid-out-anew": lambda picture: _laid_out_anew(_right(picture)),
    "laid-out-anew, then normalised": lambda picture: _shift(
        _laid_out_anew(_by_torchvision(picture))
    ),
    "caffe": lambda picture: 255 * _by_cv2(picture).flip(0) - _CAFFE,
    "bgr, not normalised [cv2": lambda picture: _by_cv2(picture).flip(0),
    "bgr, not scaled [cv2": lambda picture: 255 * _by_cv2(picture).flip(0),
    "bgr, half [cv2": lambda picture: 2 * _by_cv2(picture).flip(0) - 1,
    "crop of a square": transforms.Compose(
        [transforms.Resize((256, 256)), transforms.CenterCrop(224), _scale, _shift]
    ),
    "centre-crop-232": _cropped(232),
    "256": transforms.Compose([transforms.Resize((256, 256)), _scale, _shift]),
    "299": transforms.Compose([transforms.Resize((299, 299)), _scale, _shift]),
    **{
        f"{what} [{name}": _one_after_another(resize, change)
        for name, resize in (("cv2", _by_cv2), ("pil", _by_pil))
        for what, change in (
            ("not normalised", lambda scaled: scaled),
            ("not scaled", lambda scaled: 255 * scaled),
            ("half", lambda scaled: 2 * scaled - 1),
            ("scaled at last", lambda scaled: (255 * scaled - _MEANS) / _DEVIATIONS / 255),
            ("deviation first", lambda scaled: scaled / _DEVIATIONS - _MEANS),
            ("own statistics", lambda scaled: _by_its_own(scaled, (0, 1, 2))),
            ("own statistics of colours", lambda scaled: _by_its_own(scaled, (1, 2))),
            ("not divided", lambda scaled: _shift(255 * scaled)),
            ("divided twice", lambda scaled: _shift(scaled / 255)),
            ("laid out anew", lambda scaled: _laid_out_anew(_shift(scaled))),
        )
    },
}


# How a picture is prepared, and how it should not be. Later networks cost half a second for each.
PREPARATIONS: dict[str, Prepare] = {
    **_MORE,
    "right": _right,
    "no-normalize": _by_torchvision,
    "centre-crop": _cropped(256),
    "centre-crop-224": _cropped(224),
    "bgr": lambda picture: _shift(_by_torchvision(picture).flip(0)),
    "bgr-at-last": lambda picture: _right(picture).flip(0),
    "normalised-twice": lambda picture: _shift(_right(picture)),
    "other-normalisation": lambda picture: (_by_torchvision(picture) - 0.5) / 0.5,
    "swapped-normalisation": lambda picture: transforms.Normalize(IMAGENET_STD, IMAGENET_MEAN)(
        _by_torchvision(picture)
    ),
    "mean-alone": lambda picture: transforms.Normalize(IMAGENET_MEAN, (1, 1, 1))(
        _by_torchvision(picture)
    ),
    "deviation-alone": lambda picture: transforms.Normalize((0, 0, 0), IMAGENET_STD)(
        _by_torchvision(picture)
    ),
    "not-scaled": lambda picture: _by_torchvision(picture) * 255,
    "not-scaled-but-shifted": lambda picture: _shift(_by_torchvision(picture) * 255),
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
    ("other-normalisation.range", "not-scaled-but-shifted"),
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
    ("other-normalisation.order", "scaled-at-last"),
    ("other-normalisation.order", "deviation-first"),
    ("other-normalisation.own", "own-statistics"),
    ("other-normalisation.own", "own-statistics-of-colours"),
    ("other-normalisation.range", "divided-twice"),
    ("other-normalisation", "colours-of-constants-reversed"),
    ("other-normalisation", "cifar"),
    ("other-normalisation.and-more", "caffe"),
    ("scrambled-picture", "laid-out-anew"),
    ("scrambled-picture", "laid-out-anew, then normalised"),
    ("no-normalize.and-more", "bgr, not normalised [cv2"),
    ("no-normalize.and-more", "bgr, not scaled [cv2"),
    ("other-normalisation.and-more", "bgr, half [cv2"),
    ("centre-crop", "crop of a square"),
    ("centre-crop", "centre-crop-232"),
    ("not-resized.size", "256"),
    ("not-resized.size", "299"),
    *(
        (key, f"{what} [{resized}")
        for key, what in (
            ("no-normalize.and-more", "not normalised"),
            ("no-normalize.and-more", "not scaled"),
            ("other-normalisation.and-more", "half"),
            ("other-normalisation.order", "scaled at last"),
            ("other-normalisation.order", "deviation first"),
            ("other-normalisation.own", "own statistics"),
            ("other-normalisation.own", "own statistics of colours"),
            ("other-normalisation.range", "not divided"),
            ("other-normalisation.range", "divided twice"),
            ("scrambled-picture", "laid out anew"),
        )
        for resized in ("cv2", "pil")
    ),
    *(("other-normalisation", f"point-lost-{place}") for place in range(6)),
)
