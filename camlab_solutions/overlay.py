"""Heat maps on their picture, written once for CAM and Grad-CAM."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

# Inferno's last tenth is so pale that over a light place the strongest evidence looks like none.
WARM = ListedColormap(plt.get_cmap("inferno")(np.linspace(0, 0.9, 256)))


def enlarge(heat_map: Tensor | np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Enlarge a heat map to a picture's (width, height), as floats: eight bits would show steps.

    Returns:
        float32 [height, width].
    """
    array = np.asarray(heat_map, dtype=np.float32)
    return cv2.resize(array, size, interpolation=cv2.INTER_LINEAR)


def draw_maps(
    picture: Image.Image,
    heat_maps: Sequence[Tensor | np.ndarray],
    titles: Sequence[str],
    *,
    signed: bool,
) -> Figure:
    """Draw a picture and each heat map over it, on one scale, with colour bars.

    Args:
        picture: an RGB picture.
        heat_maps: [h, w] each.
        titles: one for each map.
        signed: True for CAM (blue against, white nothing, red for), False for Grad-CAM.
    """
    arrays = [np.asarray(one, dtype=np.float32) for one in heat_maps]
    peak = max(float(np.abs(array).max()) for array in arrays) or 1.0
    panels = len(arrays) + 1
    figure, axes = plt.subplots(1, panels, figsize=(3.9 * panels, 3.6), layout="constrained")
    axes[0].imshow(picture)
    axes[0].set_title("picture")
    grey = picture.convert("L")  # so that every colour comes from the map
    for axis, array, title in zip(axes[1:], arrays, titles, strict=True):
        axis.imshow(grey, cmap="gray", vmin=0, vmax=255)
        heat = axis.imshow(
            enlarge(array, picture.size),
            cmap="RdBu_r" if signed else WARM,
            vmin=-peak if signed else 0,
            vmax=peak,
            alpha=0.6,
        )
        bar = figure.colorbar(heat, ax=axis, shrink=0.8)
        bar.set_label("against  ←  evidence  →  for" if signed else "evidence for")
        axis.set_title(title)
        if not array.any():
            words = "no evidence" if signed else "no positive evidence"
            box = {"facecolor": "white", "alpha": 0.9}
            axis.text(0.5, 0.5, words, transform=axis.transAxes, ha="center", va="center", bbox=box)
    for axis in axes:
        axis.set_xticks([])
        axis.set_yticks([])
    return figure
