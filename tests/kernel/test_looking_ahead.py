"""The networks' looks at the lab's pictures and at the class's own are taken once for all."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import numpy as np
import pytest

from autograder.answers import Array
from autograder.assets.weights import find_weights
from autograder.course import find_course
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.lab import Picture, Question, Questions, Tensor
from autograder.labs.lab09.questions import WIDE
from autograder.labs.lab09.trusted_networks import networks
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
            hooks = [m.register_forward_hook(lambda *_: None) for m in network.modules()]
            with torch.no_grad():  # with a hook on each, every layer runs
                layers.append(torch.equal(network(process_input(name)), seen))
            for hook in hooks:
                hook.remove()
    return layers
"""  # noqa: E501


@pytest.fixture(scope="module")
def source(root) -> nbformat.NotebookNode:
    return nbformat.read(root / "source" / "lab09" / "lab09.ipynb", as_version=4)


def test_the_first_look_of_a_submission_is_the_second_one(root, source):
    course = find_course(root)
    cells = {cell.id: cell.source for cell in source.cells}
    notebook = notebook_of(cells["imports"], cells["process_input"], COUNT)
    for network in networks():  # as somebody before us in this process may have done
        next(network.parameters()).numpy()
    told = course.lab.make_questions(course.source, b"looking ahead")
    made = WIDE  # the one that both networks are asked about
    asked = {
        "given": Questions((_question("cat.jpg", "boat.jpg"),)),
        "made": replace(told, questions=(_question(made),)),
        "made, not looked at": replace(told, questions=(_question(made),), activations={}),
    }
    home, kind = find_weights().torch_home, choose_sandbox("auto").kind
    with open_sandbox(course.lab, course.source, home, kind) as sandbox:
        answers = {
            name: sandbox.run(notebook, questions).answers["q"] for name, questions in asked.items()
        }
    for answer in answers.values():
        assert answer.failure is None, answer.failure
    told = {name: [item.value for item in a.value.items] for name, a in answers.items()}
    # What is left of ResNet are its first convolution and the last block's: what stands behind is
    # the answer to a question, and every submission finds it for itself.
    assert told["given"] == [3, True, 3, True, 0, True, 0, True]
    assert told["made"] == [3, True, 0, True]
    assert told["made, not looked at"] == [20, True, 16, True]


def test_nothing_that_a_child_is_given_is_an_answer(root):
    """Neither what networks make of pictures nor an array, before the question that it answers."""
    course = find_course(root)
    questions = course.lab.make_questions(course.source, b"looking ahead")
    reference = course.lab.reference_answers(questions, course.source)
    told = list(questions.activations.values())
    assert told
    for question in questions.questions:
        passed = [one.name for one in question.arguments if isinstance(one, Tensor)]
        told += [questions.arrays[name] for name in passed]
        answer = reference[question.key].value
        if isinstance(answer, Array):
            assert not any(_same(answer.values, array) for array in told), question.key


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-3, atol=1e-4))


def _question(*pictures: str) -> Question:
    return Question("q", "t", "f", tuple(map(Picture, pictures)))
