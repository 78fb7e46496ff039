"""Draw the lab's two diagrams and put them into the notebook as attachments.

    python tools/draw_figures.py

Attachments travel inside `lab09.ipynb`, so the figures are there in JupyterLab, VS Code and Colab
even when nothing but the notebook was copied. A light panel lies under each drawing, so that it
reads in dark mode and in print; what is dashed goes backwards, so that it reads without colours.
"""

from __future__ import annotations

import base64
import os
from html import escape
from pathlib import Path

import nbformat

NOTEBOOK = Path(__file__).parents[1] / "source" / "lab09" / "lab09.ipynb"
INK, FORWARD, BACKWARD, PANEL = "#1b1b1b", "#1d5c99", "#a8430a", "#ffffff"


def text(x: float, y: float, words: str, size: int = 14, colour: str = INK) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" '
        f'text-anchor="middle">{escape(words)}</text>'
    )


def box(x: float, y: float, width: float, height: float, *lines: str, fill: str = "#eef3f8") -> str:
    """A rounded box around its centre (x, y), with lines of text in it."""
    top = y - 9 * (len(lines) - 1) + 5
    return (
        f'<rect x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="7" '
        f'fill="{fill}" stroke="{INK}" stroke-width="1.3"/>'
    ) + "".join(text(x, top + 18 * row, line) for row, line in enumerate(lines))


def arrow(x1: float, y1: float, x2: float, y2: float, backward: bool = False) -> str:
    colour, dash = (BACKWARD, ' stroke-dasharray="7 4"') if backward else (FORWARD, "")
    head = "backward" if backward else "forward"
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="2.2"{dash} '
        f'marker-end="url(#{head})"/>'
    )


def grid(x: float, y: float, size: float, heat: bool = False, layers: int = 1) -> str:
    """A 7 x 7 grid around (x, y); several layers make a feature map, heat makes a heat map."""
    parts = []
    cell = size / 7
    for layer in reversed(range(layers)):
        left, top = x - size / 2 + 7 * layer, y - size / 2 - 7 * layer
        parts.append(
            f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="#f5efe4" '
            f'stroke="{INK}" stroke-width="1.3"/>'
        )
    for row in range(7):
        for column in range(7):
            strength = max(0.0, 1 - ((row - 2) ** 2 + (column - 4) ** 2) ** 0.5 / 3.2)
            if heat and strength > 0:
                parts.append(
                    f'<rect x="{x - size / 2 + column * cell:.1f}" '
                    f'y="{y - size / 2 + row * cell:.1f}" width="{cell:.1f}" height="{cell:.1f}" '
                    f'fill="{BACKWARD}" fill-opacity="{strength:.2f}"/>'
                )
    for line in range(1, 7):
        at = line * cell
        parts.append(
            f'<path d="M{x - size / 2 + at:.1f} {y - size / 2}v{size}'
            f'M{x - size / 2} {y - size / 2 + at:.1f}h{size}" '
            f'stroke="{INK}" stroke-width="0.5" fill="none"/>'
        )
    return "".join(parts)


def drawing(width: int, height: int, title: str, *parts: str) -> str:
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" '
        f'markerHeight="6" orient="auto"><path d="M0 0L10 5L0 10z" fill="{colour}"/></marker>'
        for name, colour in (("forward", FORWARD), ("backward", BACKWARD))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" '
        'font-family="DejaVu Sans, Verdana, Arial, Helvetica, sans-serif">'
        f"<title>{escape(title)}</title><defs>{heads}</defs>"
        f'<rect width="{width}" height="{height}" rx="10" fill="{PANEL}"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def draw_cam() -> str:
    """Two ways from the feature map to one score: averaging first, or weighing first."""
    return drawing(
        900,
        330,
        "CAM: two orders of the same sums",
        box(70, 165, 110, 60, "picture", "224 × 224"),
        arrow(127, 165, 167, 165),
        box(225, 165, 112, 60, "ResNet-18,", "to layer4"),
        arrow(283, 165, 321, 165),
        grid(370, 165, 84, layers=4),
        text(380, 232, "feature map X"),
        text(380, 250, "7 × 7 places, 512 channels", 12),
        arrow(442, 135, 497, 84),
        box(570, 72, 142, 60, "mean over places", "h: 512 numbers"),
        arrow(643, 72, 689, 72),
        box(760, 72, 138, 60, "weigh channels", "and add the bias"),
        arrow(790, 104, 815, 139),
        arrow(442, 195, 497, 246),
        box(562, 258, 126, 60, "weigh channels", "at each place"),
        arrow(627, 258, 660, 258),
        grid(705, 258, 84, heat=True),
        text(705, 318, "CAM of class k"),
        arrow(752, 258, 833, 198),
        text(828, 268, "mean over places,", 12),
        text(828, 284, "and add the bias", 12),
        box(830, 168, 110, 50, "score", "z of class k", fill="#e6f0e2"),
        text(570, 26, "as the network does it: places are lost", 13, FORWARD),
        text(560, 170, "the same sums, in another order:", 13, FORWARD),
        text(560, 188, "every place keeps its number", 13, FORWARD),
    )


def draw_gradcam() -> str:
    """Forwards to the score, backwards to the feature map, and both combined."""
    return drawing(
        900,
        380,
        "Grad-CAM: the flow of gradients",
        box(75, 90, 110, 60, "picture", "224 × 224"),
        arrow(132, 90, 182, 90),
        box(248, 90, 126, 60, "convolutions", "vgg19.features"),
        arrow(313, 90, 372, 90),
        grid(422, 90, 84, layers=4),
        text(440, 22, "feature map X: 7 × 7, 512 channels"),
        arrow(494, 90, 552, 90),
        box(630, 90, 150, 60, "the rest of the", "network, any kind"),
        arrow(707, 90, 757, 90),
        box(815, 90, 110, 50, "score", "z of class k", fill="#e6f0e2"),
        arrow(815, 119, 815, 196, backward=True),
        box(800, 226, 160, 56, "gradient ∂z/∂X", "7 × 7, 512 channels", fill="#fbeee6"),
        text(735, 160, "backwards, only", 12, BACKWARD),
        text(735, 176, "as far as X", 12, BACKWARD),
        arrow(718, 226, 664, 226, backward=True),
        box(585, 226, 152, 56, "sum over places", "α: 512 numbers", fill="#fbeee6"),
        arrow(507, 226, 475, 226, backward=True),
        arrow(422, 138, 422, 193),
        box(408, 226, 130, 60, "weigh X by α,", "sum channels"),
        arrow(341, 226, 306, 226),
        box(262, 226, 84, 50, "ReLU"),
        arrow(218, 226, 172, 226),
        grid(122, 226, 84, heat=True),
        text(122, 292, "Grad-CAM of class k"),
        arrow(250, 340, 305, 340),
        text(372, 345, "values, forwards", 13, FORWARD),
        arrow(500, 340, 555, 340, backward=True),
        text(640, 345, "gradients, backwards", 13, BACKWARD),
    )


# cell id -> (name of the attachment, its drawing)
FIGURES = {"cam_idea": ("cam.svg", draw_cam), "part2": ("gradcam.svg", draw_gradcam)}


def attach_figures(notebook: nbformat.NotebookNode) -> None:
    """Put the drawings into the notebook's cells, in place."""
    cells = {cell.id: cell for cell in notebook.cells}
    for cell_id, (name, draw) in FIGURES.items():
        encoded = base64.b64encode(draw().encode()).decode("ascii")
        cells[cell_id].attachments = {name: {"image/svg+xml": encoded}}


def main() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    attach_figures(notebook)
    unfinished = NOTEBOOK.with_suffix(".ipynb.new")
    nbformat.write(notebook, unfinished)
    os.replace(unfinished, NOTEBOOK)


if __name__ == "__main__":
    main()
