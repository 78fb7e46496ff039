"""Each message in the README's troubleshooting list really appears when one does the thing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.lab.checking import Solution, run_check

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


def gradient_of_what_needs_none(lab):
    features = torch.rand(1, 512, 7, 7)
    score = nn.Conv2d(512, 1, 7)(features).sum()
    torch.autograd.grad(score, features)


def weights_left_blank(lab):
    fc_weight = None
    fc_weight[281]


def numpy_mean_of_none(lab):
    np.mean(None, axis=(2, 3))


def torch_mean_of_none(lab):
    torch.mean(None, dim=(2, 3), keepdim=True)


def tuple_not_unpacked(lab):
    features = torch.rand(1, 512, 7, 7, requires_grad=True)
    torch.autograd.grad(features.sum(), features).sum(dim=(2, 3))


def changed_in_between(lab):
    features = torch.rand(1, 512, 7, 7, requires_grad=True)
    score = features.exp()
    score += 1
    score.sum().backward()


def full_backward_hook_before_a_relu_in_place(lab):
    layers = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(inplace=True))
    layers[0].register_full_backward_hook(lambda *_: None)
    layers(torch.rand(1, 3, 9, 9))


def a_layer_in_the_middle(lab):
    lab["resnet"].layer4(torch.rand(1, 3, 224, 224))


def all_modules_for_children(lab):
    x = torch.rand(1, 3, 224, 224)
    for _, layer in lab["resnet"].named_modules():
        x = layer(x)


def one_letter_for_two_sizes(lab):
    torch.einsum("c,cij->ij", lab["fc_weight"][:, 281], torch.rand(512, 7, 7))


def double_times_float(lab):
    torch.rand(512).double() @ torch.rand(512, 49)


def three_names_for_four_dimensions(lab):
    _c, _h, _w = torch.rand(1, 512, 7, 7).shape


def everything_flattened(lab):
    nn.Linear(25088, 10)(torch.flatten(torch.rand(1, 512, 7, 7)))[0, 3]


def class_after_the_last(lab):
    lab["fc_weight"][999 + 1]


def tensor_for_a_lists_index(lab):
    lab["classes"][torch.rand(3)]


def kernel_restarted(lab):
    exec(compile(lab.cells["features_show"], "ipykernel", "exec"), {})


def a_function_that_is_not_there(lab):
    del lab["compute_cam"]
    lab["ask"]("compute_cam", None, 3)


def another_first_line(lab):
    exec("def compute_cam(model, features, label): pass", lab)
    lab["ask"]("compute_cam", None, 3)


def a_function_overwritten(lab):
    lab["predict"] = torch.zeros(3)
    lab["ask"]("predict", None, "cat.jpg")


def a_bracket_missing(lab):
    compile("x = (1 + 2\n", "cell", "exec")


def nothing_below_a_colon(lab):
    compile("def predict(model, x):\nreturn 3", "cell", "exec")


def a_loop_without_end(lab):
    exec("def predict(model, x):\n    while True: pass", lab)
    lab["Check"].patience = 0.1
    try:
        lab["ask"]("predict", None, "cat.jpg")
    finally:
        lab["Check"].patience = 60


REPRODUCED = {
    "One of the differentiated Tensors does not require grad": gradient_of_what_needs_none,
    "'NoneType' object is not subscriptable": weights_left_blank,
    "axis 2 is out of bounds for array of dimension 0": numpy_mean_of_none,
    "received an invalid combination of arguments": torch_mean_of_none,
    "'tuple' object has no attribute": tuple_not_unpacked,
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation": changed_in_between,
    "is a view and is being modified inplace": full_backward_hook_before_a_relu_in_place,
    "Given groups=1, weight of size": a_layer_in_the_middle,
    "Expected 3D (unbatched) or 4D (batched) input to conv2d": all_modules_for_children,
    "does not broadcast with previously seen size": one_letter_for_two_sizes,
    "expected m1 and m2 to have the same dtype": double_times_float,
    "too many values to unpack (expected 3)": three_names_for_four_dimensions,
    "too many indices for tensor of dimension 1": everything_flattened,
    "index 1000 is out of bounds for dimension 0 with size 1000": class_after_the_last,
    "only integer tensors of a single element can be converted to an index": (
        tensor_for_a_lists_index
    ),
    "name 'kindly' is not defined": kernel_restarted,
    "is not defined: run the cell above that defines it": a_function_that_is_not_there,
    "missing 1 required positional argument": another_first_line,
    "object is not callable": a_function_overwritten,
    "was never closed": a_bracket_missing,
    "expected an indented block": nothing_below_a_colon,
    "did not come back within": a_loop_without_end,
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
    compared = (Path(__file__).parents[2] / "docs" / "notebooks-compared.md").read_text("utf-8")
    assert f"{len(REPRODUCED)} messages, each reproduced by a test" in compared


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


# Of the graders' bank, solutions that stop with an error in their check. (All of the bank's that
# need no VGG and stop are here; any new message of theirs has to be in the list.)
STOPPING = (
    "compute_cam/wrong/label_plus_one_raises",
    "compute_cam/wrong/numpy_of_graph",
    "compute_cam/wrong/wrong_axis_of_weights",
    "get_resnet_features/wrong/no_batch_in",
    "predict/wrong/numpy_of_graph",
    "predict/wrong/path_to_the_network",
)


@pytest.mark.parametrize("name", STOPPING)
def test_what_a_check_says_of_a_wrong_solution_is_in_the_list(lab, name):
    bank = Path(__file__).parents[1] / "graders" / "bank"
    said = run_check(
        lab, Solution(name.partition("/")[0], (bank / f"{name}.py").read_text("utf-8"))
    )
    assert "stopped with" in said
    assert any(message in said for message in _messages()), said


def test_the_list_names_the_packages_that_grading_has():
    """Those that the environment's own list pins for students, and no other."""
    readme = (Path(__file__).parents[2] / "source" / "lab09" / "README.md").read_text("utf-8")
    (listed,) = re.findall(r"Besides Python's own: ([^.]+)\.", readme)
    modules = {"opencv": "cv2", "Pillow": "PIL", "scikit-image": "skimage"}
    for name in listed.split(", "):
        assert importlib.util.find_spec(modules.get(name, name)), name
    for usual in ("pandas", "scipy", "einops", "tqdm", "scikit-image", "seaborn"):
        assert usual in listed
