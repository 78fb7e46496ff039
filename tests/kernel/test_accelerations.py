"""What makes networks quicker changes nothing that anybody can tell."""

from __future__ import annotations

import copy
import gc
import itertools
import pickle
import weakref
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.kernel.guest.accelerations import activation_cache, lazy_gradients

_files = itertools.count()


class Network(nn.Module):
    """VGG-19 in small: two convolutions, and a layer whose gradients can wait."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True), nn.BatchNorm2d(8),
            nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        )  # fmt: skip
        self.classifier = nn.Sequential(nn.Linear(8 * 12 * 12, 920), nn.ReLU(), nn.Dropout())

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


@pytest.fixture(scope="module")
def plain() -> Network:
    torch.manual_seed(7)
    return Network().eval()


@pytest.fixture
def network(plain) -> Network:
    """The same, accelerated, new for each test."""
    activation_cache.clear()
    network = copy.deepcopy(plain)
    activation_cache.register(network, f"file {next(_files)}")
    return network


@pytest.fixture
def picture() -> torch.Tensor:
    return torch.randn(1, 3, 24, 24)


@pytest.fixture
def convolutions(network, monkeypatch) -> list:
    """One entry for each that was computed."""
    count: list = []
    convolve = F.conv2d
    monkeypatch.setattr(F, "conv2d", lambda *a, **k: count.append(1) or convolve(*a, **k))
    return count


def close(actual: torch.Tensor, expected: torch.Tensor) -> bool:
    return torch.allclose(actual, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("gradients", [True, False])
def test_a_second_look_is_the_first_to_the_last_bit_and_computes_no_convolution(
    network, plain, picture, convolutions, gradients
):
    with torch.set_grad_enabled(gradients):
        first = network(picture)
        convolutions.clear()
        second = network(picture.clone())
        assert not convolutions
        assert torch.equal(first, second) and torch.equal(second, plain(picture))
        assert second.requires_grad == gradients
        second.detach().zero_()
        assert torch.equal(network(picture), first)


def test_every_parameter_has_the_gradient_that_it_has_at_home(network, plain, picture):
    for one in (network, plain):
        one.zero_grad()
        for _ in range(2):  # they add up
            one(picture)[0, 3].backward()
    grads = [parameter.grad for parameter in network.parameters()]
    assert all(map(close, grads, [parameter.grad for parameter in plain.parameters()]))


def test_gradients_that_nobody_reads_are_not_computed(network, picture, convolutions):
    network(picture)
    convolutions.clear()
    features = network.features(picture)
    features.retain_grad()
    network.classifier(features.flatten(1))[0, 1].backward()
    assert features.grad is not None and not convolutions
    network.zero_grad()
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not convolutions and not lazy_gradients._pending


def test_what_autograd_grad_does_not_ask_for_is_not_computed(network, plain, picture):
    def products(one: Network) -> int:
        features = one.features(picture).detach().requires_grad_()
        logit = one.classifier(features.flatten(1))[0, 1]
        with torch.profiler.profile() as profile:
            torch.autograd.grad(logit, features)
        return sum(event.name in ("aten::mm", "aten::addmm") for event in profile.events())

    assert products(network) == products(plain) == 1, "of the weights there would be another"


ROADS: dict[str, Callable] = {
    "autograd.grad of weights": lambda n, x: torch.autograd.grad(
        n(x)[0, 3], list(n.parameters())
    ),
    "backward to some": lambda n, x: (
        n(x)[0, 3].backward(inputs=[n.features[0].weight]),
        [p.grad for p in n.parameters() if p.grad is not None],
    )[1],
    "of the picture": lambda n, x: torch.autograd.grad(n(leaf := x.clone().requires_grad_())[0, 3],
                                                      leaf),
    "of the gradient": lambda n, x: torch.autograd.grad(
        torch.autograd.grad(n(leaf := x.clone().requires_grad_())[0].square().sum(), leaf,
                            create_graph=True)[0].square().sum(),
        [n.features[0].weight, n.classifier[0].weight],
    ),
    "a step of an optimiser": lambda n, x: (
        optimiser := torch.optim.SGD(n.parameters(), 0.01),
        n(x)[0, 3].backward(), optimiser.step(), optimiser.zero_grad(), [n(x)],
    )[-1],
    "a hook on a weight": lambda n, x: (
        seen := [], n.features[0].weight.register_hook(seen.append), n(x)[0, 3].backward(), seen,
    )[-1],
    "hooks of every kind": lambda n, x: (
        seen := [],
        n.features[3].register_forward_hook(lambda m, i, o: seen.append(o.detach().clone())),
        n.features.register_full_backward_hook(lambda m, i, o: seen.append(o[0])),
        n.register_forward_pre_hook(lambda m, i: seen.append(i[0])),
        n(x)[0, 3].backward(), seen,
    )[-1],
    "torch.func": lambda n, x: [
        torch.func.grad(lambda f: n.classifier(f.flatten(1))[0, 3])(n.features(x).detach()),
        torch.func.jvp(lambda x: n(x)[0, 3], (x,), (torch.ones_like(x),))[1],
        torch.func.functional_call(n, {k: v * 2 for k, v in n.named_parameters()}, (x,)),
    ],
    "jit.trace": lambda n, x: [torch.jit.trace(n.features.requires_grad_(False), x)(x)],
    "jit.script": lambda n, x: [torch.jit.script(n)(x)],
    "fx": lambda n, x: [torch.fx.symbolic_trace(n)(x)],
    "a copy": lambda n, x: [copy.deepcopy(n)(x)],
    "a slice": lambda n, x: [n.features[:2](x), n.features[:4](x), n.features[:-1](x)],
    "a batch": lambda n, x: [n(torch.cat([x, x]))],
    "a pickle": lambda n, x: [pickle.loads(pickle.dumps(n.features))(x)],
    "double": lambda n, x: [n.double()(x.double()).float()],
    "a frozen network": lambda n, x: [n.requires_grad_(False)(x)],
    "inference mode first": lambda n, x: (
        _inference(n, x), torch.autograd.grad(n(x)[0, 3], n.features[0].weight),
    )[1],
}  # fmt: skip


def _inference(network: nn.Module, x: torch.Tensor) -> None:
    with torch.inference_mode():
        network(x)


@pytest.mark.parametrize("road", ROADS)
def test_every_road_leads_where_it_leads_at_home(network, plain, picture, road):
    network(picture)
    expected = ROADS[road](copy.deepcopy(plain), picture)
    actual = ROADS[road](network, picture)
    assert len(actual) == len(expected) > 0
    assert all(map(close, actual, expected))


CHANGES: dict[str, Callable] = {
    "in place": lambda n: n.features[0].weight.mul_(2),
    "two weights swapped": lambda n: (
        n.features[0].weight.view(-1)[:2].copy_(n.features[0].weight.view(-1)[:2].flip(0).clone())
    ),
    "data": lambda n: n.features[0].weight.data.mul_(2),
    "new data": lambda n: setattr(n.features[0].weight, "data", n.features[0].weight * 2),
    "numpy": lambda n: n.features[0].weight.numpy().__imul__(2),
    "detached numpy": lambda n: n.features[3].bias.detach().numpy().__iadd__(1),
    "a part of it": lambda n: n.features[0].weight[0].detach().numpy().__imul__(2),
    "another parameter": lambda n: setattr(n.features[3], "bias", nn.Parameter(torch.ones(8))),
    "a buffer": lambda n: n.features[2].running_mean.add_(1),
    "loaded": lambda n: n.load_state_dict({k: v + 1 for k, v in n.state_dict().items()}),
    "training": lambda n: n.features[2].train(),
    "an attribute": lambda n: setattr(n.features[2], "eps", 0.5),
    "another layer": lambda n: n.features.__setitem__(1, nn.Identity()),
    "another forward": lambda n: setattr(n.features[1], "forward", lambda x: x),
    "a layer less": lambda n: n.features.__delitem__(1),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("gradients", [True, False])
def test_whatever_is_changed_is_seen(network, plain, picture, change, gradients):
    """By the first look after it, and again after a second change."""
    other = copy.deepcopy(plain)
    with torch.set_grad_enabled(gradients):
        before = network(picture).detach()
    with torch.no_grad():
        CHANGES[change](network)
        CHANGES[change](other)
    with torch.set_grad_enabled(gradients):
        assert not torch.equal(network(picture), before)
        assert close(network(picture), other(picture.clone()))


def test_a_method_that_a_class_was_given_is_used(network, picture, monkeypatch):
    before = network(picture)
    monkeypatch.setattr(nn.ReLU, "forward", lambda self, x: x)
    assert not torch.equal(network(picture), before)


def test_it_passes_for_torchs_own(network, plain):
    assert type(network) is Network and type(network.features) is nn.Sequential
    assert repr(network) == repr(plain)
    assert vars(network.features).keys() == vars(plain.features).keys()


def test_what_was_recorded_serves_another_process_and_holds_no_answer(
    network, picture, convolutions
):
    with activation_cache.record() as recorded, torch.no_grad():
        output = network(picture)
        features = network.features(picture)
    assert recorded
    for kept in recorded.values():
        assert kept.shape not in (output.shape, features.shape)
    activation_cache.clear()
    activation_cache.preload(recorded)
    convolutions.clear()
    with torch.no_grad():
        assert torch.equal(network(picture), output)
    assert not convolutions


def test_a_network_that_nobody_holds_is_gone(network, plain, picture):
    other = copy.deepcopy(plain)
    activation_cache.register(other, "another file")
    with torch.no_grad():
        other(picture)
    gone = weakref.ref(other), weakref.ref(other.features), weakref.ref(other.features[0].weight)
    del other
    gc.collect()
    assert [one() for one in gone] == [None] * 3


def test_a_copy_costs_the_network_nothing(network, picture, convolutions):
    network(picture)
    copy.deepcopy(network)
    convolutions.clear()
    network(picture)
    assert not convolutions


def test_only_so_much_is_kept(network, monkeypatch):
    monkeypatch.setattr(activation_cache, "KEPT", 3)
    for _ in range(5):
        network.features(torch.randn(1, 3, 24, 24))
    assert len(activation_cache._activations) == 3
