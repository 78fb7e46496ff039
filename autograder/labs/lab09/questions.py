"""What is asked of every submission: pictures × labels, some made for this class alone."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import nn
from torchvision.models import VGG, ResNet

from autograder.kernel.guest.accelerations.activation_cache import clear, record
from autograder.lab import Argument, Global, Picture, Plain, Question, Questions, Tensor
from autograder.labs.lab09.known_pictures import KNOWN
from autograder.labs.lab09.trusted_networks import fresh_networks, networks, one_thread
from camlab_solutions import compute_cam, get_resnet_features, get_vgg_features, process_input

# Pictures that nobody saw before: what a student's function remembered of the known ones does not
# help: one is taller and one is wider than any of those, over 500 and over 800 pixels.
TALL, WIDE = "made-tall.png", "made-wide.jpg"
MADE = {TALL: (352, 264), WIDE: (864, 243)}  # width and height of each of their two parts
NAMES = (*KNOWN, TALL, WIDE)
# A map can tell right from wrong when its positive part is not tiny beside the whole, and when it
# has a negative part that a missing or an extra ReLU would change.
POSITIVE, NEGATIVE = 0.3, 0.15
# Two probabilities nearer than this are a tie for some processor; rounding moves them by 3e-6.
GAP, DRAWS = 1e-4, 50


def make_questions(folder: Path, secret: bytes) -> Questions:
    """Make a class's questions; the same folder, secret and weights give the same ones.

    Args:
        folder: holds cat.jpg and boat.jpg.
        secret: what the made picture and the choice of labels are drawn from.
    """
    random = np.random.default_rng(list(hashlib.sha256(b"lab09" + secret).digest()))
    made = {name: _clear_picture(folder, name, random) for name in MADE}

    def opened(name: str) -> Path | io.BytesIO:
        return io.BytesIO(made[name]) if name in made else folder / name

    with one_thread():
        resnet, vgg = networks()
        features = {
            name: get_resnet_features(opened(name), network=resnet) for name in (*KNOWN, TALL)
        }
        vgg_features = {
            name: get_vgg_features(opened(name), network=vgg) for name in (*KNOWN, WIDE)
        }
        questions = (
            *_predict_questions(),
            *_feature_questions(),
            *_cam_questions(features, resnet, random),
            *_gradcam_questions(vgg_features, vgg, random),
        )
        resnet, vgg = fresh_networks()  # others let every layer run once somebody held a weight
        activations = {
            **_activations(process_input(opened(TALL)), (resnet,)),
            **_activations(process_input(opened(WIDE)), (resnet, vgg)),
        }
    arrays = {name: feature_map.numpy() for name, feature_map in features.items()}
    return Questions(questions, made, arrays, activations)


def _activations(picture: torch.Tensor, asked: Sequence[nn.Module]) -> dict[str, np.ndarray]:
    """What the trunks of networks make of a picture: no answer to any question."""
    clear(answers_only=True)  # or their trunks would not run
    with record() as activations, torch.no_grad():
        for network in asked:
            network(picture)
    return {key: output.detach().numpy() for key, output in activations.items()}


def _clear_picture(folder: Path, name: str, random: np.random.Generator) -> bytes:
    """A made picture on which no tie decides which five classes come first, and in which order."""
    resnet, _ = networks()
    for _ in range(DRAWS):
        made = _made_picture(folder, name, random)
        with one_thread(), torch.no_grad():
            first = resnet(process_input(io.BytesIO(made)))[0].softmax(0).topk(6).values
        if float((first[:-1] - first[1:]).min()) >= GAP:
            break
    return made


def _made_picture(folder: Path, name: str, random: np.random.Generator) -> bytes:
    """Parts of the cat and the boat, one over the other, recoloured."""
    parts = []
    for known in KNOWN:
        picture = Image.open(folder / known).convert("RGB")
        width, height = picture.size
        left, top = random.uniform(0, 0.25, 2) * (width, height)
        right, bottom = random.uniform(0.75, 1, 2) * (width, height)
        part = picture.resize(MADE[name], box=(left, top, right, bottom))
        parts.append(ImageOps.mirror(part) if random.random() < 0.5 else part)
    if random.random() < 0.5:
        parts.reverse()
    pixels = np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])
    pixels = pixels * random.uniform(0.8, 1.1, 3) + random.uniform(-15, 15)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    if name.endswith(".png"):
        image.save(buffer, "PNG")
    else:
        image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _question(task: str, key: str, *arguments: Argument) -> Question:
    return Question(f"{task}/{key}", task, task, arguments)


def _predict_questions() -> Iterator[Question]:
    # The known pictures: what a student has seen. The made ones: answers that were written down or
    # remembered, and a preparation that differs with the size or the shape of a picture.
    for name in NAMES:
        yield _question("predict", f"resnet/{name}", Global("resnet"), Picture(name))
    # `resnet` written in the function, where `model` should be: this question alone shows it.
    yield _question("predict", "vgg19/cat.jpg", Global("vgg19"), Picture("cat.jpg"))
    # Lists that grow from call to call, networks left in training: the first time was right.
    yield _question("predict", "resnet/cat.jpg/again", Global("resnet"), Picture("cat.jpg"))


def _feature_questions() -> Iterator[Question]:
    # As for predict; the last one shows hooks that pile up and lists of which the first is taken.
    for name in (*NAMES, "cat.jpg/again"):
        yield _question("get_resnet_features", name, Picture(name.removesuffix("/again")))


def _cam_questions(
    features: Mapping[str, torch.Tensor], resnet: ResNet, random: np.random.Generator
) -> Iterator[Question]:
    first = int(resnet.fc(features["cat.jpg"].mean(dim=(2, 3)))[0].argmax())
    for name, feature_map in features.items():
        logits = resnet.fc(feature_map.mean(dim=(2, 3)))[0]

        def cam(label: int, feature_map: torch.Tensor = feature_map) -> torch.Tensor:
            return compute_cam(feature_map, label, network=resnet)

        ranked = logits.argsort(descending=True).tolist()
        telling = _telling_labels(cam, ranked[2:], random, 2)
        # Where the bias is largest beside its map, it shows that it was added.
        maps = torch.einsum("kc,nchw->khw", resnet.fc.weight, feature_map)
        biased = int((resnet.fc.bias.abs() / maps.abs().amax((1, 2))).argmax())
        # The predicted class alone hides that `label` is not used, and on trained weights that a
        # ReLU was added; the second is much like it; the telling ones have both signs. Class 0 is
        # what `if label:` misses, and 999 what counting from 1 runs past.
        for label in dict.fromkeys((ranked[0], ranked[1], *telling, biased, 0, 999)):
            shared = (name, label) == ("cat.jpg", first)
            yield _question("compute_cam", f"{name}/{label}", Tensor(name, shared), Plain(label))
    # The very tensor that was given the first time: whoever changed it in place is wrong here, and
    # nowhere else. So is whoever adds to a map that outlives the call.
    again = (Tensor("cat.jpg", shared=True), Plain(first))
    yield _question("compute_cam", f"cat.jpg/{first}/again", *again)


def _gradcam_questions(
    features: Mapping[str, torch.Tensor], vgg: VGG, random: np.random.Generator
) -> Iterator[Question]:
    """Few, for each costs a pass through VGG-19's classifier and back."""
    asked: list[tuple[str, int]] = []
    special = [0, 999]
    for name, feature_map in features.items():
        leaf = feature_map.clone().requires_grad_()
        logits = vgg.classifier(torch.flatten(vgg.avgpool(leaf), 1))[0]

        def before_relu(
            label: int, leaf: torch.Tensor = leaf, logits: torch.Tensor = logits
        ) -> torch.Tensor:
            (gradient,) = torch.autograd.grad(logits[label], leaf, retain_graph=True)
            return torch.einsum("nc,nchw->hw", gradient.sum(dim=(2, 3)), leaf.detach())

        ranked = logits.detach().argsort(descending=True).tolist()
        # Where the score is negative, a ReLU behind the classifier shows.
        negative = [label for label in ranked[50:] if logits[label] < 0]
        (other,) = _telling_labels(before_relu, negative or ranked[50:], random, 1)
        # The predicted class of the known pictures: what a student has seen, and where a missing
        # ReLU shows least. The other class has both signs: it shows the ReLU, and that `label` is
        # used. Class 0 is what `label or argmax` misses, 999 what counting from 1 runs past;
        # each is asked about a picture on which its map is not all zero.
        labels = [other]
        if name != "cat.jpg":
            edges = [label for label in special if _positive_part(before_relu(label)) >= POSITIVE]
            special = [label for label in special if label not in edges[:1]]
            labels = edges[:1] or labels
        first = [ranked[0]] if name in KNOWN else []
        asked += [(name, label) for label in dict.fromkeys((*first, *labels))]
    for name, label in asked:
        yield _question("compute_gradcam", f"{name}/{label}", Picture(name), Plain(label))
    # Gradients that pile up in `.grad`, hooks that stay: the first time was right.
    name, label = asked[1]
    yield _question("compute_gradcam", f"{name}/{label}/again", Picture(name), Plain(label))


def _positive_part(signed_map: torch.Tensor) -> float:
    """How large the positive part of a map is beside the whole."""
    return float(F.relu(signed_map).max()) / (float(signed_map.abs().max()) or 1.0)


def _telling_labels(
    signed_map: Callable[[int], torch.Tensor],
    ranked: Sequence[int],
    random: np.random.Generator,
    count: int,
) -> list[int]:
    """Labels from `ranked`, drawn at random, whose map can tell right from wrong."""
    best: list[tuple[float, int]] = []
    for label in random.permutation(ranked)[:60].tolist():
        heat_map = signed_map(label)
        scale = float(heat_map.abs().max()) or 1.0
        positive = _positive_part(heat_map)
        negative = float(F.relu(-heat_map).max()) / scale
        best.append((min(positive / POSITIVE, negative / NEGATIVE, 1.0), label))
        if sum(score >= 1 for score, _ in best) == count:
            break
    best.sort(key=lambda pair: -pair[0])
    return [label for _, label in best[:count]]
