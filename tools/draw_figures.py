"""Draw the lab's two diagrams and put them into the notebook's text.

    python tools/draw_figures.py

They stand there as data URIs: Colab and others ignore attachments. They are PNGs, for JupyterLab
shows no SVG in a text.
The ground is white, so that they read in dark mode and in print; what is dashed goes backwards, so
that they read without colours.
"""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from PIL import Image

NOTEBOOK = Path(__file__).parents[1] / "source" / "lab09" / "lab09.ipynb"
INK, FORWARD, BACKWARD, PAPER = "#1b1b1b", "#1d5c99", "#a8430a", "#f5efe4"
VALUES, GRADIENTS, SCORE = "#eef3f8", "#fbeee6", "#e6f0e2"
DOTS_PER_UNIT = 1.5


def box(axes: Axes, x: float, y: float, width: float, height: float, words: str, fill: str) -> None:
    """A rounded box around (x, y) with words in it."""
    corner = (x - width / 2, y - height / 2)
    style = "round,pad=0,rounding_size=7"
    axes.add_patch(
        FancyBboxPatch(corner, width, height, boxstyle=style, facecolor=fill, edgecolor=INK)
    )
    write(axes, x, y, words)


def write(axes: Axes, x: float, y: float, words: str, size: float = 9.5, colour: str = INK) -> None:
    axes.text(x, y, words, size=size, color=colour, ha="center", va="center", linespacing=1.35)


def arrow(axes: Axes, start: tuple, end: tuple, backward: bool = False) -> None:
    style = {
        "arrowstyle": "-|>",
        "color": BACKWARD if backward else FORWARD,
        "linewidth": 1.8,
        "linestyle": (0, (4, 2)) if backward else "solid",
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": 13,
    }
    axes.annotate("", xy=end, xytext=start, arrowprops=style)


def feature_map(axes: Axes, x: float, y: float, size: float = 84) -> None:
    """Four sheets one behind the other, the front one ruled into 7 x 7 places."""
    for sheet in reversed(range(4)):
        corner = (x - size / 2 + 7 * sheet, y - size / 2 - 7 * sheet)
        axes.add_patch(Rectangle(corner, size, size, facecolor=PAPER, edgecolor=INK))
    rule(axes, x, y, size)


def heat_map(axes: Axes, x: float, y: float, size: float = 84) -> None:
    rows, columns = np.mgrid[0:7, 0:7]
    heat = np.clip(1 - np.hypot(rows - 2, columns - 4) / 3.2, 0, 1)
    extent = (x - size / 2, x + size / 2, y + size / 2, y - size / 2)
    axes.imshow(heat, cmap="Oranges", extent=extent, zorder=1, vmax=1.3)
    corner = (x - size / 2, y - size / 2)
    axes.add_patch(Rectangle(corner, size, size, facecolor="none", edgecolor=INK))
    rule(axes, x, y, size)


def rule(axes: Axes, x: float, y: float, size: float) -> None:
    for line in range(1, 7):
        at = line * size / 7 - size / 2
        axes.plot([x + at, x + at], [y - size / 2, y + size / 2], color=INK, linewidth=0.5)
        axes.plot([x - size / 2, x + size / 2], [y + at, y + at], color=INK, linewidth=0.5)


def canvas(width: int, height: int) -> tuple[Figure, Axes]:
    """A white figure whose coordinates run from the upper left, 100 units an inch."""
    figure = Figure(figsize=(width / 100, height / 100), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    return figure, axes


def to_png(figure: Figure, axes: Axes, width: int, height: int) -> bytes:
    # Last, for imshow moves the limits.
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="auto")
    raw, small = io.BytesIO(), io.BytesIO()
    figure.savefig(raw, dpi=100 * DOTS_PER_UNIT, metadata={"Software": None})
    picture = Image.open(raw).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


def draw_cam() -> bytes:
    """Two ways from the feature map to one score: averaging first, or weighing first."""
    figure, axes = canvas(900, 340)
    box(axes, 70, 165, 110, 60, "picture\n224 × 224", VALUES)
    arrow(axes, (127, 165), (167, 165))
    box(axes, 225, 165, 112, 60, "ResNet-18,\nto layer4", VALUES)
    arrow(axes, (283, 165), (323, 165))
    feature_map(axes, 370, 165)
    write(axes, 380, 238, "feature map X\n7 × 7 places, 512 channels")
    arrow(axes, (442, 135), (498, 84))
    box(axes, 572, 72, 142, 60, "mean over places\nh: 512 numbers", VALUES)
    arrow(axes, (645, 72), (693, 72))
    box(axes, 765, 72, 138, 60, "weigh channels\nand add the bias", VALUES)
    arrow(axes, (795, 104), (820, 141))
    arrow(axes, (442, 195), (498, 246))
    box(axes, 562, 258, 126, 60, "weigh channels\nat each place", VALUES)
    arrow(axes, (627, 258), (661, 258))
    heat_map(axes, 705, 258)
    write(axes, 705, 316, "CAM of class k")
    arrow(axes, (750, 258), (828, 197))
    write(axes, 833, 270, "mean over places,\nand add the bias", 8.5)
    box(axes, 832, 168, 110, 50, "score\nz of class k", SCORE)
    write(axes, 572, 26, "as the network does it: places are lost", 9, FORWARD)
    write(
        axes, 572, 165, "the same sums, in another order:\nevery place keeps its number", 9, FORWARD
    )
    return to_png(figure, axes, 900, 340)


def draw_gradcam() -> bytes:
    """Forwards to the score, backwards to the feature map, and both combined."""
    figure, axes = canvas(900, 370)
    box(axes, 75, 90, 110, 60, "picture\n224 × 224", VALUES)
    arrow(axes, (132, 90), (182, 90))
    box(axes, 248, 90, 126, 60, "convolutions\nvgg19.features", VALUES)
    arrow(axes, (313, 90), (375, 90))
    feature_map(axes, 422, 90)
    write(axes, 440, 14, "feature map X: 7 × 7 places, 512 channels")
    arrow(axes, (494, 90), (552, 90))
    box(axes, 630, 90, 150, 60, "the rest of the\nnetwork, any kind", VALUES)
    arrow(axes, (707, 90), (757, 90))
    box(axes, 815, 90, 110, 50, "score\nz of class k", SCORE)
    arrow(axes, (815, 117), (815, 195), backward=True)
    write(axes, 742, 160, "backwards, only\nas far as X", 8.5, BACKWARD)
    box(axes, 800, 226, 166, 58, "gradient ∂z/∂X\n7 × 7, 512 channels", GRADIENTS)
    arrow(axes, (715, 226), (664, 226), backward=True)
    box(axes, 585, 226, 154, 58, "sum over places\nα: 512 numbers", GRADIENTS)
    arrow(axes, (506, 226), (476, 226), backward=True)
    arrow(axes, (422, 136), (422, 194))
    box(axes, 408, 226, 132, 60, "weigh X by α,\nsum channels", VALUES)
    arrow(axes, (340, 226), (307, 226))
    box(axes, 263, 226, 84, 50, "ReLU", VALUES)
    arrow(axes, (219, 226), (170, 226))
    heat_map(axes, 122, 226)
    write(axes, 122, 286, "Grad-CAM of class k")
    arrow(axes, (240, 340), (295, 340))
    write(axes, 365, 340, "values, forwards", 9, FORWARD)
    arrow(axes, (500, 340), (555, 340), backward=True)
    write(axes, 643, 340, "gradients, backwards", 9, BACKWARD)
    return to_png(figure, axes, 900, 370)


# cell id -> its drawing
FIGURES: dict[str, Callable[[], bytes]] = {"cam_idea": draw_cam, "part2": draw_gradcam}
PLACE = re.compile(r"!\[(?P<alt>[^\]]+)\]\((?:attachment:|data:image/png;base64,)(?P<data>[^)]*)\)")


def place_figures(notebook: nbformat.NotebookNode) -> None:
    """Put the drawings into the text of the notebook's cells, in place."""
    cells = {cell.id: cell for cell in notebook.cells}
    for cell_id, draw in FIGURES.items():
        encoded = base64.b64encode(draw()).decode("ascii")
        cell = cells[cell_id]
        cell.source, count = PLACE.subn(
            lambda found, data=encoded: f"![{found['alt']}](data:image/png;base64,{data})",
            cell.source,
        )
        if count != 1:
            raise SystemExit(f"The cell {cell_id} has {count} places for its figure.")
        cell.pop("attachments", None)


def main() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    place_figures(notebook)
    unfinished = NOTEBOOK.with_suffix(".ipynb.new")
    nbformat.write(notebook, unfinished)
    os.replace(unfinished, NOTEBOOK)


if __name__ == "__main__":
    main()
