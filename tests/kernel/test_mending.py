"""A function that stopped is asked once more with everyday slips forgiven."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from autograder.answers import Array, Scalar, has_method
from autograder.kernel import Sandbox
from autograder.kernel.guest.lenient import call, fitted, lenient
from autograder.kernel.mending import mended_text
from tests.kernel.conftest import HONEST, make_questions, notebook_of

TOTAL, SCALED = HONEST
QUESTIONS = make_questions(b"a slip of the pen" * 4)
PARAMETERS = {"scaled": ("tensor", "factor")}
SLIPS = {
    "numpy of a graph": (
        "import torch\n"
        "def scaled(tensor, factor):\n"
        "    made = tensor.requires_grad_() * factor\n"
        "    return torch.from_numpy(made.numpy())\n"
    ),
    "two precisions": (
        "import torch\n"
        "def scaled(tensor, factor):\n"
        "    return tensor @ (torch.eye(3, dtype=torch.float64) * factor)\n"
    ),
    "a bracket": "def scaled(tensor, factor):\n    return (tensor * factor\n",
    "a question": "def scaled(tensor, factor):\n    input('go on?')\n    return tensor * factor\n",
    "a quote": "def scaled(tensor, factor):\n    return tensor * {'a': factor}['a]\n",
    "a fence": "```python\ndef scaled(tensor, factor):\n    return tensor * factor\n```\n",
    "tabs and spaces": ("def scaled(tensor, factor):\n    made = tensor * factor\n\treturn made\n"),
    "a colon": "def scaled(tensor, factor)\n    return tensor * factor\n",
    "spaces of a web page": (
        "def scaled(tensor, factor):\n\u00a0\u00a0return tensor\u200b * factor\n"
    ),
    "quotes of a chat": "def scaled(tensor, factor):\n    return tensor * {“a”: factor}[‘a’]\n",
    "signs of a text processor": "def scaled(tensor, factor):\n    return tensor × (factor – 0)\n",
    "a Chinese keyboard": "def scaled（tensor，factor）：\n　　return tensor ＊ factor\n",
    "another name": "def scale_d(tensor, factor):\n    return tensor * factor\n",
    "a line above": (
        "import no_such_package\ndef scaled(tensor, factor):\n    return tensor * factor\n"
    ),
    "no argument for the factor": "def scaled(tensor):\n    return tensor * 2.0\n",
    "a misspelt name": "def scaled(tensor, factor):\n    return tensr * factor\n",
    "a module": "def scaled(tensor, factor):\n    return nn.Identity()(tensor) * factor\n",
    "return": "def scaled(tensor, factor):\n    result = tensor * factor\n",
    "return, of a global name": (
        "def scaled(tensor, factor):\n    global result\n    double = tensor\n"
        "    result = double * factor\n"
    ),
    "brackets of the last method": (
        "def scaled(tensor, factor):\n    return (tensor * factor).detach\n"
    ),
    "the raise of a stub": (
        "def scaled(tensor, factor):\n    result = tensor * factor\n"
        "    raise NotImplementedError()\n    return result\n"
    ),
    "a name of its own": (
        "def scaled(tensor, factor):\n    weights = tensor\n    return weight * factor\n"
    ),
    "only by name": "def scaled(tensor, *, factor):\n    return tensor * factor\n",
    "another order": "def scaled(factor, tensor):\n    return tensor.mul(float(factor))\n",
    "an array of numpy's": (
        "from torch.nn import functional as F\n"
        "def scaled(tensor, factor):\n    return F.hardtanh((tensor * factor).numpy(), -99, 99)\n"
    ),
    "a GPU": "def scaled(tensor, factor):\n    return tensor.cuda() * factor\n",
    "a GPU above the function": (
        "import torch\nones = torch.ones(3).cuda()\n"
        "def scaled(tensor, factor):\n    return tensor * ones * factor\n"
    ),
    "a package for annotations": (
        "from no_such_types import Float\nfrom torch import Tensor\n"
        'def scaled(tensor: Float[Tensor, "2 3"], factor) -> Float[Tensor, "2 3"]:\n'
        "    return tensor * factor\n"
    ),
    "a package for decorators": (
        "from no_such_compiler import njit, jit\n"
        "@njit\ndef times(a, b):\n    return a * b\n"
        "@jit(parallel=True)\ndef scaled(tensor, factor):\n    return times(tensor, factor)\n"
    ),
    "a package in the function": (
        "def scaled(tensor, factor):\n    from no_such.words import ic\n"
        "    ic(tensor)\n    return tensor * factor\n"
    ),
}
# What stops and is no slip, or leaves nothing that could be an answer.
STOPS = {
    "not begun": "def scaled(tensor, factor):\n    raise NotImplementedError\n",
    "begun": "def scaled(tensor, factor):\n    if factor:\n        raise NotImplementedError\n",
    "divides by 0": "def scaled(tensor, factor):\n    return 1 / 0\n",
    "another function": "def something(else_):\n    return else_\n",
    "a method that wants more": "def scaled(tensor, factor):\n    return tensor.mul\n",
}


def scaled_answers(sandbox: Sandbox, cell: str):
    run = sandbox.run(notebook_of(TOTAL, cell), QUESTIONS, parameters=PARAMETERS)
    return [answer for key, answer in run.answers.items() if key.startswith("scaled")]


@pytest.mark.parametrize("slip", SLIPS)
def test_an_everyday_slip_is_forgiven_beside_the_failure(bwrap_sandbox: Sandbox, slip: str) -> None:
    expected = QUESTIONS.arrays["fresh"] * np.float32(2)
    for answer in scaled_answers(bwrap_sandbox, SLIPS[slip]):
        assert answer.value in (None, Scalar(None, "NoneType")) or has_method(answer.value)
        assert isinstance(answer.mended, Array)
        assert np.allclose(answer.mended.values, expected)


@pytest.mark.parametrize("cell", [SCALED, *STOPS.values()])
def test_nothing_is_made_of_what_answers_is_not_begun_or_says_nothing(
    bwrap_sandbox: Sandbox, cell: str
) -> None:
    assert all(answer.mended is None for answer in scaled_answers(bwrap_sandbox, cell))


def test_what_a_package_that_is_not_there_would_have_computed_is_no_answer(
    bwrap_sandbox: Sandbox,
) -> None:
    cell = "from no_such_maps import scale\ndef scaled(tensor, factor):\n    return scale(tensor)\n"
    for answer in scaled_answers(bwrap_sandbox, cell):
        assert not isinstance(answer.mended, Array)


def test_a_package_that_a_function_does_without_stays_away(bwrap_sandbox: Sandbox) -> None:
    cell = (
        "try:\n    import no_such_arrays as xp\nexcept ImportError:\n    xp = None\n"
        "def scaled(tensor, factor):\n    return (xp or tensr) * factor\n"
    )
    for answer in scaled_answers(bwrap_sandbox, cell):
        assert isinstance(answer.mended, Array)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("features, label", (1, 2, {})),
        ("label, features", (2, 1, {})),
        ("features, *, label", (1, {"label": 2})),
        ("label, picture", (2, 1, {})),
        ("picture, k", (1, 2, {})),
        ("picture, k=3", (1, 2, {})),
        ("label", (2, {})),
    ],
)
def test_each_argument_goes_where_its_name_stands(line: str, given: tuple) -> None:
    function = eval(f"lambda {line}: None")
    found = fitted(function, (1, 2), {}, ("features", "label"))
    assert (*found.positional, found.named) == given


def test_a_network_that_a_function_does_not_ask_for_is_left_out() -> None:
    network = Gap()
    assert call(lambda path: path, [network, "a.jpg"], {"resnet": network}) == "a.jpg"
    assert call(lambda model: model, [network, "a.jpg"], {"resnet": network}) is network


def test_no_tasks_function_stands_for_another(bwrap_sandbox: Sandbox) -> None:
    near = "def totals(path, factor):\n    return open(path, 'rb').read()[0] * factor\n"
    run = bwrap_sandbox.run(notebook_of(near, SCALED), QUESTIONS)
    assert run.answers["total"].mended is not None
    run = bwrap_sandbox.run(notebook_of(near), QUESTIONS)
    assert run.answers["scaled"].mended is None


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("x = (1, [2, 3)\n", "x = (1, [2, 3)\n"),  # nobody can say what was meant
        ("y = f(1\nz = 2", "y = f(1)\nz = 2"),
        ("def f(x:\n    return x", "def f(x):\n    return x"),
        ("y = f(1))", "y = f(1)"),
        ("for i in range(3)\n    pass", "for i in range(3):\n    pass"),
        ("def f():\nreturn 1", "def f():\n    return 1"),
        ("x = 1\n   y = 2", "x = 1\ny = 2"),
        ("x = = 2", "x = = 2"),
    ],
)
def test_text_is_mended_or_left_alone(text: str, mended: str) -> None:
    assert mended_text(text) == mended


class Gap(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, 4, 1)
        self.classifier = nn.Linear(4, 5)


def gradients(network: nn.Module, picture: torch.Tensor, how: str) -> torch.Tensor:
    """The gradient of a score by the feature map, with a slip."""
    features = network.features(picture)
    if how == "no graph":
        features = features.detach()
    pooled = features.mean(dim=(2, 3)) if how != "module" else nn.AvgPool2d(2)(features)[:, :, 0, 0]
    score = network.classifier(pooled)[0, 1]
    if how == "tuple":
        return torch.autograd.grad(score, features).sum(dim=(2, 3))
    score.backward()
    return features.grad.sum(dim=(2, 3))


@pytest.mark.parametrize("how", ["no leaf", "tuple"])
@pytest.mark.parametrize("around", [torch.enable_grad, torch.no_grad, torch.inference_mode])
def test_gradients_come_where_they_were_meant(how: str, around) -> None:
    network, picture = Gap(), torch.ones(1, 3, 2, 2)
    with lenient(), around():
        found = gradients(network, picture, how)
    assert torch.allclose(found[0], network.classifier.weight[1], atol=1e-6)


def test_a_network_that_the_task_does_not_pass_is_passed_where_a_function_wants_one() -> None:
    network = Gap()
    told = call(lambda model, picture: (model, picture), ["cat.jpg"], {"vgg19": network})
    assert told == (network, "cat.jpg")


def test_a_graph_may_be_used_twice_a_number_be_a_tensor_and_a_folder_be_another() -> None:
    weight = torch.ones(2, requires_grad=True)
    score = (weight**2).sum()
    with lenient():
        for _ in range(2):
            score.backward()
        assert call(lambda label: label.item(), [3], {}) == 3
    assert weight.grad is not None and weight.grad.tolist() == [4, 4]


def test_nothing_of_it_is_left() -> None:
    before = [torch.Tensor.numpy, torch.autograd.grad, torch.Tensor.mean, nn.Module.to]
    with lenient():
        pass
    after = [torch.Tensor.numpy, torch.autograd.grad, torch.Tensor.mean, nn.Module.to]
    assert all(one is other for one, other in zip(before, after, strict=True))
    with torch.no_grad():
        assert not torch.is_grad_enabled()
    with pytest.raises(RuntimeError, match="requires grad"):
        torch.ones(1, requires_grad=True).numpy()
    assert not nn.modules.module._global_forward_hooks
