"""Each message in the README's troubleshooting list really appears when one does the thing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

HEADING = re.compile(r"^### `(.+)`$", re.MULTILINE)


def _messages() -> list[str]:
    readme = Path(__file__).parents[2] / "source" / "lab09" / "README.md"
    return HEADING.findall(readme.read_text(encoding="utf-8"))


def _features() -> torch.Tensor:
    """A feature map that carries its graph, as `vgg19.features(x)` gives it."""
    return nn.Conv2d(3, 512, 3, stride=32, padding=1)(torch.rand(1, 3, 224, 224))


def numpy_of_a_tensor_with_a_graph(lab):
    (lab["resnet"].fc.weight[281] * 2).numpy()


def retain_grad_where_nothing_was_recorded(lab):
    with torch.no_grad():
        features = _features()
    features.retain_grad()


def gradient_of_a_detached_score(lab):
    torch.autograd.grad(_features().detach().sum(), _features())


def gradient_by_a_second_feature_map(lab):
    torch.autograd.grad(_features().sum(), _features())


def backward_twice(lab):
    score = (_features() ** 2).sum()
    score.backward()
    score.backward()


def gradient_of_many_numbers(lab):
    features = _features()
    torch.autograd.grad(features.mean(dim=(2, 3)), features)


def gradient_that_was_not_kept(lab):
    features = torch.zeros(1, 512, 7, 7)
    features.grad.sum(dim=(2, 3))


def features_under_inference_mode(lab):
    with torch.inference_mode():
        features = torch.rand(1, 512)
    nn.Linear(512, 10)(features).sum().backward()


def changing_the_leaf(lab):
    features = torch.rand(1, 512, 7, 7, requires_grad=True)
    features += 1


def classifier_without_flatten(lab):
    nn.Linear(25088, 10)(torch.rand(1, 512, 7, 7))


def reshape_to_the_wrong_size(lab):
    torch.rand(1, 512, 7, 7).reshape(512, 50)


def channels_against_columns(lab):
    torch.rand(512) * torch.rand(512, 7, 7)


def logits_without_the_batch(lab):
    torch.rand(1, 1000)[281]


def float_of_many(lab):
    torch.rand(5).item()


def a_cell_not_run(lab):
    exec("resnet(0)", {})


def not_a_picture(lab):
    Path("cat.heic").write_bytes(b"\0\0\0\x18ftypheic")
    lab["process_input"]("cat.heic")


def download_without_a_network(lab):
    torch.hub.load_state_dict_from_url(
        "http://127.0.0.1:1/resnet18-f37072fd.pth", model_dir=str(Path.cwd())
    )


def a_download_cut_off(lab):
    Path("whole.pth").write_bytes(b"half of it")
    url = Path("whole.pth").absolute().as_uri()
    torch.hub.download_url_to_file(url, "resnet18-f37072fd.pth", "f37072fd", progress=False)


def out_of_memory(lab):
    torch.empty(2**55, dtype=torch.float64)


def another_python(lab):
    # Isolated and without site-packages: a Python into which nobody installed torch.
    command = [sys.executable, "-ISc", "import torch"]
    raise RuntimeError(subprocess.run(command, capture_output=True, text=True).stderr)


def torchvision_of_another_torch(lab):
    raise RuntimeError(_missing_operator())


def _missing_operator() -> str:
    """What importing torchvision says without our cure for a CPU-only torch."""
    code = (
        "import sys; sys.modules['torchvision_operators'] = type(sys)('torchvision_operators')\n"
        "sys.modules['torchvision_operators'].declare_missing_operators = lambda: None\n"
        "import torchvision"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return done.stderr


REPRODUCED = {
    "Can't call numpy() on Tensor that requires grad": numpy_of_a_tensor_with_a_graph,
    "can't retain_grad on Tensor that has requires_grad=False": (
        retain_grad_where_nothing_was_recorded
    ),
    "element 0 of tensors does not require grad and does not have a grad_fn": (
        gradient_of_a_detached_score
    ),
    "appears to not have been used in the graph": (gradient_by_a_second_feature_map),
    "Trying to backward through the graph a second time": backward_twice,
    "grad can be implicitly created only for scalar outputs": gradient_of_many_numbers,
    "'NoneType' object has no attribute": gradient_that_was_not_kept,
    "Inference tensors cannot be saved for backward": features_under_inference_mode,
    "a leaf Variable that requires grad is being used in an in-place operation": changing_the_leaf,
    "mat1 and mat2 shapes cannot be multiplied": classifier_without_flatten,
    "shape '[512, 50]' is invalid for input of size 25088": reshape_to_the_wrong_size,
    "The size of tensor a (512) must match the size of tensor b (7) at non-singleton dimension": (
        channels_against_columns
    ),
    "index 281 is out of bounds for dimension 0 with size 1": logits_without_the_batch,
    "a Tensor with 5 elements cannot be converted to Scalar": float_of_many,
    "name 'resnet' is not defined": a_cell_not_run,
    "cannot identify image file": not_a_picture,
    "urlopen error": download_without_a_network,
    "invalid hash value": a_download_cut_off,
    "DefaultCPUAllocator: can't allocate memory": out_of_memory,
    "No module named 'torch'": another_python,
    "operator torchvision::nms does not exist": torchvision_of_another_torch,
}


def test_the_list_and_the_reproductions_are_the_same():
    assert sorted(_messages()) == sorted(REPRODUCED)


@pytest.mark.parametrize("message", REPRODUCED)
def test_the_message_appears_when_one_does_the_thing(lab, tmp_path, monkeypatch, message):
    if message.startswith("operator torchvision") and _compiled_part_loads():
        pytest.skip("torch and torchvision belong together here")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Exception) as raised:
        REPRODUCED[message](lab)
    assert message in str(raised.value)


def _compiled_part_loads() -> bool:
    return "does not exist" not in _missing_operator()
