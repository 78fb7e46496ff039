"""Short ways to a gradient lead to the gradient."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from autograder.lab import Questions
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.gradients import Gradients
from camlab_solutions import gradcam_before_relu

PICTURE, LABEL = "cat.jpg", 281


@pytest.fixture(scope="module")
def activations(root) -> Activations:
    return Activations(Questions(()), root / "source" / "lab09")


@pytest.fixture(scope="module")
def gradients(activations) -> Gradients:
    return Gradients(activations)


def close(one: torch.Tensor, other: torch.Tensor) -> bool:
    return float((one - other).abs().max()) <= 1e-4 * float(other.abs().max())


def whole_gradient(activations: Activations, score, head=None) -> torch.Tensor:
    """Through the whole classifier, as a student computes it: [512, 7, 7]."""
    leaf = activations.vgg_features(PICTURE).clone().requires_grad_()
    logits = (head or (lambda X: activations.vgg.classifier(X.flatten(1))))(leaf)[0]
    return torch.autograd.grad(score(logits), leaf)[0][0]


def test_the_right_map_is_the_references(gradients, activations, root):
    reference = gradcam_before_relu(
        root / "source" / "lab09" / PICTURE, LABEL, network=activations.vgg
    )
    assert close(gradients.right(PICTURE, LABEL), reference)


def test_all_classes_at_once_are_those_of_each(gradients):
    maps = gradients.of_all(PICTURE)
    assert maps.shape == (1000, 7, 7)
    for label in (0, LABEL, 999):
        assert close(maps[label], gradients.right(PICTURE, label))


@pytest.mark.parametrize("score", [lambda z, k: z[k], lambda z, k: z.softmax(0)[k]])
def test_sums_over_places_are_those_of_the_whole_gradient(gradients, activations, score):
    alpha = whole_gradient(activations, lambda z: score(z, LABEL)).sum((1, 2))
    expected = torch.einsum("c,chw->hw", alpha, activations.vgg_features(PICTURE)[0])
    assert close(gradients.signed(PICTURE, LABEL, score), expected)


def test_the_gradient_in_each_place_too(gradients, activations):
    _, gradient = gradients.of(PICTURE, LABEL)
    assert close(gradient, whole_gradient(activations, lambda z: z[LABEL]))


@pytest.mark.parametrize(
    ("order", "head"),
    [
        ("channels-last", lambda X: X.permute(0, 2, 3, 1).flatten(1)),
        ("transposed", lambda X: X.transpose(2, 3).flatten(1)),
        ("averaged", lambda X: X.mean((2, 3), keepdim=True).expand(X.shape).flatten(1)),
    ],
)
def test_other_ways_into_the_classifier(gradients, activations, order, head):
    gradient = whole_gradient(
        activations, lambda z: z[LABEL], lambda X: activations.vgg.classifier(head(X))
    )
    alpha = gradient.sum((1, 2))
    expected = torch.einsum("c,chw->hw", alpha, activations.vgg_features(PICTURE)[0])
    assert close(gradients.signed(PICTURE, LABEL, order=order), expected)


@pytest.mark.parametrize("relu", [True, False])
def test_before_the_pooling_one_relu_is_passed(gradients, activations, relu):
    layers = activations.vgg.features
    with torch.no_grad():
        leaf = layers[:35](activations.input(PICTURE)).clone()
    leaf = (leaf.relu() if relu else leaf).requires_grad_()
    pooled = F.max_pool2d(leaf.clone() if relu else leaf.relu(), 2)
    logits = activations.vgg.classifier(pooled.flatten(1))
    (expected,) = torch.autograd.grad(logits[0, LABEL], leaf)
    features, gradient = gradients.at_convolution(PICTURE, LABEL, relu=relu)
    assert close(gradient, expected[0]) and close(features, leaf.detach()[0])
