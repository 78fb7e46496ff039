"""Whether the lab works, and teaches what it should, with the weights in use.

Nobody can see from a file of weights what its network makes of the lab's pictures. This runs the
reference on them, checks every identity that must hold, compares the maps with three libraries
where they are installed, and says which class wins on each picture and whether part 1.5 shows
what it is there for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import VGG, ResNet

from autograder.assets.efficientnet_cam import (
    efficientnet_cam,
    efficientnet_input,
    efficientnet_lite,
)
from autograder.assets.lab_pictures import PICTURES
from autograder.assets.weights import find_weights
from autograder.environment import environment
from camlab_solutions import (
    compute_cam,
    compute_gradcam,
    get_resnet_features,
    load_classes,
    load_resnet,
    load_vgg,
    open_picture,
    process_input,
)

PRISON = 743
CATS = range(281, 286)  # tabby, tiger cat, Persian cat, Siamese cat, Egyptian cat
UNRELATED = 417  # a balloon: a class that neither picture shows
ROUNDING = 1e-4  # relative to the largest value; measured differences are below 2e-5
BEHIND_BARS, WITHOUT_BARS, BOAT = PICTURES


@dataclass(frozen=True)
class Network:
    """A network as the check sees it.

    Attributes:
        name: for people.
        logits: of a picture file; float32 [1000].
        heat_map: of a picture file and a label; float32 [h, w].
        signed: whether its maps have negative values.
        identities: what must hold of it, see `Identity`.
    """

    name: str
    logits: Callable[[Path], Tensor]
    heat_map: Callable[[Path, int], Tensor]
    signed: bool
    identities: Callable[[Path, int], Iterator[Identity]]


@dataclass(frozen=True)
class Identity:
    """Two ways to one number or map, and how far they are apart, as a share of the largest."""

    what: str
    difference: float

    @property
    def holds(self) -> bool:
        return self.difference < ROUNDING


@dataclass(frozen=True)
class Guess:
    name: str
    label: int
    score: float
    probability: float


@dataclass(frozen=True)
class PictureReport:
    """What the network says of one picture: the first five, and the maps of two classes."""

    picture: str
    guesses: tuple[Guess, ...]
    prison: Guess
    maps: tuple[tuple[str, Tensor], ...]


@dataclass(frozen=True)
class NetworkReport:
    """What one network makes of the lab."""

    network: str
    signed: bool
    pictures: tuple[PictureReport, ...]
    identities: tuple[Identity, ...]
    lesson: str
    lesson_shows: bool


def check_network(network: Network, folder: Path) -> NetworkReport:
    """Run everything on one network.

    Args:
        network: see `resnet_network`, `vgg_network` and `efficientnet_network`.
        folder: holds the lab's pictures.
    """
    behind, free = (network.logits(folder / name) for name in (BEHIND_BARS, WITHOUT_BARS))
    first = int(behind.argmax())
    cat = max(CATS, key=lambda label: float(behind[label]))
    other = PRISON if first in CATS else cat
    reports = []
    identities: dict[str, float] = {}
    for name in PICTURES:
        logits = network.logits(folder / name)
        labels = (int(logits.argmax()),) if name == BOAT else (first, other)
        maps = tuple((load_classes()[k], network.heat_map(folder / name, k)) for k in labels)
        guesses = tuple(_guess(logits, k) for k in logits.topk(5).indices.tolist())
        reports.append(PictureReport(name, guesses, _guess(logits, PRISON), maps))
        for label in (*labels, UNRELATED):
            for found in network.identities(folder / name, label):
                worst = max(found.difference, identities.get(found.what, 0.0))
                identities[found.what] = worst
    shows, sentence = _lesson(behind, free, reports[0])
    return NetworkReport(
        network.name,
        network.signed,
        tuple(reports),
        tuple(Identity(what, difference) for what, difference in identities.items()),
        sentence,
        shows,
    )


def networks_in_use() -> Iterator[Network]:
    """ResNet-18 and VGG-19 with the weights of TORCH_HOME, then a real ImageNet network."""
    weights = find_weights()
    named = {"imagenet": "ImageNet's weights", "stand-in": "stand-in weights"}[weights.kind]
    with environment(TORCH_HOME=str(weights.torch_home)):
        yield resnet_network(load_resnet(), f"ResNet-18, {named}")
        yield vgg_network(load_vgg(), f"VGG-19, {named}")
    yield efficientnet_network()


def _guess(logits: Tensor, label: int) -> Guess:
    probability = float(logits.softmax(dim=0)[label])
    return Guess(load_classes()[label], label, float(logits[label]), probability)


def _lesson(behind: Tensor, free: Tensor, report: PictureReport) -> tuple[bool, str]:
    """Whether bars make the network answer something else than a cat, and its maps tell why."""
    first, now = int(behind.argmax()), int(free.argmax())
    names = load_classes()
    lost = float(behind[first] - free[first])
    (_, one), (_, other) = report.maps
    alike = float(torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1])
    lesson = (
        f"Behind bars: {names[first]}; without them: {names[now]}, and the score of "
        f"{names[first]} falls by {lost:.1f}. The two maps correlate {alike:.2f}."
    )
    if first in CATS:
        return False, f"{lesson} The network is not fooled: the lab compares its cat with prison."
    if now not in CATS or lost <= 0:
        return False, f"{lesson} The bars do not explain the mistake."
    if alike > 0.9:
        return False, f"{lesson} The maps hardly differ."
    return True, lesson


def _relative(one: Tensor, other: Tensor, scale: Tensor | None = None) -> float:
    largest = float((other if scale is None else scale).abs().max()) or 1.0
    return float((one - other).abs().max()) / largest


def resnet_network(resnet: ResNet, name: str) -> Network:
    """A ResNet, its CAM, and what must hold of both."""

    def heat_map(picture: Path, label: int) -> Tensor:
        return compute_cam(get_resnet_features(picture, network=resnet), label, network=resnet)

    def identities(picture: Path, label: int) -> Iterator[Identity]:
        features = get_resnet_features(picture, network=resnet)
        cam = compute_cam(features, label, network=resnet)
        with torch.no_grad():
            logits = resnet(process_input(picture))[0]
            rest = resnet.fc(features.mean(dim=(2, 3)))[0]
        yield Identity("the feature map leads to the logits", _relative(rest, logits))
        logit = cam.mean() + resnet.fc.bias[label].detach()
        yield Identity("mean(CAM) + bias = logit", _relative(logit, logits[label], cam))
        gap = compute_gradcam(picture, label, network=_GapNetwork(resnet))
        yield Identity("with GAP, Grad-CAM = ReLU(CAM)", _relative(gap, F.relu(cam), cam))
        yield from _cam_libraries(resnet, picture, label, cam)

    return Network(name, lambda picture: _logits(resnet, picture), heat_map, True, identities)


def vgg_network(vgg: VGG, name: str) -> Network:
    """A VGG, its Grad-CAM, and what must hold of both."""

    def heat_map(picture: Path, label: int) -> Tensor:
        return compute_gradcam(picture, label, network=vgg)

    def identities(picture: Path, label: int) -> Iterator[Identity]:
        yield from _gradcam_libraries(vgg, picture, label, heat_map(picture, label))

    return Network(name, lambda picture: _logits(vgg, picture), heat_map, False, identities)


def _logits(network: nn.Module, picture: Path) -> Tensor:
    with torch.no_grad():
        logits: Tensor = network(process_input(picture))[0]
    return logits


class _GapNetwork(nn.Module):
    """A ResNet in VGG's three parts."""

    def __init__(self, resnet: ResNet) -> None:
        super().__init__()
        self.features = nn.Sequential(*list(resnet.children())[:-2])
        self.avgpool = resnet.avgpool
        self.classifier = resnet.fc


def efficientnet_network() -> Network:
    """EfficientNet-Lite0 with ImageNet's weights, in its own architecture: GAP and one layer."""

    def heat_map(picture: Path, label: int) -> Tensor:
        network = efficientnet_lite(0)
        return efficientnet_cam(open_picture(picture))[label] - network._fc.bias[label]

    def identities(picture: Path, label: int) -> Iterator[Identity]:
        network = efficientnet_lite(0)
        with torch.no_grad():
            logits: Tensor = network(efficientnet_input(open_picture(picture)))[0]
        cam = heat_map(picture, label)
        logit = cam.mean() + network._fc.bias[label]
        yield Identity("mean(CAM) + bias = logit", _relative(logit, logits[label], cam))

    def logits(picture: Path) -> Tensor:
        return efficientnet_cam(open_picture(picture)).mean(dim=(1, 2))

    return Network("EfficientNet-Lite0, ImageNet's weights", logits, heat_map, True, identities)


def _cam_libraries(resnet: ResNet, picture: Path, label: int, cam: Tensor) -> Iterator[Identity]:
    if find_spec("torchcam"):
        from torchcam.methods import CAM  # not a dependency of the grader

        with CAM(resnet, target_layer="layer4", fc_layer="fc") as extractor, torch.no_grad():
            (theirs,) = extractor(label, resnet(process_input(picture)), normalized=False)
        yield Identity("CAM = torchcam's CAM", _relative(theirs[0], cam))


def _gradcam_libraries(vgg: VGG, picture: Path, label: int, ours: Tensor) -> Iterator[Identity]:
    """All of them pool by the mean over 49 places where the lab takes the sum."""
    x = process_input(picture).requires_grad_()  # they differentiate through the whole network
    if find_spec("captum"):
        from captum.attr import LayerGradCam

        signed = 49 * LayerGradCam(vgg, vgg.features).attribute(x, label)[0, 0].detach()
        what = "Grad-CAM = captum's LayerGradCam × 49, with a ReLU"
        yield Identity(what, _relative(ours, F.relu(signed), signed))
    if find_spec("torchcam"):
        from torchcam.methods import GradCAM

        with GradCAM(vgg, target_layer="features") as extractor:
            (theirs,) = extractor(label, vgg(x), normalized=False)
        scale = ours if ours.any() else torch.ones(1)
        difference = _relative(49 * theirs[0].detach(), ours, scale)
        yield Identity("Grad-CAM = torchcam's GradCAM × 49", difference)
    if find_spec("pytorch_grad_cam"):
        yield Identity("Grad-CAM = pytorch-grad-cam's × 49", _pytorch_grad_cam(vgg, x, label, ours))


def _pytorch_grad_cam(vgg: VGG, x: Tensor, label: int, ours: Tensor) -> float:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    with GradCAM(vgg, [vgg.features]) as extractor:
        target = ClassifierOutputTarget(label)
        logits = extractor.activations_and_grads(x)
        target(logits[0]).backward(retain_graph=True)
        kept = extractor.activations_and_grads
        activations, gradients = kept.activations[0].numpy(), kept.gradients[0].numpy()
        theirs = extractor.get_cam_image(x, vgg.features, [target], activations, gradients, False)
    signed = 49 * torch.from_numpy(theirs[0]).float()
    return _relative(F.relu(signed), ours, signed)
