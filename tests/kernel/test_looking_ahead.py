"""The warm process has looked at the lab's pictures before the first submission asks for them."""

from __future__ import annotations

import nbformat
import pytest

from autograder.assets.weights import find_weights
from autograder.course import find_course
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.lab import Question, Questions
from tests.kernel.conftest import notebook_of

COUNT = """
computed = []
convolve = torch.nn.Conv2d.forward
def counted(layer, x):
    computed.append(layer)
    return convolve(layer, x)
def f():
    layers = []
    for network in (models.resnet18(weights="DEFAULT").eval(), models.vgg19(weights="DEFAULT").eval()):
        for name in ("cat.jpg", "boat.jpg"):
            torch.nn.Conv2d.forward = counted
            computed.clear()
            with torch.no_grad():
                seen = network(process_input(name))
            torch.nn.Conv2d.forward = convolve
            layers.append(len(computed))
            network.train()  # in training mode every layer runs
            for layer in network.modules():
                if not isinstance(layer, torch.nn.Sequential):
                    layer.training = False
            with torch.no_grad():
                layers.append(torch.equal(network(process_input(name)), seen))
            network.eval()
    return layers
"""  # noqa: E501


@pytest.fixture(scope="module")
def source(root) -> nbformat.NotebookNode:
    return nbformat.read(root / "source" / "lab09" / "lab09.ipynb", as_version=4)


def test_the_first_look_of_a_submission_is_the_second_one(root, source):
    course = find_course(root)
    cells = {cell.id: cell.source for cell in source.cells}
    notebook = notebook_of(cells["imports"], cells["process_input"], COUNT)
    questions = Questions((Question("q", "t", "f", ()),))
    home, kind = find_weights().torch_home, choose_sandbox("auto").kind
    with open_sandbox(course.lab, course.source, home, kind) as sandbox:
        answer = sandbox.run(notebook, questions).answers["q"]
    assert answer.failure is None, answer.failure
    # ResNet's stem is no Sequential, and VGG's last convolution has a bias that needs gradients.
    assert [item.value for item in answer.value.items] == [1, True, 1, True, 1, True, 1, True]
