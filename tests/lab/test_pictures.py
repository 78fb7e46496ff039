"""Any photograph becomes an input; any map becomes an honest picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import camlab_solutions


def _photograph(mode: str) -> Image.Image:
    rows, columns = np.mgrid[0:90, 0:120]
    colour = np.stack([rows * 2, columns * 2, 255 - rows], axis=-1).astype(np.uint8)
    picture = Image.fromarray(colour)
    if mode == "I;16":
        return Image.fromarray((rows * 700).astype(np.uint16))
    if mode in ("RGBA", "LA"):
        picture = picture.convert(mode)
        picture.putalpha(Image.fromarray((columns * 2).astype(np.uint8)))
        return picture
    return picture.convert(mode)


KINDS = {
    "greyscale": ("L", "PNG"),
    "palette": ("P", "GIF"),
    "black and white": ("1", "PNG"),
    "transparent": ("RGBA", "PNG"),
    "grey and transparent": ("LA", "PNG"),
    "cmyk": ("CMYK", "JPEG"),
    "sixteen bits": ("I;16", "PNG"),
    "colour": ("RGB", "JPEG"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_photograph_is_read_just_as_the_reference_reads_it(lab, tmp_path, kind):
    mode, form = KINDS[kind]
    path = tmp_path / "photograph"
    _photograph(mode).save(path, form)
    x = lab["process_input"](path)
    assert tuple(x.shape) == (1, 3, 224, 224)
    assert lab["torch"].isfinite(x).all()
    assert x.std() > 0.1, "its shades survive"
    assert lab["torch"].equal(x, camlab_solutions.process_input(path))


def test_a_photograph_on_its_side_is_turned_upright(lab, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    _photograph("RGB").save(tmp_path / "turned.png", exif=exif)
    assert lab["open_picture"](tmp_path / "turned.png").size == (90, 120)


def test_what_is_transparent_becomes_white(lab, tmp_path):
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert lab["open_picture"](tmp_path / "clear.png").getpixel((4, 4)) == (255, 255, 255)


@pytest.fixture
def shown(lab) -> list[tuple]:
    """Figures and their descriptions, as they are shown."""
    found = []
    lab["display"] = lambda shown, metadata=None, raw=False: (
        None if raw else found.append((shown, metadata["image/png"]["alt"]))
    )
    return found


@pytest.fixture
def drawn(lab, shown):
    """Draw maps over the cat and return the figure instead of showing it."""

    def draw(maps, signed, **options):
        titles = [f"map {number}" for number in range(len(maps))]
        lab["draw_maps"](
            "cat.jpg", [lab["torch"].tensor(m) for m in maps], titles, signed, **options
        )
        return shown[-1][0]

    return draw


def _overlays(figure) -> list[np.ndarray]:
    """Each map laid over the grey picture: [height, width, 3], as floats."""
    panels = [axis for axis in figure.axes if axis.images]
    return [np.asarray(axis.images[0].get_array(), np.float64) for axis in panels[1:]]


def _scales(figure) -> list[tuple[float, float]]:
    """From where to where each colour bar goes."""
    bars = [bar for axis in figure.axes for bar in axis.child_axes]
    return [tuple(round(float(end), 3) for end in bar.get_ylim()) for bar in bars]


def test_maps_are_enlarged_as_floats(lab, drawn, monkeypatch):
    enlarged, resize = [], lab["cv2"].resize

    def noted(array, *sizes, **options):
        enlarged.append(resize(array, *sizes, **options))
        return enlarged[-1]

    monkeypatch.setattr(lab["cv2"], "resize", noted)
    heat = np.zeros((7, 7), np.float32)
    heat[3, 3] = 1
    drawn([heat], signed=False)
    assert enlarged[0].dtype == np.float32
    assert len(np.unique(enlarged[0])) > 300, "more levels than eight bits have"


def test_hot_is_red_and_cold_is_blue(drawn):
    heat = np.full((7, 7), -1, np.float32)
    heat[:, 4:] = 1
    (overlay,) = _overlays(drawn([heat], signed=True))
    redness = overlay[:, :, 0] - overlay[:, :, 2]
    third = redness.shape[1] // 3
    assert redness[:, -third:].min() > 0 > redness[:, :third].max()


def test_nothing_is_white_where_sign_means_something(lab, drawn):
    heat = np.linspace(-3, 9, 49, dtype=np.float32).reshape(7, 7)
    assert _scales(drawn([heat], signed=True)) == [(-9, 9)]
    heat[:, :4] = 0
    (overlay,) = _overlays(drawn([heat], signed=True))
    grey = np.asarray(lab["open_picture"]("cat.jpg").convert("L"), np.float64)[:, :, None]
    third = grey.shape[1] // 3
    veiled = 0.4 * grey + 0.6 * 255
    assert np.abs(overlay - veiled)[:, :third].max() < 0.05 * 255


def test_maps_to_compare_share_one_scale_and_a_difference_has_its_own(drawn):
    maps = [np.full((7, 7), value, np.float32) for value in (4.0, 1.0, 0.1)]
    figure = drawn(maps, signed=True, own_scale=[2])
    assert _scales(figure) == [(-4, 4), (-0.1, 0.1)]
    light = [one.mean() for one in _overlays(figure)]
    assert light[0] == pytest.approx(light[2])  # at the end of its scale
    assert light[1] > light[0] + 30  # a quarter of the way


def test_each_map_stands_beside_the_picture_and_each_scale_has_its_colour_bar(drawn):
    maps = [np.ones((7, 7), np.float32)] * 3
    figure = drawn(maps, signed=False, own_scale=[2])
    panels = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in panels] == ["cat.jpg", "map 0", "map 1", "map 2"]
    bars = [any(axis.get_ylabel() for axis in panel.child_axes) for panel in panels]
    assert bars == [False, False, True, True]


@pytest.mark.parametrize(
    ("signed", "words"), [(True, "no evidence"), (False, "no positive evidence")]
)
def test_an_all_zero_map_is_said_in_words(drawn, signed, words):
    figure = drawn([np.zeros((7, 7), np.float32)], signed=signed)
    said = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert words in said


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_map_with_no_numbers_is_refused_in_words(drawn, value):
    with pytest.raises(Exception, match="NaN or infinite"):
        drawn([np.full((7, 7), value, np.float32)], signed=True)


def test_pictures_made_with_stand_in_weights_say_so(lab, drawn, monkeypatch):
    for stand_in in (True, False):
        lab["stand_in"] = stand_in
        figure = drawn([np.ones((7, 7), np.float32)], signed=True)
        assert any("stand-in" in text.get_text() for text in figure.texts) is stand_in


def test_the_cost_of_a_download_is_said_before_it_starts(lab, tmp_path, capsys):
    lab["checkpoints"] = tmp_path
    lab["announce"]("vgg19-dcbb9e9d.pth", 548)
    said = capsys.readouterr().out
    assert "548 MB" in said and "88 seconds" in said


def test_a_figure_says_in_words_where_its_maps_are_strongest(drawn, shown):
    heat = np.zeros((7, 7), np.float32)
    heat[1, 5], heat[6, 0] = 3, -2
    drawn([heat, 0 * heat], signed=True)
    assert shown[-1][1] == (
        "cat.jpg, and 2 heat maps of 7 by 7 cells over it, evidence for and against a class. "
        "map 0: strongest for it at row 2, column 6 (3); "
        "strongest against it at row 7, column 1 (-2). "
        "map 1: zero everywhere."
    )


def test_every_figure_of_the_solution_has_a_description_of_its_own(solved):
    """In the output's metadata, and as text of its own under the figure."""
    told = [
        output.metadata.get("image/png", {}).get("alt", "")
        for cell in solved.notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    print("", *told, sep="\n")
    assert len(told) > 12 and all(len(one) > 50 for one in told)
    assert len(set(told)) == len(told)
    words = [
        output.data["text/plain"].removeprefix("In words: ")
        for cell in solved.notebook.cells
        for output in cell.get("outputs", ())
        if output.get("data", {}).get("text/plain", "").startswith("In words: ")
    ]
    assert words == told


def test_the_numbers_of_a_map_are_read_out_on_request(lab, capsys):
    lab["describe_map"](lab["torch"].arange(49.0).reshape(7, 7), "CAM")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("CAM: strongest for it at row 7, column 7 (48).")
    assert said[2] == "row 2: 7.00, 8.00, 9.00, 10.00, 11.00, 12.00, 13.00"
    assert len(said) == 8


def test_signs_tell_for_from_against_without_colours(drawn):
    """The two ends of the diverging scale are equally dark."""
    heat = np.full((7, 7), -1, np.float32)
    heat[:, 4:] = 1
    (overlay,) = [axis for axis in drawn([heat], signed=True).axes if axis.collections]
    plus, minus = overlay.collections[0], overlay.collections[2]
    middle = (np.asarray(overlay.images[0].get_array()).shape[1] - 1) * 4 / 7
    assert len(plus.get_offsets()) == 21 and (plus.get_offsets()[:, 0] > middle).all()
    assert len(minus.get_offsets()) == 28 and (minus.get_offsets()[:, 0] < middle).all()


def test_the_strongest_evidence_is_not_pale(drawn):
    """Inferno's end is nearly white; laid over a light place it looked like no evidence."""
    (overlay,) = _overlays(drawn([np.ones((7, 7), np.float32)], signed=False))
    assert (overlay.max(axis=2) - overlay.min(axis=2)).min() > 60


@pytest.mark.parametrize("count", [1, 2, 3])
def test_figures_fit_a_window_of_1280_pixels(drawn, count):
    """Beside the file browser 900 of them are left; the inline backend takes 100 an inch."""
    maps = [np.ones((7, 7), np.float32)] * count
    figure = drawn(maps, signed=True, own_scale=range(count))
    assert figure.get_figwidth() <= 9
    wide, _ = figure.get_size_inches()
    panels = [axis for axis in figure.axes if axis.images]
    assert min(axis.get_position().width * wide for axis in panels) > 2.3
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [axis.get_tightbbox(renderer) for axis in panels]
    assert all(box.x0 >= -2 and box.x1 <= wide * figure.dpi + 2 for box in boxes)


def test_the_picture_of_the_solved_notebook_is_a_real_png(solved):
    import base64

    (png,) = solved.pictures("two_classes")
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        assert 700 < picture.width < 900
        assert len(picture.convert("RGB").getcolors(maxcolors=2**24)) > 1000
