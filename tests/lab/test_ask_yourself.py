"""What the folded answers of the lab's questions for oneself say is so."""

from __future__ import annotations

import nbformat
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.labs.lab09.trusted_networks import networks
from camlab_solutions import compute_cam, compute_gradcam, get_resnet_features, process_input


@pytest.fixture(scope="module")
def questions(root) -> list[str]:
    notebook = nbformat.read(root / "source" / "lab09" / "lab09.ipynb", as_version=4)
    texts = [cell.source for cell in notebook.cells if cell.id.startswith("self_test")]
    return [one for text in texts for one in text.split("<details>")[1:]]


def test_each_part_asks_and_each_answer_is_folded(questions):
    assert len(questions) == 8
    for one in questions:
        assert one.startswith("<summary>") and one.rstrip().endswith("</details>")
        assert "</summary>\n\n" in one, "Markdown needs the empty line"


def test_a_bias_for_all_moves_scores_and_neither_maps_nor_probabilities(source_folder):
    resnet, _ = networks()
    features = get_resnet_features(source_folder / "cat.jpg", network=resnet)
    before, scores = compute_cam(features, 743, network=resnet), resnet.fc(features.mean((2, 3)))
    raised = nn.Linear(512, 1000)
    raised.weight, raised.bias = resnet.fc.weight, nn.Parameter(resnet.fc.bias.detach() + 5)
    other = nn.Module()
    other.fc = raised
    torch.testing.assert_close(compute_cam(features, 743, network=other), before)
    now = raised(features.mean((2, 3)))
    torch.testing.assert_close(now, scores + 5)
    torch.testing.assert_close(now.softmax(1), scores.softmax(1))


def test_a_larger_picture_has_a_larger_map_and_the_identity_holds(source_folder):
    resnet, _ = networks()
    large = F.interpolate(process_input(source_folder / "cat.jpg"), size=(448, 448))
    with torch.no_grad():
        score = resnet(large)[0, 743]
        for name, part in resnet.named_children():
            large = part(large)
            if name == "layer4":
                break
        heat = torch.einsum("c,cij->ij", resnet.fc.weight[743], large[0])
    assert large.shape == (1, 512, 14, 14) and heat.shape == (14, 14)
    torch.testing.assert_close(heat.mean() + resnet.fc.bias[743], score)


class _Small(nn.Module):
    """A network of VGG's kind, with positive features, whose channels may be scaled."""

    def __init__(self, scale: torch.Tensor, sign: float = 1.0) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.convolution = nn.Conv2d(3, 8, 32, stride=32)
        self.rest = nn.Sequential(nn.Flatten(), nn.Linear(8 * 49, 16), nn.ReLU(), nn.Linear(16, 9))
        self.scale, self.sign = scale.view(1, -1, 1, 1), sign

    def features(self, x: torch.Tensor) -> torch.Tensor:
        return self.convolution(x).relu() * self.scale

    def score(self, features: torch.Tensor) -> torch.Tensor:
        return self.sign * self.rest(features / self.scale)[0, 3]

    def gradcam(self, x: torch.Tensor) -> torch.Tensor:
        features = self.features(x).detach().requires_grad_()
        (slopes,) = torch.autograd.grad(self.score(features), features)
        return (slopes.sum((2, 3), keepdim=True) * features).sum(1)[0].relu().detach()


def test_a_channel_twice_as_strong_and_read_half_as_much_leaves_gradcam_as_it_is():
    x, scale = torch.rand(1, 3, 224, 224), torch.ones(8)
    before = _Small(scale).gradcam(x)
    scale[7] = 2
    assert before.max() > 0
    torch.testing.assert_close(_Small(scale).gradcam(x), before)


def test_a_second_backward_doubles_what_is_read():
    small, x = _Small(torch.ones(8)), torch.rand(1, 3, 224, 224)
    features = small.features(x).detach().requires_grad_()
    small.score(features).backward()
    once = features.grad.clone()
    small.score(features).backward()
    torch.testing.assert_close(features.grad, 2 * once)


def test_features_are_positive_so_negative_weights_leave_nothing(source_folder):
    _, vgg = networks()
    with torch.no_grad():
        features = vgg.features(process_input(source_folder / "cat.jpg"))
    assert features.min() >= 0
    weights = -torch.rand(512, 1, 1)
    assert (weights * features[0]).sum(0).relu().max() == 0
    assert compute_gradcam(source_folder / "cat.jpg", 743, network=vgg).min() >= 0
