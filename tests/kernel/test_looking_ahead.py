"""The networks' looks at the lab's pictures and at the class's own are taken once for all."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest

from autograder.assets.weights import find_weights
from autograder.course import find_course
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.lab import Picture, Question, Questions
from tests.kernel.conftest import notebook_of

COUNT = """
computed = []
convolve = F.conv2d
def counted(*arguments):
    computed.append(1)
    return convolve(*arguments)
def f(*pictures):
    layers = []
    for network in (models.resnet18(weights="DEFAULT").eval(), models.vgg19(weights="DEFAULT").eval()):
        for name in pictures:
            F.conv2d = counted
            computed.clear()
            with torch.no_grad():
                seen = network(process_input(name))
            F.conv2d = convolve
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
    told = course.lab.make_questions(course.source, b"looking ahead")
    [made] = told.pictures
    asked = {
        "given": Questions((_question("cat.jpg", "boat.jpg"),)),
        "made": replace(told, questions=(_question(made),)),
        "made, not looked at": replace(told, questions=(_question(made),), looks={}),
    }
    home, kind = find_weights().torch_home, choose_sandbox("auto").kind
    with open_sandbox(course.lab, course.source, home, kind) as sandbox:
        answers = {
            name: sandbox.run(notebook, questions).answers["q"] for name, questions in asked.items()
        }
    for answer in answers.values():
        assert answer.failure is None, answer.failure
    told = {name: [item.value for item in a.value.items] for name, a in answers.items()}
    assert told["given"] == [0, True, 0, True, 0, True, 0, True]
    assert told["made"] == [0, True, 0, True]
    assert told["made, not looked at"] == [20, True, 16, True]


def _question(*pictures: str) -> Question:
    return Question("q", "t", "f", tuple(map(Picture, pictures)))
