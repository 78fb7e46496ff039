"""The solved notebook, run from top to bottom in a real kernel."""

from __future__ import annotations


def test_it_runs_without_an_error_or_a_warning(solved):
    for cell in solved.notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error", (cell.id, output.get("evalue"))
            assert output.get("name") != "stderr", (cell.id, output.get("text"))


def test_every_check_is_content_and_says_what_it_looked_at(solved):
    for task in ("predict", "get_resnet_features", "compute_cam", "compute_gradcam"):
        said = solved.said(f"test_{task}")
        assert said.startswith(f"Check of {task}")
        assert said.count("✓") >= 4
        assert "✗" not in said and "·" not in said


def test_it_shows_its_pictures(solved):
    wanted = {
        "process_input": 1,
        "predict_show": 2,
        "features_show": 1,
        "show_cam": 1,
        "two_classes": 1,
        "experiment": 1,
        "vgg_predict": 1,
        "show_gradcam": 2,
        "input_gradient_show": 1,
        "counterfactual": 1,
        "sanity": 1,
        "deletion": 1,
    }
    shown = {cell_id: len(solved.pictures(cell_id)) for cell_id in wanted}
    assert shown == wanted


def test_it_takes_under_a_minute_and_under_four_gigabytes(solved):
    print(f"\nsolution: {solved.seconds} s, {solved.cpu_seconds} s of processor", end=", ")
    print(f"{solved.peak_mb} MB at most")
    # Not by the clock: other work on the machine is no fault of the notebook's.
    assert solved.cpu_seconds < 60
    assert solved.peak_mb < 4096


def test_a_photograph_of_ones_own_is_looked_at(lab, capsys):
    cell = lab.cells["photograph"]
    exec(cell, dict(lab))
    assert "Write the name of your photograph" in capsys.readouterr().out
    exec(cell.replace('my_photograph = ""', 'my_photograph = "boat.jpg"'), dict(lab))
    assert "schooner" in capsys.readouterr().out


def test_cells_may_be_run_again_in_any_order(whole_lab, capsys):
    """Twice the same maps, no gradients left behind, the network as it was found."""
    lab, torch = whole_lab, whole_lab["torch"]
    before = {name: value.clone() for name, value in lab["resnet"].state_dict().items()}
    features = lab["get_resnet_features"]("cat.jpg")
    first = lab["compute_cam"](features, 285)
    for cell_id in ("show_cam", "test_compute_cam", "test_get_resnet_features", "test_predict"):
        lab.run(cell_id)
    lab.run("test_compute_gradcam")
    for cell_id in ("input_gradient_show", "sanity", "deletion", "counterfactual", "two_classes"):
        lab.run(cell_id)
    assert "✗" not in capsys.readouterr().out
    assert torch.equal(lab["compute_cam"](lab["get_resnet_features"]("cat.jpg"), 285), first)
    assert all(parameter.grad is None for parameter in lab["resnet"].parameters())
    after = lab["resnet"].state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not lab["resnet"].training


def test_nothing_that_a_student_function_returns_drags_a_graph_along(lab):
    features = lab["get_resnet_features"]("cat.jpg")
    assert not features.requires_grad
    assert not lab["fc_weight"].requires_grad
    assert not lab["compute_cam"](features, 3).requires_grad
