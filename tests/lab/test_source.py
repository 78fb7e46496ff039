"""The source notebook: marked for nbgrader, readable, self-contained, its numbers from a run."""

from __future__ import annotations

import ast
import base64
import io
import re
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from PIL import Image

from autograder.assets.lab_pictures import PICTURES
from autograder.assets.weights import find_weights

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import draw_figures
import embed_pictures
import update_example

ROLES = {  # (grade, solution, locked, points)
    "predict": (False, True, False, None),
    "test_predict": (True, False, True, 1),
    "get_resnet_features": (False, True, False, None),
    "test_get_resnet_features": (True, False, True, 1),
    "fc_weight": (False, True, False, None),
    "compute_cam": (False, True, False, None),
    "test_compute_cam": (True, False, True, 3),
    "interpretation": (True, True, False, 2),
    "get_vgg_features": (False, True, False, None),
    "vgg_remaining_steps": (False, True, False, None),
    "compute_gradcam": (False, True, False, None),
    "test_compute_gradcam": (True, False, True, 3),
    "input_gradient": (False, True, False, None),
}


def _marked(source):
    return [cell for cell in source.cells if "nbgrader" in cell.metadata]


def test_nbgrader_accepts_its_metadata(source):
    nbformat.validate(source)
    MetadataValidator().validate_nb(source)


def test_every_task_has_its_cell_its_role_and_its_points(source):
    found = {
        cell.metadata.nbgrader.grade_id: tuple(
            cell.metadata.nbgrader.get(key) for key in ("grade", "solution", "locked", "points")
        )
        for cell in _marked(source)
        if cell.metadata.nbgrader.grade or cell.metadata.nbgrader.solution
    }
    assert found == ROLES
    assert sum(points or 0 for *_, points in found.values()) == 10


def test_all_other_marked_cells_are_read_only(source):
    others = [cell for cell in _marked(source) if cell.metadata.nbgrader.grade_id not in ROLES]
    assert others
    assert all(cell.metadata.nbgrader.locked for cell in others)


def test_cell_ids_were_chosen_by_hand_and_are_the_grade_ids(source):
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", cell.id) for cell in source.cells)
    assert len({cell.id for cell in source.cells}) == len(source.cells)
    assert all(cell.id == cell.metadata.nbgrader.grade_id for cell in _marked(source))


def test_each_graded_test_fails_closed_where_nothing_of_ours_judges_it(source):
    for cell in _marked(source):
        if cell.id.startswith("test_"):
            hidden = cell.source.split("### BEGIN HIDDEN TESTS\n")[1]
            assert hidden == (
                f'raise NotImplementedError("marked by autograder/labs/lab09/graders/{cell.id}.py: '
                'run `camlab grade`")\n### END HIDDEN TESTS'
            )


def test_it_is_plain_python_without_magics_or_shell(source):
    for cell in source.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


def test_the_example_of_predict_comes_from_a_run(source):
    weights = find_weights()
    (cell,) = (cell for cell in source.cells if cell.id == "predict")
    written = update_example.EXAMPLE.search(cell.source)
    assert written, "the docstring of predict holds an example"
    if written["weights"] != update_example.KINDS[weights.kind]:
        pytest.skip(f"the example was made with {written['weights']}; here are others")
    run = update_example.run_predict(source, weights.torch_home)
    example = ast.literal_eval(written["output"].strip())
    assert [guess[:2] for guess in example] == [guess[:2] for guess in run]
    for (*_, shown), (*_, computed) in zip(example, run, strict=True):
        assert abs(shown - computed) < 1e-3


def test_the_figures_in_the_notebook_are_what_the_program_draws(source):
    """In the text itself: Colab and others ignore attachments."""
    cells = {cell.id: cell for cell in source.cells}
    assert not any(cell.get("attachments") for cell in source.cells)
    for cell_id, draw in draw_figures.FIGURES.items():
        (found,) = draw_figures.PLACE.finditer(cells[cell_id].source)
        shown = base64.b64decode(found["data"])
        difference = np.abs(_pixels(shown) - _pixels(draw())).mean()
        assert difference < 1, f"run tools/draw_figures.py: {cell_id} is not what it draws"
        assert len(found["alt"]) > 100, "the alt text says what the figure shows"


def test_the_pictures_in_the_notebook_are_those_beside_it(source, source_folder):
    (cell,) = (cell for cell in source.cells if cell.id == "files")
    inside = embed_pictures.embedded(cell.source)
    assert set(inside) == set(PICTURES)
    for name, content in inside.items():
        assert content == (source_folder / name).read_bytes(), "run tools/embed_pictures.py"


def test_the_notebook_stays_small(source_folder):
    assert (source_folder / "lab09.ipynb").stat().st_size < 400_000


def test_it_has_one_first_level_heading_and_contents_whose_links_work(source):
    headings = [
        line
        for cell in source.cells
        if cell.cell_type == "markdown"
        for line in re.sub(r"\$\$.*?\$\$", "", cell.source, flags=re.DOTALL).splitlines()
        if re.match(r"#+ ", line) and not re.match(r"### (BEGIN|END) ", line)
    ]
    levels = [len(line.split()[0]) for line in headings]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), "no level is skipped"
    # Jupyter's anchors are the headings with hyphens for spaces.
    anchors = {line.lstrip("# ").replace(" ", "-") for line in headings}
    links = re.findall(r"\]\(#([^)]+)\)", source.cells[0].source)
    assert len(links) >= 7 and set(links) <= anchors


def test_author_date_and_licence_are_said(source):
    line = source.cells[0].source.split("**Where does")[0]
    assert "Written by" in line and re.search(r"20\d\d", line) and "CC BY 4.0" in line


def test_what_is_locked_before_the_first_task_is_folded(source):
    ids = [cell.id for cell in source.cells]
    before = [cell for cell in source.cells[: ids.index("predict")] if cell.cell_type == "code"]
    open_lines = sum(
        len(cell.source.splitlines())
        for cell in before
        if not cell.metadata.get("jupyter", {}).get("source_hidden")
    )
    assert open_lines < 25
    for cell in source.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            assert cell.metadata.nbgrader.locked, "nothing that a student edits is folded"


def test_no_widget_state_is_saved(source):
    assert "widgets" not in source.metadata
    (cell,) = (cell for cell in source.cells if cell.id == "look_closer")
    assert cell.source.startswith("explore = False")


def test_students_get_the_versions_that_grading_uses(root, source_folder):
    locked = set((root / "requirements.lock").read_text().splitlines())
    lines = (source_folder / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) >= 8 and set(pins) <= locked


def test_the_figures_read_in_print_and_in_dark_mode():
    for draw in draw_figures.FIGURES.values():
        pixels = _pixels(draw())
        assert (pixels[0] == 255).all() and (pixels[-1] == 255).all(), "a white ground of its own"
        grey = pixels @ np.array([0.299, 0.587, 0.114])
        assert grey.min() < 60 and (grey > 200).mean() > 0.8, "dark on light without colours, too"


def _pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.float64)


def test_every_external_link_has_words_on_what_it_is(source):
    links = [
        (match, line)
        for cell in source.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        for match in re.finditer(r"\[([^\]]+)\]\((https?:[^)]+)\)", line)
    ]
    assert len(links) >= 8
    for match, line in links:
        around = line.replace(match[0], "")
        assert len(re.sub(r"\W+", " ", around).split()) >= 4, match[0]


def test_each_section_asks_a_question_and_gives_something_to_think_about(source):
    text = "\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")
    assert text.count("**The question.**") >= 6
    assert text.count("**The idea.**") >= 4
    assert text.count("**Think.**") + text.count("**Ask yourself:**") >= 9
