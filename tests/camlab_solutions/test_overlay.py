"""Overlays: enlarged in float, one scale, colour bars, words for what cannot be seen."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from camlab_solutions import draw_maps, enlarge


@pytest.fixture
def picture() -> Image.Image:
    return Image.new("RGB", (64, 48), "grey")


def test_a_map_is_enlarged_without_steps(picture):
    ramp = np.tile(np.linspace(0, 1, 7, dtype=np.float32), (7, 1))
    large = enlarge(ramp, picture.size)
    assert large.shape == (48, 64)
    assert large.dtype == np.float32
    assert len(np.unique(large[0].round(6))) > 40


def test_a_signed_map_is_centred_on_zero_and_has_a_colour_bar(picture):
    figure = draw_maps(picture, [np.linspace(-3, 1, 49).reshape(7, 7)], ["cat"], signed=True)
    heat = figure.axes[1].images[-1]
    assert (heat.norm.vmin, heat.norm.vmax) == (-3, 3)
    assert len(figure.axes) == 3, "picture, map, colour bar"
    plt.close(figure)


def test_maps_side_by_side_share_one_scale(picture):
    figure = draw_maps(picture, [np.ones((7, 7)), 4 * np.ones((7, 7))], ["a", "b"], signed=False)
    assert {axis.images[-1].norm.vmax for axis in figure.axes[1:3]} == {4.0}
    plt.close(figure)


def test_an_all_zero_map_says_so(picture):
    figure = draw_maps(picture, [np.zeros((7, 7))], ["boat"], signed=False)
    assert "no positive evidence" in [text.get_text() for text in figure.axes[1].texts]
    plt.close(figure)
