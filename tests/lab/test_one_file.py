"""The notebook alone is enough; what lies beside it wins; menus come only when asked for."""

from __future__ import annotations

import builtins
import shutil

import pytest
from torchvision.models import ResNet18_Weights

from autograder.assets.lab_pictures import PICTURES


def test_alone_it_brings_its_pictures_and_class_names(lab, source_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab.run("labels")
    for name in PICTURES:
        assert (tmp_path / name).read_bytes() == (source_folder / name).read_bytes()
    assert lab["classes"] == ResNet18_Weights.IMAGENET1K_V1.meta["categories"]


def test_files_beside_it_win(lab, source_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(source_folder / "boat.jpg", tmp_path / "cat.jpg")
    (tmp_path / "imagenet_classes.json").write_text('["a", "b"]' + " " * 10)
    lab["classes"] = lab["have_files"]()
    assert (tmp_path / "cat.jpg").read_bytes() == (source_folder / "boat.jpg").read_bytes()
    assert lab["classes"] == ["a", "b"]


def test_the_whole_solution_ran_in_a_folder_with_nothing_else(solved):
    """`solved` copies the notebook, and the check of what is missing; not the pictures."""
    assert {path.name for path in solved.folder.glob("*.jpg")} == set(PICTURES)


@pytest.fixture
def explored(lab, monkeypatch):
    """What `explore_maps` asks of ipywidgets."""
    ipywidgets = pytest.importorskip("ipywidgets")
    asked = []
    monkeypatch.setattr(ipywidgets, "interact", lambda function, **menus: asked.append(menus))
    lab["display"] = lambda shown, metadata=None, raw=False: (
        None if raw else asked.append(metadata["image/png"]["alt"])
    )
    return asked


def test_a_plain_figure_comes_without_asking_and_menus_with_it(lab, explored):
    lab.run("look_closer")
    (plain,) = explored
    assert plain.startswith("cat.jpg, and a heat map")
    lab.cells["open"] = lab.cells["look_closer"].replace("explore = False", "explore = True")
    lab.run("open")
    menus = explored[-1]
    assert menus["strength"] == (0.0, 1.0, 0.1)
    assert menus["image_file"] == PICTURES
    assert {"prison (743)", "schooner (780)"} <= {name for name, _ in menus["label"]}


def test_without_ipywidgets_a_sentence_says_so(lab, monkeypatch, capsys):
    real = builtins.__import__

    def without(name, *rest, **options):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *rest, **options)

    lab.run("look_closer")
    monkeypatch.setattr(builtins, "__import__", without)
    lab["explore_maps"]("cat.jpg")
    assert "ipywidgets is not installed here" in capsys.readouterr().out
