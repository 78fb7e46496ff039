"""A page that shows what the lab's networks make of its pictures: `camlab check-weights`."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt

from autograder.files import write_atomically
from autograder.labs.lab09.check_weights import NetworkReport, PictureReport
from autograder.report.pages import render
from camlab_solutions import draw_maps, open_picture


@dataclass(frozen=True)
class Shown:
    """A picture with its maps, and the same in words."""

    source: str  # a data URI
    words: str


def write_weights_page(reports: Sequence[NetworkReport], folder: Path, target: Path) -> None:
    """Write the page.

    Args:
        reports: one for each network.
        folder: holds the lab's pictures.
        target: the HTML file.
    """
    shown = {
        (report.network, picture.picture): _show(picture, report.signed, folder)
        for report in reports
        for picture in report.pictures
    }
    write_atomically(target, render("weights.html.j2", reports=reports, shown=shown).encode())


def _show(report: PictureReport, signed: bool, folder: Path) -> Shown:
    titles, maps = zip(*report.maps, strict=True)
    figure = draw_maps(open_picture(folder / report.picture), maps, titles, signed=signed)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    plt.close(figure)
    places = []
    for title, heat_map in report.maps:
        row, column = divmod(int(heat_map.argmax()), heat_map.shape[1])
        places.append(f"{title}: strongest in row {row + 1}, column {column + 1}")
    encoded = base64.b64encode(buffer.getvalue()).decode("ascii")
    words = f"{report.picture} and its heat maps. {'; '.join(places)}."
    return Shown(f"data:image/png;base64,{encoded}", words)
