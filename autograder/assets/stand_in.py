"""Stand-in weights, for where ImageNet's cannot be downloaded.

torchvision's own ResNet-18 and VGG-19, with a seeded trunk whose activations are normalised on a
few pictures, and a last layer fitted in closed form (ridge regression) so that the evidence of each
class in each cell of the feature map is what EfficientNet-Lite0 sees there. Guesses and heat maps
then look sensible on those pictures. Nothing else is claimed of these networks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torchvision import models, transforms

from autograder.assets.efficientnet_cam import efficientnet_cam

SEED = 413_2026_09  # not one that a student's own untrained network is likely to have
TOP_PROBABILITY = 0.4  # peaked, so that a forgotten or doubled softmax shows
RIDGE = 1e-2

# Parts of a picture, as fractions (left, top, right, bottom).
_BOXES = ((0, 0, 1, 1), (0.15, 0.1, 0.85, 0.9), (0, 0, 0.6, 0.7), (0.4, 0.3, 1, 1))


def make_resnet18(pictures: list[Image.Image]) -> nn.Module:
    """ResNet-18 with calibrated batch norms and a fitted `fc`."""
    views = list(_views(pictures))
    x = _batch(views)
    with _seeded() as random, torch.no_grad():
        network = models.resnet18()
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.momentum = None  # the statistics become the mean over all views
                layer.weight.copy_(0.5 + torch.rand(layer.weight.shape, generator=random))
                layer.bias.copy_(0.3 * torch.randn(layer.bias.shape, generator=random))
        network.train()(x)
        network.eval()
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.momentum = 0.1
        trunk = nn.Sequential(*list(network.children())[:-2])
        feature_maps = trunk(x)
        wanted = _evidence(views)
        bias = torch.randn(1000, generator=random)
        weight = _ridge(_cells(feature_maps), _cells(wanted) - bias)
        network.fc.weight.copy_(weight)
        network.fc.bias.copy_(bias)
        _sharpen(network.fc, network(_batch(pictures)))
    return network.requires_grad_(True)


def make_vgg19(pictures: list[Image.Image]) -> nn.Module:
    """VGG-19 with normalised convolutions and a fitted last layer of its classifier."""
    views = list(_views(pictures))
    with _seeded() as random, torch.no_grad():
        with torch.device("meta"):
            network = models.vgg19()
        network = network.to_empty(device="cpu").eval()
        feature_maps = _normalise_convolutions(network.features, _batch(views), random)
        first, second, last = (network.classifier[index] for index in (0, 3, 6))
        _pool_in_first_layer(first, feature_maps, random)
        second.weight.normal_(0, (2 / second.in_features) ** 0.5, generator=random)
        second.bias.normal_(0, 0.1, generator=random)
        cells = _cells(feature_maps)
        # A picture that is the same cell everywhere has that cell's evidence as its logits.
        tiled = F.relu(_tile(first, cells))
        whole = F.relu(first(feature_maps.flatten(1)))
        hidden = F.relu(second(torch.cat([tiled, whole])))
        wanted = _evidence(views)
        targets = torch.cat([_cells(wanted), wanted.mean(dim=(2, 3))])
        last.bias.copy_(torch.randn(1000, generator=random))
        last.weight.copy_(_ridge(hidden, targets - last.bias))
        _sharpen(last, network(_batch(pictures)))
    return network.requires_grad_(True)


def save(network: nn.Module, path: Path) -> None:
    """Write a state dict as torchvision's own files hold it. The name is part of the bytes."""
    torch.save(network.state_dict(), path)


@contextmanager
def _seeded() -> Iterator[torch.Generator]:
    """A seeded generator, the global seed for torchvision's own initialisation, one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums over threads differ in the last bit
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            yield torch.Generator().manual_seed(SEED)
    finally:
        torch.set_num_threads(threads)


def _views(pictures: list[Image.Image]) -> Iterator[Image.Image]:
    """Each picture and parts of it, every one also mirrored."""
    for picture in pictures:
        width, height = picture.size
        for left, top, right, bottom in _BOXES:
            box = (left * width, top * height, right * width, bottom * height)
            left, top, right, bottom = map(round, box)
            part = picture.crop((left, top, right, bottom))
            yield part
            yield part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _batch(pictures: list[Image.Image]) -> Tensor:
    """The lab's own preprocessing: float32 [N, 3, 224, 224]."""
    preprocess = transforms.Compose(
        [
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
        ]
    )
    return torch.stack([preprocess(picture.convert("RGB")) for picture in pictures])


def _evidence(views: list[Image.Image]) -> Tensor:
    """EfficientNet-Lite0's evidence in each view: [N, 1000, 7, 7]."""
    return torch.stack([efficientnet_cam(view) for view in views])


def _cells(maps: Tensor) -> Tensor:
    """[N, C, 7, 7] as one row for each cell: [N * 49, C]."""
    return maps.permute(0, 2, 3, 1).flatten(0, 2)


def _ridge(inputs: Tensor, targets: Tensor) -> Tensor:
    """The weights W [K, C] that minimise |inputs Wᵀ - targets|² + λ |W|², in float64."""
    x, y = inputs.double(), targets.double()
    scale = RIDGE * float(x.square().sum()) / min(x.shape)
    if x.shape[0] < x.shape[1]:
        gram = x @ x.T
        gram.diagonal().add_(scale)
        return torch.linalg.solve(gram, y).T.matmul(x).float()
    gram = x.T @ x
    gram.diagonal().add_(scale)
    return torch.linalg.solve(gram, x.T @ y).T.float()


def _bias_of(layer: nn.Conv2d) -> Tensor:
    assert layer.bias is not None  # VGG's convolutions have one
    return layer.bias


def _normalise_convolutions(features: nn.Sequential, x: Tensor, random: torch.Generator) -> Tensor:
    """Give each channel of each convolution mean and spread of its own on `x`, layer by layer.

    Without this, sixteen random layers map all pictures to nearly the same feature map.
    """
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            layer.weight.normal_(0, 1, generator=random)
            bias = _bias_of(layer)
            bias.zero_()
            x = layer(x)
            mean, spread = x.mean(dim=(0, 2, 3)), x.std(dim=(0, 2, 3))
            offset = 0.3 * torch.randn(len(mean), generator=random)
            gain = 0.5 + torch.rand(len(mean), generator=random)
            layer.weight.mul_((gain / spread)[:, None, None, None])
            bias.copy_(offset - gain * mean / spread)
            x = x.sub_(mean[:, None, None]).mul_((gain / spread)[:, None, None])
            x = x.add_(offset[:, None, None])
        else:
            x = layer(x)
    return x


def _pool_in_first_layer(first: nn.Linear, feature_maps: Tensor, random: torch.Generator) -> None:
    """Let each hidden unit weigh channels, mostly alike in all 49 places."""
    channels = feature_maps.shape[1]
    weight = first.weight.view(first.out_features, channels, 49)
    weight.normal_(0, 0.5, generator=random)  # what differs from place to place
    weight.add_(torch.randn(first.out_features, channels, 1, generator=random))
    mean = feature_maps.mean(dim=(0, 2, 3))
    spread = _cells(feature_maps).sub(mean).norm(dim=1).mean()
    weight.div_(49 * spread)
    first.bias.copy_(0.2 * torch.randn(first.out_features, generator=random))
    first.bias.sub_(weight.sum(dim=2) @ mean)


def _tile(first: nn.Linear, cells: Tensor) -> Tensor:
    """What `first` gives for pictures whose 49 cells are all alike: [N, 4096]."""
    summed = first.weight.view(first.out_features, -1, 49).sum(dim=2)
    return cells @ summed.T + first.bias


def _sharpen(linear: nn.Linear, logits: Tensor) -> None:
    """Scale a last layer until the top probability is, on average, what it should be."""
    low, high = 0.01, 100.0
    for _ in range(60):
        factor = (low * high) ** 0.5
        top = float((factor * logits).softmax(dim=1).amax(dim=1).mean())
        low, high = (factor, high) if top < TOP_PROBABILITY else (low, factor)
    linear.weight.mul_(factor)
    linear.bias.mul_(factor)
