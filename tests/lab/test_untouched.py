"""The student release as it is handed out, run from top to bottom before anything was written."""

from __future__ import annotations

import re

GRADED = ("predict", "get_resnet_features", "compute_cam", "compute_gradcam")


def test_no_cell_ends_in_an_error_or_a_warning(untouched):
    for cell in untouched.notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error", (cell.id, output.get("evalue"))
            assert output.get("name") != "stderr", (cell.id, output.get("text"))


def test_each_graded_check_stops_with_a_friendly_sentence(untouched):
    for task in GRADED:
        said = untouched.said(f"test_{task}")
        assert f"Finish `{task}` first: it returns None so far." in said
        assert "✓" not in said
        assert "Traceback" not in said


def test_cells_that_need_something_unfinished_say_what(untouched):
    for cell_id, needed in {
        "predict_show": "predict",
        "two_classes": "get_resnet_features",
        "show_gradcam": "compute_gradcam",
        "vgg_features_show": "get_vgg_features",
        "input_gradient_show": "input_gradient",
        "deletion": "get_resnet_features",
    }.items():
        assert f"Finish `{needed}` first" in untouched.said(cell_id)
    assert "Assign it" in untouched.said("fc_weight_show")
    assert "Fill in" in untouched.said("vgg_steps_show")


def test_its_last_cell_lists_everything_as_missing(untouched):
    said = untouched.said("before_handing_in_check")
    for task in GRADED:
        assert f"`{task}` is not written yet" in said
    assert "The written answer (part 1.5) is empty." in said
    assert said.count("A picture is missing") == 3
    assert "have not been run" in said


def test_stubs_keep_signature_and_docstring_and_nothing_of_the_solution(untouched, source):
    solutions = {cell.id: cell.source for cell in source.cells if "BEGIN SOLUTION" in cell.source}
    for cell_id, solution in solutions.items():
        stub = untouched.cell(cell_id).source
        assert "SOLUTION" not in stub and "MARK SCHEME" not in stub
        if cell_id == "interpretation":
            assert stub.strip() == "YOUR ANSWER HERE"
            continue
        assert "# YOUR CODE HERE" in stub
        before = solution.split("    ### BEGIN SOLUTION")[0].split("### BEGIN SOLUTION")[0]
        assert stub.startswith(before)
        secret = re.search(r"BEGIN SOLUTION\n(.*?)### END", solution, re.DOTALL)[1]
        assert not any(line.strip() in stub for line in secret.splitlines() if len(line) > 24)
