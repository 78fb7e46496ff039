"""torch's compiler is not loaded by the lab, and is there for whoever uses it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
import torchvision

from autograder.kernel.guest.accelerations.unfilled import Unfilled

WITHOUT = """
import sys
from autograder.kernel.guest.accelerations.late_compiler import loaded_when_used
with loaded_when_used():
    import torchvision
assert not any(name.startswith("torch._dynamo") for name in sys.modules)
import torch
"""
USES = {
    "its utilities": "from torch._dynamo.utils import counters, is_compile_supported",
    "torch.compile": "f = torch.compile(torch.sin, backend='eager')\n"
    "assert f(torch.zeros(3)).sum() == 0",
    "torchvision": "boxes = torch.tensor([[0.0, 0.0, 0.0, 4.0, 4.0]])\n"
    "try:\n    torchvision.ops.roi_align(torch.ones(1, 1, 8, 8), boxes, 2)\n"
    "except RuntimeError as error:  # where the compiled part of torchvision is missing\n"
    "    assert 'roi_align' in str(error)\n"
    "assert torchvision.ops.roi_align.__globals__['is_compile_supported']('cpu') in (True, False)",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_whoever_uses_it_has_it(use, root):
    # As in the sandbox: loaded where it is used, and nothing is compiled, which takes a minute.
    environment = {**os.environ, "TORCHDYNAMO_DISABLE": "1"}
    subprocess.run([sys.executable, "-c", WITHOUT + use], cwd=root, check=True, env=environment)


def test_who_imports_it_within_has_it_whole(root):
    program = (
        "from autograder.kernel.guest.accelerations.late_compiler import loaded_when_used\n"
        "with loaded_when_used():\n"
        "    import torchvision\n"
        "    import torch._dynamo\n"
        "import torch\n"
        "import torch._dynamo.utils as utils\n"
        "assert utils.__file__ and torch._dynamo.utils is utils\n"
        "assert torch.compile(torch.sin, backend='eager')(torch.zeros(3)).sum() == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True)


def test_the_labs_networks_are_built_and_differentiated_without_it(root):
    program = (
        "from autograder.labs.lab09.trusted_networks import fresh_networks\n"
        "for network in fresh_networks():\n"
        "    picture = torch.zeros(1, 3, 64, 64, requires_grad=True)\n"
        "    network(picture)[0, 743].backward()\n"
        "    assert picture.grad is not None\n"
        "assert not any(name.startswith('torch._dynamo') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", WITHOUT + program], cwd=root, check=True)


def test_parameters_of_a_network_are_all_there_before_they_are_filled():
    with torch.device("meta"), Unfilled():
        unfilled = torchvision.models.vgg19(weights=None)
    with torch.device("meta"):
        usual = torchvision.models.vgg19(weights=None)
    assert repr(unfilled) == repr(usual)
    for (name, one), (other_name, other) in zip(
        unfilled.named_parameters(), usual.named_parameters(), strict=True
    ):
        assert (name, one.shape, one.dtype) == (other_name, other.shape, other.dtype)
        assert one.requires_grad and one.is_meta
