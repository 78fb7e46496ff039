"""Heat maps on feedback pages show what differs, on one scale, in figures as well as in colours."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from autograder.answers import Answer, Array, Scalar
from autograder.report.heat_maps import SEQUENTIAL, _colours, heat_maps
from tests.report.sample_run import PICTURES, maps, tensor


def drawn(task, answers, reference, **options):
    return heat_maps(task, answers, reference, PICTURES, **options)


def pixels(panel) -> np.ndarray:
    data = base64.b64decode(panel.source.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float)


def one(theirs, true, task="compute_cam", **options):
    """The maps of one question on cat.jpg."""
    key = f"{task}/cat.jpg/281"
    answers, reference = {key: Answer(key, theirs)}, {key: Answer(key, tensor(true))}
    return drawn(task, answers, reference, **options)


def test_there_is_theirs_the_references_and_the_difference_for_each_picture():
    found = drawn(
        "compute_cam", *maps(), class_names=["?"] * 281 + ["tabby", "", "", "", "Egyptian"]
    )
    assert len(found) == 2
    assert {one.caption.split(",")[0] for one in found} == {"cat.jpg", "boat.jpg"}
    for one_map in found:
        titles = [panel.title for panel in one_map.panels]
        assert titles == ["Yours", "The reference", "Yours minus the reference"]
        assert "tabby" in one_map.caption or "Egyptian" in one_map.caption


def test_a_picture_made_for_grading_is_never_drawn():
    answers, reference = maps()
    made = {key: value for key, value in answers.items() if "made.png" in key}
    assert drawn("compute_cam", made, reference) == ()


def test_a_map_that_agrees_is_not_drawn():
    _, reference = maps()
    assert drawn("compute_cam", reference, reference) == ()


def test_without_leave_neither_the_reference_nor_the_difference_is_shown():
    true = np.full((7, 7), 1000.0)
    (hidden,) = one(tensor(np.eye(7)), true, show_reference=False)
    assert [panel.title for panel in hidden.panels] == ["Yours"]
    assert len(hidden.bars) == 1
    assert "1000" not in repr(replace(hidden, panels=()))


def test_theirs_and_the_references_share_one_scale():
    (shown,) = one(tensor(np.full((7, 7), 2.0)), np.full((7, 7), 8.0))
    assert [bar.high for bar in shown.bars] == ["8", "6"]


def test_signed_maps_diverge_about_zero_and_others_start_there():
    signed = np.linspace(-2, 4, 49).reshape(7, 7)
    (cam,) = one(tensor(signed * 0.5), signed)
    assert (cam.bars[0].low, cam.bars[0].middle, cam.bars[0].high) == ("−4", "0", "4")
    (gradcam,) = one(tensor(np.abs(signed)), np.maximum(signed, 0), "compute_gradcam")
    assert (gradcam.bars[0].low, gradcam.bars[0].high) == ("0", "4")


def test_a_sequential_task_is_drawn_signed_when_theirs_is_negative():
    signed = np.linspace(-2, 4, 49).reshape(7, 7)
    (shown,) = one(tensor(signed), np.maximum(signed, 0), "compute_gradcam")
    assert shown.bars[0].low == "−4"


def test_positive_is_red_and_negative_is_blue():
    values = np.zeros((7, 7))
    values[:, :3], values[:, 4:] = 4.0, -4.0
    (shown,) = one(tensor(values), np.zeros((7, 7)))
    image = pixels(shown.panels[0])
    quarter = image.shape[1] // 8
    left, right = image[:, :quarter].mean(axis=(0, 1)), image[:, -quarter:].mean(axis=(0, 1))
    assert left[0] > left[2] + 20
    assert right[2] > right[0] + 20


def test_the_strongest_evidence_is_not_pale():
    """Inferno's end is nearly white; laid over a light place it looked like no evidence."""
    assert _colours(SEQUENTIAL)[-1].min() < 80


def test_the_hottest_place_lies_where_the_words_say():
    values = np.full((7, 7), 0.01)
    values[1, 5] = 9.0
    (shown,) = one(tensor(values), np.full((7, 7), 0.01), "compute_gradcam")
    assert "strongest in row 2, column 6" in shown.panels[0].words
    brightness = pixels(shown.panels[0]).sum(axis=2)
    row, column = np.unravel_index(brightness.argmax(), brightness.shape)
    height, width = brightness.shape
    assert (row * 7 // height, column * 7 // width) == (1, 5)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full((7, 7), np.nan), "holds NaN"),
        (np.full((7, 7), np.inf), "holds infinite numbers"),
        (np.zeros((7, 7)), "all zero"),
        (np.full((7, 7), 1e300), "7 × 7 cells"),
        (np.full((7, 7), -1.7e308), "7 × 7 cells"),
        (np.ones((14, 14)), "14 × 14 cells"),
        (np.ones((1, 1, 7, 7)), "7 × 7 cells"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_strange_maps_are_described_and_never_stop_the_page(values, words):
    (shown,) = one(Array(values, "torch.Tensor"), np.arange(49.0).reshape(7, 7))
    assert words in shown.panels[0].words


@pytest.mark.parametrize(
    "value",
    [
        Scalar(1.0, "float"),
        tensor(np.ones(49)),
        tensor(np.ones((224, 224))),
        tensor(np.ones((0, 7))),
        tensor(np.ones((2, 7, 7))),
    ],
)
def test_what_is_no_map_is_not_drawn(value):
    assert one(value, np.ones((7, 7))) == ()


def test_pictures_stay_small():
    for one_map in drawn("compute_cam", *maps()):
        assert all(len(panel.source) < 20_000 for panel in one_map.panels)


def test_a_map_on_another_scale_has_one_of_its_own():
    answers, reference = maps()
    tiny = {key: Answer(key, tensor(answer.value.values / 1000)) for key, answer in answers.items()}
    (shown, *_) = heat_maps("compute_cam", tiny, reference, PICTURES)
    assert [bar.title for bar in shown.bars][:2] == ["Evidence: yours", "Evidence: the reference"]
    (shown, *_) = heat_maps("compute_cam", answers, reference, PICTURES)
    assert [bar.title for bar in shown.bars][:1] == ["Evidence"], "else one scale compares them"
