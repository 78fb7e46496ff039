"""A lab's libraries are loaded before; what else a notebook imports is treated alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.answers import Array, Scalar
from autograder.kernel import Sandbox, choose_sandbox, open_sandbox
from autograder.lab import Plain, Preloaded, Question, Questions
from autograder.limits import Limits
from tests.kernel.conftest import LIGHT_LAB, notebook_of

LOADED = "import sys\nprint(sorted({'cv2', 'matplotlib', 'torch', 'numpy'} & set(sys.modules)))"
TORCH = (
    "import torch\n"
    "torch.set_num_threads(8)\n"
    "print(torch.get_num_threads(), torch.initial_seed(), torch.compile(torch.sin)(torch.ones(1)))"
)
CV2 = "import cv2\ncv2.imshow('cat', 0)\nprint(cv2.waitKey(), cv2.getNumThreads())"


@pytest.fixture(scope="module")
def bare(lab_folder: Path) -> Iterator[Sandbox]:
    """Of a lab that declares no libraries."""
    lab = replace(LIGHT_LAB, preloaded=Preloaded())
    kind = choose_sandbox("auto").kind
    with open_sandbox(lab, lab_folder, lab_folder, kind, Limits()) as sandbox:
        yield sandbox


def printed(sandbox: Sandbox, *cells: str, questions: Questions = Questions(())) -> list[str]:  # noqa: B008
    run = sandbox.run(notebook_of(*cells), questions)
    assert run.errors == ()
    return ["".join(out.text for out in cell.outputs) for cell in run.notebook.cells]


def test_what_a_lab_does_not_declare_is_not_loaded(bare: Sandbox, bwrap_sandbox: Sandbox) -> None:
    assert printed(bare, LOADED) == ["['numpy']\n"]
    assert printed(bwrap_sandbox, LOADED) == ["['cv2', 'matplotlib', 'numpy', 'torch']\n"]


def test_a_late_library_is_treated_as_one_loaded_before(
    bare: Sandbox, bwrap_sandbox: Sandbox
) -> None:
    late, before = printed(bare, TORCH, CV2), printed(bwrap_sandbox, TORCH, CV2)
    assert late == before
    assert before[0].split()[:2] == ["1", "0"]


def test_a_late_torch_answers_with_tensors_and_is_forgiven(bare: Sandbox) -> None:
    asked = Questions(
        (
            Question("ones", "ones", "ones", (Plain(2),)),
            Question("graph", "graph", "graph", (Plain(2),)),
        )
    )
    notebook = notebook_of(
        "def ones(n):\n    import torch\n    return torch.ones(n)",
        "import torch\ndef graph(n):\n    return torch.ones(n, requires_grad=True).numpy()",
    )
    run = bare.run(notebook, asked)
    value = run.answers["ones"].value
    assert isinstance(value, Array)
    assert (value.form, value.values.tolist()) == ("torch.Tensor", [1.0, 1.0])
    mended = run.answers["graph"].mended
    assert isinstance(mended, Array)
    assert mended.values.tolist() == [1.0, 1.0]


def test_a_students_own_file_called_torch_is_no_torch(bare: Sandbox) -> None:
    asked = Questions((Question("one", "one", "one", ()), Question("none", "none", "none", ())))
    run = bare.run(
        notebook_of(
            "from pathlib import Path\nPath('torch.py').write_text('one = 1')",
            "import torch\nfrom torch import one as number\ndef one():\n    return number",
            "import torch\nnumber = 1\ndef none():\n    return 1 + nunber",
        ),
        asked,
    )
    assert run.errors == ()
    assert run.answers["one"].value == Scalar(1, "int")
    assert run.answers["none"].mended == Scalar(2, "int")


def test_a_function_that_stops_is_mended_without_torch(bare: Sandbox) -> None:
    asked = Questions((Question("double", "double", "double", (Plain(2),)),))
    notebook = notebook_of(
        "def double(number):\n    import sys\n    assert 'torch' not in sys.modules\n"
        "    return 2 * numbr"
    )
    run = bare.run(notebook, asked)
    assert run.answers["double"].failure.error == "NameError"
    assert run.answers["double"].mended.value == 4
