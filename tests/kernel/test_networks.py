"""Students get torchvision's networks: quickly, afresh, and able to do all that a lab asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from autograder.assets.weights import find_weights
from autograder.kernel import Sandbox, choose_sandbox, open_sandbox
from autograder.lab import Question, Questions
from autograder.limits import Limits
from tests.kernel.conftest import LIGHT_LAB, notebook_of

PRELOADED = replace(
    LIGHT_LAB.preloaded,
    weights={"resnet18": "resnet18-f37072fd.pth", "vgg19": "vgg19-dcbb9e9d.pth"},
)
LOAD = """
import time, torch
from torchvision import models
def seconds(make):
    started = time.perf_counter()
    make()
    return time.perf_counter() - started
"""


@pytest.fixture(scope="module")
def networks_sandbox(tmp_path_factory) -> Iterator[Sandbox]:
    lab = replace(LIGHT_LAB, files=(), preloaded=PRELOADED)
    folder = tmp_path_factory.mktemp("networks")
    kind = choose_sandbox("auto").kind
    with open_sandbox(lab, folder, find_weights().torch_home, kind, Limits()) as sandbox:
        yield sandbox


def results(sandbox: Sandbox, source: str) -> list[object]:
    questions = Questions((Question("q", "t", "f", ()),))
    answer = sandbox.run(notebook_of(LOAD, source), questions).answers["q"]
    assert answer.failure is None, answer.failure
    return [item.value for item in answer.value.items]


def test_every_way_of_asking_gives_a_fresh_network_quickly(networks_sandbox: Sandbox) -> None:
    source = """
import warnings
warnings.simplefilter("ignore")
def f():
    ways = [
        lambda: models.vgg19(weights="IMAGENET1K_V1"),
        lambda: models.vgg19(weights=models.VGG19_Weights.IMAGENET1K_V1),
        lambda: models.vgg19(weights=models.VGG19_Weights.DEFAULT),
        lambda: models.vgg19(pretrained=True),
        lambda: models.vgg19(True),
        lambda: models.get_model("vgg19", weights="DEFAULT"),
        lambda: models.vgg.vgg19(weights="DEFAULT"),
    ]
    networks = [way() for way in ways]
    return [
        len(set(map(id, networks))),
        len({type(network) for network in networks}),
        all(torch.equal(networks[0].classifier[6].weight, n.classifier[6].weight)
            for n in networks),
        max(map(seconds, ways)) < seconds(lambda: models.vgg19()) / 4,
    ]
"""
    assert results(networks_sandbox, source) == [7, 1, True, True]


def test_a_network_without_weights_is_torchvisions_own(networks_sandbox: Sandbox) -> None:
    source = """
def f():
    network = models.resnet18(num_classes=10)
    return [all(p.requires_grad for p in network.parameters()), network.fc.out_features]
"""
    assert results(networks_sandbox, source) == [True, 10]


def test_weights_are_those_of_the_file(networks_sandbox: Sandbox) -> None:
    source = """
import os
def f():
    path = os.path.join(torch.hub.get_dir(), "checkpoints", "resnet18-f37072fd.pth")
    stored = torch.load(path, weights_only=True)
    loaded = models.resnet18(weights="DEFAULT").state_dict()
    return [stored.keys() == loaded.keys(),
            all(torch.equal(stored[name], loaded[name]) for name in stored)]
"""
    assert results(networks_sandbox, source) == [True, True]


def test_poisoned_weights_poison_neither_the_next_network_nor_the_next_submission(
    networks_sandbox: Sandbox,
) -> None:
    source = """
def f():
    network = models.resnet18(weights="DEFAULT")
    before = float(network.fc.weight.abs().sum())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    return [float(network.fc.weight.abs().sum()), before,
            float(models.resnet18(weights="DEFAULT").fc.weight.abs().sum())]
"""
    first = results(networks_sandbox, source)
    second = results(networks_sandbox, source)
    assert first[0] == 0.0
    assert first[1] == first[2] == second[1] == second[2] > 0


def test_gradients_reach_the_feature_map_by_every_road_and_the_weights(
    networks_sandbox: Sandbox,
) -> None:
    source = """
vgg19 = models.vgg19(weights="DEFAULT").eval()
x = torch.linspace(-1, 1, 3 * 224 * 224).reshape(1, 3, 224, 224)
def score(features):
    return vgg19.classifier(torch.flatten(vgg19.avgpool(features), 1))[0, 7]
def f():
    features = vgg19.features(x)
    features.retain_grad()
    score(features).backward()
    retained = features.grad.clone()
    features = vgg19.features(x)
    [asked] = torch.autograd.grad(score(features), features)
    seen = []
    handle = vgg19.features.register_forward_hook(
        lambda module, inputs, output: output.register_hook(seen.append) and None)
    vgg19(x)[0, 7].backward()
    handle.remove()
    leaf = vgg19.features(x).detach().requires_grad_()
    score(leaf).backward()
    weights = [name for name, p in vgg19.named_parameters() if p.grad is not None]
    others = (asked, seen[0], leaf.grad)
    return [all(torch.allclose(retained, other, atol=1e-6) for other in others),
            float(retained.abs().max()) > 0, len(weights), len(list(vgg19.parameters()))]
"""
    assert results(networks_sandbox, source) == [True, True, 38, 38]


def test_gradients_of_one_question_are_gone_before_the_next(networks_sandbox: Sandbox) -> None:
    source = """
network = models.resnet18(weights="DEFAULT").eval()
own = torch.nn.Linear(2, 2)
def f():
    left = [p.grad is not None for n in (network, own) for p in n.parameters()]
    network(torch.ones(1, 3, 64, 64))[0, 0].backward()
    own(torch.ones(2)).sum().backward()
    return [any(left), network.fc.weight.grad is not None, own.weight.grad is not None]
"""
    asked = tuple(Question(str(n), "t", "f", ()) for n in range(2))
    run = networks_sandbox.run(notebook_of(LOAD, source), Questions(asked))
    for answer in run.answers.values():
        assert [item.value for item in answer.value.items] == [False, True, True]
