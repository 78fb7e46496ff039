"""What must hold of the reference by mathematics alone."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from camlab_solutions import (
    compute_cam,
    compute_gradcam,
    get_resnet_features,
    get_vgg_features,
    predict,
    process_input,
)
from tests.camlab_solutions.conftest import LABELS


@pytest.mark.parametrize("label", LABELS)
def test_the_mean_of_a_cam_plus_the_bias_is_the_logit(resnet, picture, label):
    cam = compute_cam(get_resnet_features(picture, network=resnet), label, network=resnet)
    with torch.no_grad():
        logits = resnet(process_input(picture))[0]
    told = cam.mean() + resnet.fc.bias[label]
    torch.testing.assert_close(told, logits[label], rtol=1e-4, atol=1e-4)


def test_the_features_are_those_of_all_layers_but_the_last_two(resnet, picture):
    trunk = nn.Sequential(*list(resnet.children())[:-2])
    with torch.no_grad():
        assert torch.equal(
            get_resnet_features(picture, network=resnet), trunk(process_input(picture))
        )


class GapNetwork(nn.Module):
    """VGG's parts around global average pooling and one linear layer."""

    def __init__(self, resnet: nn.Module) -> None:
        super().__init__()
        self.features = nn.Sequential(*list(resnet.children())[:-2])
        self.avgpool = resnet.avgpool
        self.classifier = resnet.fc

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


@pytest.mark.parametrize("label", LABELS)
def test_on_a_gap_network_gradcam_is_relu_of_cam(resnet, picture, label):
    cam = compute_cam(get_resnet_features(picture, network=resnet), label, network=resnet)
    gradcam = compute_gradcam(picture, label, network=GapNetwork(resnet))
    torch.testing.assert_close(gradcam, F.relu(cam), rtol=1e-4, atol=1e-4 * float(cam.abs().max()))


def test_probabilities_come_from_all_classes_highest_first(resnet, vgg, picture):
    for network in (resnet, vgg):
        told = predict(network, picture)
        with torch.no_grad():
            probabilities = network(process_input(picture))[0].softmax(dim=0)
        assert [label for _, label, _ in told] == probabilities.argsort(descending=True)[
            :5
        ].tolist()
        assert all(abs(p - float(probabilities[label])) < 1e-6 for _, label, p in told)


def test_nothing_is_left_behind(resnet, vgg, picture):
    features = get_vgg_features(picture, network=vgg)
    compute_gradcam(picture, 285, network=vgg)
    assert not features.requires_grad
    assert not compute_cam(get_resnet_features(picture, network=resnet), 0, network=resnet).grad_fn
    for network in (resnet, vgg):
        assert not network.training
        assert all(parameter.grad is None for parameter in network.parameters())


def test_a_label_that_is_none_is_refused(resnet, picture):
    with pytest.raises(IndexError):
        compute_cam(get_resnet_features(picture, network=resnet), 1000, network=resnet)
