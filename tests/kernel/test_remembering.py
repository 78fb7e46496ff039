"""A remembered look at a picture is the same to the last bit, and never stands in for another."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict

import pytest
import torch
from torch import nn

from autograder.kernel.inside import remembering


@pytest.fixture
def trunk(monkeypatch) -> nn.Sequential:
    """Three convolutions of which only the last one's bias needs gradients, as in VGG-19."""
    monkeypatch.setattr(remembering, "_memory", OrderedDict())
    torch.manual_seed(7)
    layers = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(inplace=True), nn.Conv2d(8, 8, 3), nn.ReLU(inplace=True),
        nn.Conv2d(8, 8, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2),
    ).eval()  # fmt: skip
    layers.requires_grad_(False)
    layers[4].bias.requires_grad_(True)
    remembering.remember(nn.Sequential(layers))
    return layers


@pytest.fixture
def picture() -> torch.Tensor:
    return torch.randn(1, 3, 24, 24)


@pytest.fixture
def runs(trunk, monkeypatch):
    """How often the first convolution was computed."""
    count = []
    original = torch.nn.functional.conv2d

    def counted(x, weight, *others):
        if weight.shape[1] == 3:
            count.append(1)
        return original(x, weight, *others)

    monkeypatch.setattr(torch.nn.functional, "conv2d", counted)
    return count


def _plainly(trunk: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    for layer in trunk:
        x = layer(x)
    return x


def test_a_second_look_is_equal_to_the_last_bit_and_computes_no_trunk(trunk, picture, runs):
    first, second = trunk(picture), trunk(picture.clone())
    assert len(runs) == 1
    assert torch.equal(first, second)
    assert torch.equal(second, _plainly(trunk, picture))


def test_the_feature_map_is_part_of_a_graph_each_time(trunk, picture):
    for _ in range(2):
        feature_map = trunk(picture)
        feature_map.retain_grad()
        feature_map.square().sum().backward()
        assert torch.equal(feature_map.grad, 2 * feature_map.detach())


def test_another_picture_is_looked_at(trunk, picture, runs):
    trunk(picture)
    changed = picture.clone()
    changed[0, 0, 5, 5] += 1e-3
    assert torch.equal(trunk(changed), _plainly(trunk, changed))
    assert len(runs) == 3  # both looks, and the plain one


@pytest.mark.parametrize("how", ["in place", "behind autograd's back", "another parameter", "copy"])
def test_changed_weights_are_noticed(trunk, picture, how):
    before = trunk(picture).detach()
    match how:
        case "in place":
            with torch.no_grad():
                trunk[0].weight.mul_(1.001)
        case "behind autograd's back":
            trunk[0].weight.data[0, 0, 0, 0] += 0.5
        case "another parameter":
            trunk[2].weight = nn.Parameter(torch.randn(8, 8, 3, 3), requires_grad=False)
        case "copy":
            trunk = copy.deepcopy(trunk)
            nn.init.normal_(trunk[2].weight)
    after = trunk(picture)
    assert not torch.equal(after, before)
    assert torch.equal(after, _plainly(trunk, picture))


def test_a_replaced_layer_is_noticed(trunk, picture):
    trunk(picture)
    trunk[1] = nn.Identity().eval()
    assert torch.equal(trunk(picture), _plainly(trunk, picture))


def test_hooks_on_a_layer_run_each_time(trunk, picture):
    trunk(picture)
    seen = []
    handle = trunk[0].register_forward_hook(lambda layer, x, y: seen.append(y.shape))
    trunk(picture)
    trunk(picture)
    handle.remove()
    assert len(seen) == 2


@pytest.mark.parametrize("where", ["layer", "its class", "a class that all come from"])
def test_a_replaced_method_is_called_each_time(trunk, picture, monkeypatch, where):
    trunk(picture)
    seen = []
    call = nn.Module.__call__
    match where:
        case "layer":
            trunk[0].forward = lambda x: seen.append(x) or x
        case "its class":
            monkeypatch.setattr(nn.ReLU, "forward", lambda layer, x: seen.append(x) or x)
        case "a class that all come from":
            monkeypatch.setattr(
                nn.Module, "__call__", lambda layer, *xs: seen.append(xs) or call(layer, *xs)
            )
    if where == "layer":
        trunk[2] = nn.Conv2d(3, 8, 3).eval()
    trunk(picture)
    before = len(seen)
    trunk(picture)
    assert len(seen) == 2 * before > 0


def test_training_mode_runs_every_layer(trunk, picture, runs):
    trunk(picture)
    trunk.train()
    trunk(picture)
    assert len(runs) == 2


def test_an_input_that_needs_gradients_gets_them(trunk, picture):
    trunk(picture)
    x = picture.clone().requires_grad_()
    trunk(x).sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_where_nobody_wants_gradients_no_layer_runs_twice(trunk, picture, monkeypatch):
    with torch.no_grad():
        first = trunk(picture)
        monkeypatch.setattr(torch.nn.functional, "conv2d", None)
        assert torch.equal(trunk(picture), first)


def test_looks_noted_elsewhere_serve_here(trunk, picture, runs, monkeypatch):
    with remembering.noted() as looks:
        first = trunk(picture)
    monkeypatch.setattr(remembering, "_memory", OrderedDict())
    remembering.learn(looks)
    assert torch.equal(trunk(picture), first)
    assert len(runs) == 1


def test_the_looks_used_last_are_kept(trunk, picture, runs, monkeypatch):
    monkeypatch.setattr(remembering, "KEPT", 3)
    for number in range(5):
        trunk(picture)
        trunk(picture + number + 1)
    assert len(runs) == 6


class Small(nn.Module):
    """A trunk and a classifier, as small beside it as ResNet's or as large as VGG's."""

    def __init__(self, trunk, classes):
        super().__init__()
        self.trunk, self.fc = trunk, nn.Linear(8, classes)

    def forward(self, x):
        return self.fc(self.trunk(x).mean(dim=(2, 3)))


def test_a_whole_network_is_remembered_where_its_trunk_is_most_of_it(trunk, picture, monkeypatch):
    networks = [Small(trunk, classes).eval() for classes in (2, 500)]
    for network in networks:
        trunk.__class__ = nn.Sequential
        remembering.remember(network)
    with torch.no_grad():
        first = networks[0](picture)
        networks[1](picture)
        monkeypatch.setattr(torch.nn.functional, "linear", None)
        assert torch.equal(networks[0](picture), first)
        with pytest.raises(TypeError):
            networks[1](picture)


def test_a_whole_network_gives_gradients_and_notices_changes(trunk, picture):
    network = Small(trunk, 2).eval()
    trunk.__class__ = nn.Sequential
    remembering.remember(network)
    with torch.no_grad():
        before = network(picture)
        network.fc.weight[0, 0] += 1
        assert not torch.equal(network(picture), before)
    network(picture)[0, 0].backward()
    assert network.fc.weight.grad is not None


@pytest.mark.parametrize("again", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_network_can_be_copied_and_kept_in_a_file(trunk, picture, again):
    network = Small(trunk, 2).eval()
    trunk.__class__ = nn.Sequential
    remembering.remember(network)
    other = again(network)
    assert isinstance(other, Small)
    assert isinstance(other.trunk, nn.Sequential)
    assert repr(other) == repr(network)
    assert torch.equal(other(picture), network(picture))
    assert other.fc.weight is not network.fc.weight


def test_layers_that_do_nothing_keep_no_hold_of_the_picture(trunk, picture):
    for place in range(len(trunk)):
        trunk[place] = nn.Identity().eval()
    before = picture.clone()
    trunk(picture)
    picture.zero_()
    assert torch.equal(trunk(before), before)


def test_what_was_seen_in_inference_mode_serves_gradients_later(trunk, picture):
    with torch.inference_mode():
        trunk(picture)
    trunk(picture).sum().backward()
    assert trunk[4].bias.grad is not None


def test_changing_the_answer_changes_no_memory(trunk, picture):
    with torch.no_grad():
        trunk(picture).zero_()
        assert torch.equal(trunk(picture), _plainly(trunk, picture))


def test_it_passes_for_torchs_own(trunk):
    assert isinstance(trunk, nn.Sequential)
    assert repr(trunk).startswith("Sequential(")


def test_a_copy_in_double_precision_looks_for_itself(trunk, picture, runs):
    trunk(picture)
    precise = copy.deepcopy(trunk).double()
    assert precise(picture.double()).dtype == torch.float64
    assert len(runs) == 2
