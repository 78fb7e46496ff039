"""The source notebook: marked for nbgrader, readable, self-contained, its numbers from a run."""

from __future__ import annotations

import ast
import base64
import io
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from PIL import Image

from autograder.assets.weights import find_weights

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import draw_figures
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
    cells = {cell.id: cell for cell in source.cells}
    for cell_id, (name, draw) in draw_figures.FIGURES.items():
        attached = base64.b64decode(cells[cell_id].attachments[name]["image/png"])
        difference = np.abs(_pixels(attached) - _pixels(draw())).mean()
        assert difference < 1, f"run tools/draw_figures.py: {name} is not what it draws"
        alt = re.search(rf"!\[([^\]]+)\]\(attachment:{re.escape(name)}\)", cells[cell_id].source)
        assert alt and len(alt[1]) > 100, "the alt text says what the figure shows"


def test_the_figures_read_in_print_and_in_dark_mode():
    for _, draw in draw_figures.FIGURES.values():
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
