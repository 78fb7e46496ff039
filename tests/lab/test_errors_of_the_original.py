"""The handout that this lab grew from had 21 errors. None of them is left.
Ours had one of its own, a cat that no network is fooled by: the last test.

Where behaviour can show it, a test below does; where only words can, the text is read.
"""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from torch import nn


class SmallVGG(nn.Module):
    """VGG's three parts in small."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 512, 3, stride=32, padding=1), nn.ReLU())
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Linear(25088, 1000)


@pytest.fixture(scope="session")
def text(source) -> str:
    """All that a reader sees: every cell, hidden parts aside, folded to single spaces."""
    parts = [cell.source.split("### BEGIN HIDDEN TESTS")[0] for cell in source.cells]
    return " ".join("\n".join(parts).split())


@pytest.fixture(scope="session")
def code(source) -> str:
    return "\n".join(cell.source for cell in source.cells if cell.cell_type == "code")


def _pixels(png: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), dtype=float)


def test_01_the_map_of_the_boat_is_the_boats(lab):
    asked = []
    features = lab["get_resnet_features"]
    lab["get_resnet_features"] = lambda image_file: asked.append(image_file) or features(image_file)
    lab["show_cam"]("boat.jpg", 780)
    assert asked == ["boat.jpg"]


def test_02_part_2_shows_grad_cam(solved):
    assert "show_gradcam(" in solved.cell("show_gradcam").source
    assert "show_cam(" not in solved.cell("show_gradcam").source
    assert len(solved.pictures("show_gradcam")) == 2


def test_03_hot_is_red_in_what_the_student_sees(lab, solved, code):
    assert "applyColorMap" not in code
    # Over the boat's sails speaks the most: there the picture of the map is redder than blue.
    pixels = _pixels(solved.pictures("show_cam")[0])
    right = pixels[:, pixels.shape[1] // 2 :]
    red = (right[..., 0] - right[..., 2] > 60).sum()
    blue = (right[..., 2] - right[..., 0] > 60).sum()
    assert red > 5 * blue


def test_04_an_all_zero_map_is_drawn_without_nan(lab, recwarn):
    lab["draw_maps"]("cat.jpg", [lab["torch"].zeros(7, 7)], ["nothing"], signed=False)
    assert not [warning for warning in recwarn if "invalid" in str(warning.message)]


def test_05_maps_are_enlarged_as_floats_with_a_colour_bar_beside_the_picture(code):
    drawing = code.split("def draw_maps")[1].split("\ndef ")[0]
    assert drawing.index("cv2.resize(array") < drawing.index("to_rgba(large")
    assert "uint8" not in drawing
    assert "colorbar" in drawing and "axes[0].imshow(picture)" in drawing


def test_06_weights_are_named_by_their_enum(code):
    assert "pretrained" not in code
    assert code.count('weights="IMAGENET1K_V1"') == 2


def test_07_features_and_weights_are_two_tasks_with_the_names_they_ask_for(text, lab):
    assert "the output of `layer4` for the picture" in text
    assert "Assign to `fc_weight` the weights of ResNet's last layer" in text
    assert tuple(lab["fc_weight"].shape) == (1000, 512)


def test_08_no_loop_takes_a_name_used_elsewhere_and_layers_are_called(code, lab):
    assert not re.search(r"for \(?\w+, model\)? in", code)
    assert ".forward(" not in code
    seen = []
    hook = lab["resnet"].layer4.register_forward_hook(lambda *_: seen.append(1))
    lab["get_resnet_features"]("cat.jpg")
    hook.remove()
    assert seen == [1]


def test_09_any_kind_of_picture_is_accepted(lab, tmp_path):
    for mode, name in (("L", "a.png"), ("P", "a.gif"), ("CMYK", "a.jpg"), ("RGBA", "b.png")):
        Image.new(mode, (50, 40)).save(tmp_path / name)
        assert tuple(lab["process_input"](tmp_path / name).shape) == (1, 3, 224, 224)


def test_10_grad_cam_asks_for_one_gradient_and_leaves_none(lab):
    torch = lab["torch"]
    lab.run("get_vgg_features")
    lab.run("compute_gradcam")
    small = SmallVGG()
    lab["vgg19"] = small
    lab["compute_gradcam"]("cat.jpg", 3)
    assert all(parameter.grad is None for parameter in small.parameters())
    assert "548 MB and about a second for" in lab.cells["gradcam_task"]
    assert torch.is_grad_enabled()


def test_11_what_the_functions_return_is_detached(lab):
    lab.run("get_vgg_features")
    lab.run("compute_gradcam")
    lab["vgg19"] = SmallVGG()
    results = [
        lab["get_resnet_features"]("cat.jpg"),
        lab["get_vgg_features"]("cat.jpg"),
        lab["compute_cam"](lab["get_resnet_features"]("cat.jpg"), 1),
        lab["compute_gradcam"]("cat.jpg", 1),
    ]
    assert not any(result.requires_grad for result in results)


def test_12_docstrings_speak_of_what_is_there(lab):
    lab.run("compute_gradcam")
    assert "5 triples (str, int, float)" in lab["predict"].__doc__
    assert "other weights give other numbers" in lab["predict"].__doc__
    assert "features" not in lab["compute_gradcam"].__doc__
    assert "resnet label" not in lab["compute_gradcam"].__doc__.lower()


def test_13_nothing_needs_a_shell_or_a_download_but_the_weights(code, source_folder):
    assert not re.search(r"^\s*[!%]", code, re.MULTILINE)
    assert "http" not in code
    for name in ("cat.jpg", "cat_without_bars.jpg", "boat.jpg", "imagenet_classes.json"):
        assert (source_folder / name).is_file()


def test_14_solutions_have_one_kind_of_marker(source):
    for cell in source.cells:
        for line in cell.source.splitlines():
            if "SOLUTION" in line:
                assert line.strip() in ("### BEGIN SOLUTION", "### END SOLUTION"), cell.id


def test_15_the_input_gradients_of_the_title_are_there(source, solved):
    assert "input gradients" in source.cells[0].source.splitlines()[0]
    assert len(solved.pictures("input_gradient_show")) == 1


def test_16_numbering_starts_at_one_and_ears_belong_to_the_cat(text):
    for part, sections in ((1, 5), (2, 4), (4, 4)):
        for section in range(1, sections + 1):
            assert f"## {part}.{section} " in text
    assert "ears" in text and not re.search(r"boat[^.]*\bears\b", text)


def test_17_the_bias_is_in_the_score_and_alpha_is_defined_without_gap(text):
    assert r"z = W h + b" in text
    assert r"\alpha_{k,c} \;=\; \sum_{i,j} \frac{\partial z_k}{\partial X_{i,j,c}}" in text
    assert "On such a network Grad-CAM is ReLU(CAM)" in text


def test_18_vggs_features_end_after_relu_and_pooling(text):
    assert "`features`, ends after a ReLU *and* a max-pooling" in text
    assert "7 × 7, while the last convolution itself works on 14 × 14" in text


def test_19_the_text_says_who_marks_what_and_what_eval_is_for(text):
    assert "will not run your code" not in text
    assert "A program calls your four functions" in text
    assert "`.eval()` makes its batch normalisation use the statistics it learned" in text
    part_1 = text.split("# Part 2. Grad-CAM")[0]
    assert "interpretation of two class activation maps" in part_1


def test_20_overlays_are_bright_and_signed_where_sign_means_something(lab, solved):
    # The original could not exceed 204 of 255 anywhere in its overlay.
    pixels = _pixels(solved.pictures("show_cam")[0])
    half = pixels.shape[1] // 2
    rows = slice(int(pixels.shape[0] * 0.3), int(pixels.shape[0] * 0.8))
    overlay = pixels[rows, half + 40 : half + 260]
    assert overlay.max() > 210
    assert '"RdBu_r" if signed else warm' in lab.cells["helpers_pictures"]


def test_21_downloads_say_what_they_cost(lab, tmp_path, capsys, text):
    lab["checkpoints"] = tmp_path
    for checkpoint, megabytes in (("resnet18-f37072fd.pth", 45), ("vgg19-dcbb9e9d.pth", 548)):
        lab["announce"](checkpoint, megabytes)
        assert f"{megabytes} MB" in capsys.readouterr().out
        assert f'announce("{checkpoint}", {megabytes})' in text
    assert "548 MB, once; a minute and a half on a line of 50 Mbit/s" in text


def test_22_the_cat_is_taken_for_something_else_and_the_question_asks_why(solved, text):
    said = solved.said("two_classes")
    assert "prison: score" in said and said.index("guess 1 of 1000") < said.index("cat: score")
    assert "Why did the network misclassify the photograph?" in text
    behind, free = solved.said("experiment").split("cat_without_bars.jpg")
    score = [float(re.search(r"prison: score (\S+),", part)[1]) for part in (behind, free)]
    assert score[1] < score[0] / 2, "the bars made the score"
