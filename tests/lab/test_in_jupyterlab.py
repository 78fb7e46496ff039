"""A student's way through the lab in JupyterLab, in a real browser.

Set CAMLAB_UPDATE_IMAGES=1 to write the pictures in docs/images anew; then look at them.
"""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from autograder.assets.weights import find_weights
from tests.lab import jupyterlab
from tests.lab.run_notebook import HIDDEN

pytestmark = pytest.mark.skipif(
    jupyterlab.CHROMIUM is None, reason="no Chromium here: apt-get install chromium"
)
IMAGES = Path(__file__).parents[2] / "docs" / "images"
UPDATE = os.environ.get("CAMLAB_UPDATE_IMAGES") == "1"
# What a TA looks at, and the name under which it is stored: cell, number of the picture.
STORED = {
    "lab09-cam.png": ("two_classes", 0),
    "lab09-gradcam-cat.png": ("show_gradcam", 0),
    "lab09-gradcam-boat.png": ("show_gradcam", 1),
}
# Mean difference, of 255 grey levels. Fonts and rounding move single pixels; another map, a
# swapped colour or a missing panel moves it past 2.
TOLERANCE = 1.0


@pytest.fixture(scope="module")
def worked(
    blank_folder, source, tmp_path_factory
) -> tuple[nbformat.NotebookNode, dict[str, bytes]]:
    """The release's notebook, filled in, run and saved in the browser; and screenshots by name.

    It lies alone in its folder but for the check of what is missing.
    """
    folder = tmp_path_factory.mktemp("student")
    for name in ("lab09.ipynb", "lab09_check.py"):
        (folder / name).write_bytes((blank_folder / name).read_bytes())
    answers = {
        cell.id: HIDDEN.sub("", cell.source)
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    scratch = tmp_path_factory.mktemp("jupyter")
    shots = {}
    with (
        jupyterlab.serve(folder, scratch, find_weights().torch_home) as address,
        jupyterlab.open_notebook(address) as page,
    ):
        jupyterlab.fill_in(page, answers)
        jupyterlab.run_all(page)
        jupyterlab.save(page)
        for theme in ("Light", "Dark"):
            jupyterlab.set_theme(page, f"JupyterLab {theme}")
            for cell_id in ("cam_idea", "part2", "two_classes", "test_compute_cam"):
                jupyterlab.show(page, cell_id)
                shots[f"lab09-{theme.lower()}-{cell_id.replace('_', '-')}.png"] = page.screenshot()
        jupyterlab.set_theme(page, "JupyterLab Light")
        page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        page.set_viewport_size({"width": 640, "height": 450})  # what is left at 200 %
        jupyterlab.show(page, "two_classes")
        shots["lab09-zoomed-two-classes.png"] = page.screenshot(scale="css")
    return nbformat.read(folder / "lab09.ipynb", as_version=4), shots


def _png(notebook: nbformat.NotebookNode, cell_id: str, number: int) -> bytes:
    (cell,) = (cell for cell in notebook.cells if cell.id == cell_id)
    pictures = [out.data["image/png"] for out in cell.outputs if "image/png" in out.get("data", {})]
    return base64.b64decode(pictures[number])


def _grey(png: bytes, size: tuple[int, int] | None = None) -> np.ndarray:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return np.asarray(picture.resize(size) if size else picture, dtype=np.float32)


def test_everything_runs_and_nothing_is_missing_in_the_saved_file(worked):
    notebook, _ = worked
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error", (cell.id, output.get("evalue"))
            assert output.get("name") != "stderr", (cell.id, output.get("text"))
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", STORED)
def test_the_pictures_that_appear_are_the_stored_ones(worked, name):
    if find_weights().kind != "stand-in":
        pytest.skip("the stored pictures were made with stand-in weights")
    png = _png(worked[0], *STORED[name])
    if UPDATE:
        (IMAGES / name).write_bytes(png)
    stored = Image.open(IMAGES / name)
    shown = _grey(png, stored.size)
    difference = np.abs(shown - _grey((IMAGES / name).read_bytes())).mean()
    assert difference < TOLERANCE


def test_the_tolerance_tells_two_maps_apart():
    """The Grad-CAM of the boat, or swapped colours, would not pass for the map of the cat."""
    cat = _grey((IMAGES / "lab09-cam.png").read_bytes())
    assert np.abs(cat - cat[..., ::-1]).mean() > 2 * TOLERANCE
    gradcam = (IMAGES / "lab09-gradcam-cat.png").read_bytes()
    assert np.abs(cat - _grey(gradcam, cat.shape[1::-1])).mean() > 2 * TOLERANCE


def test_the_diagrams_are_shown_on_a_light_panel_in_both_themes(worked):
    shots = worked[1]
    assert len(shots) == 9
    for name, png in shots.items():
        if "cam-idea" in name or "part2" in name:
            white = (_grey(png) > 250).all(axis=-1).mean()
            assert white > 0.08, name
    if UPDATE:
        for name in (
            "lab09-light-part2.png",
            "lab09-dark-cam-idea.png",
            "lab09-light-two-classes.png",
            "lab09-zoomed-two-classes.png",
        ):
            (IMAGES / name).write_bytes(shots[name])
        grey = Image.open(IMAGES / "lab09-light-two-classes.png").convert("L")
        grey.save(IMAGES / "lab09-grey-two-classes.png")
