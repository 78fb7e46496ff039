"""Any Jupyter tool runs a notebook in the sandbox, by configuration alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assets.weights import find_weights
from autograder.errors import CamlabError
from autograder.kernel import choose_sandbox
from tests.kernel.conftest import notebook_of


@pytest.mark.parametrize("kind", ["bwrap", "landlock"])
def test_stock_nbconvert_uses_the_sandbox(kind: str, tmp_path: Path) -> None:
    try:
        choose_sandbox(kind)
    except CamlabError as error:
        pytest.skip(str(error))
    notebook = notebook_of(
        "import os\nprint(sorted(os.listdir('.')), os.path.exists('secret'))",
        "import camlab_solutions",
        "from torchvision import models\n"
        "print(models.resnet18(weights='IMAGENET1K_V1').conv1.weight.requires_grad)",
    )
    nbformat.write(notebook, tmp_path / "book.ipynb")
    (tmp_path / "cat.txt").write_text("beside the notebook")
    environment = {
        **os.environ,
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "camlab",
        "CAMLAB_SANDBOX": kind,
        "TORCH_HOME": str(find_weights().torch_home),
    }
    command = [sys.executable, "-m", "nbconvert", "--execute", "--allow-errors"]
    command += ["--to", "notebook", "--output", "done.ipynb", "book.ipynb"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=120)

    cells = json.loads((tmp_path / "done.ipynb").read_text())["cells"]
    assert "cat.txt" in "".join(cells[0]["outputs"][0]["text"])
    assert cells[1]["outputs"][0]["ename"] == "ModuleNotFoundError"
    assert cells[2]["outputs"][0]["text"] == ["True\n"], "as at home"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "book.ipynb",
        "cat.txt",
        "done.ipynb",
    ]
