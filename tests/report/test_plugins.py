"""nbgrader's own export command writes the same files as ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps import ExportApp

from autograder.gradebook.marks import class_marks
from autograder.report.exports.choice import export_marks_to, find_export
from autograder.report.exports.export import export_names
from autograder.results import write_results
from tests.conftest import copy_course
from tests.report.sample_gradebook import LAB, make_gradebook, mark_by_hand
from tests.report.sample_results import small_class


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A course folder with a gradebook and results."""
    folder = copy_course(tmp_path_factory.mktemp("plugins")).root
    url = make_gradebook(folder / "gradebook.db", small_class())
    mark_by_hand(url, "ada", "interpretation", 1.5, "Name the places.")
    write_results(small_class(), folder / "results.json")
    return folder


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    return {str(one.relative_to(path)): one.read_bytes() for one in files}


def export(folder: Path, plugin: str, *options: str) -> None:
    """`nbgrader export` in this process, which spares its start."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        ExportApp.clear_instance()
        app = ExportApp.instance()
        app.initialize([f"--exporter=autograder.nbgrader.export_plugins.{plugin}", *options])
        app.start()
    finally:
        ExportApp.clear_instance()
        os.chdir(before)


@pytest.mark.parametrize("kind", export_names())
def test_each_plugin_writes_what_camlab_export_writes(kind, folder, tmp_path):
    export(folder, find_export(kind).plugin, f"--to={tmp_path / 'theirs'}")
    marks = class_marks(LAB, small_class(), f"sqlite:///{folder / 'gradebook.db'}")
    ours = export_marks_to(kind, marks, tmp_path / "ours")
    assert contents(tmp_path / "theirs") == contents(ours)


def test_single_students_can_be_chosen(folder, tmp_path):
    export(folder, "CsvExporter", f"--to={tmp_path / 'one.csv'}", "--student=['barbara']")
    lines = (tmp_path / "one.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["student", "barbara"]


def test_the_real_command_finds_the_plugin(folder, tmp_path):
    done = subprocess.run(
        [
            sys.executable, "-m", "nbgrader", "export",
            "--exporter=autograder.nbgrader.export_plugins.MarkUsExporter",
            f"--to={tmp_path / 'markus'}",
        ],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "3 written answers are not marked yet" in done.stderr
    assert (tmp_path / "markus" / "results" / "ada.json").is_file()
