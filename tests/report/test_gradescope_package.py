"""The autograder for Gradescope really grades."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from autograder.demo import worked_notebook
from autograder.errors import CamlabError
from autograder.labs.lab09 import sample_answers as mistakes
from autograder.report.exports.gradescope_package import PROGRAMS, export_gradescope_package
from tests.conftest import copy_course
from tests.report.published_forms import GRADESCOPE


@pytest.fixture(scope="module")
def unpacked(course, releases, tmp_path_factory) -> Path:
    """The package, unpacked and prepared as Gradescope does, with what is installed here."""
    home = tmp_path_factory.mktemp("gradescope")
    package = export_gradescope_package(course, home / "autograder.zip")
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", package, home / "source"], check=True, timeout=60
    )
    shutil.copy(home / "source" / "run_autograder", home / "run_autograder")
    run(home, home / "source" / "prepare")
    return home


def run(home: Path, script: Path) -> None:
    environment = {
        **os.environ,
        "AUTOGRADER_HOME": str(home),
        "CAMLAB_PROGRAMS": str(Path(sys.executable).parent),
    }
    subprocess.run(["bash", script], env=environment, cwd=home, check=True, timeout=300)


def shared(home: Path) -> dict[str, int]:
    """What all submissions share, and when it was written."""
    folder = home / "source" / "camlab" / ".camlab" / "questions"
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.class")}


def graded(home: Path, files: dict[str, bytes]) -> dict:
    for name in ("submission", "results"):
        shutil.rmtree(home / name, ignore_errors=True)
        (home / name).mkdir()
    for name, content in files.items():
        (home / "submission" / name).write_bytes(content)
    run(home, home / "run_autograder")
    return json.loads((home / "results" / "results.json").read_text())


def test_a_submission_is_graded_as_the_course_would(unpacked, student_notebook, solution_notebook):
    answers = {"predict": mistakes.NO_SOFTMAX}
    notebook = worked_notebook(student_notebook, solution_notebook, answers)
    before = shared(unpacked)
    results = graded(unpacked, {"my lab (2).ipynb": json.dumps(notebook).encode()})
    Draft202012Validator(GRADESCOPE).validate(results)
    scores = {test["name"]: test.get("score") for test in results["tests"]}
    assert scores["compute_cam"] == scores["compute_gradcam"] == 3.0
    assert 0 < scores["predict"] < 1
    assert scores["interpretation"] is None
    assert "graded as lab09.ipynb" in results["output"]
    assert len(before) == 1 and shared(unpacked) == before, "made when the image was built"


def test_a_submission_that_cannot_be_run_gets_its_zero_and_its_sentence(unpacked):
    results = graded(unpacked, {"lab09.ipynb": b"%PDF-1.7"})
    Draft202012Validator(GRADESCOPE).validate(results)
    assert results["score"] == 0
    assert "not a notebook" in results["output"]


def test_the_scripts_are_sound_bash_and_may_be_run(unpacked):
    with zipfile.ZipFile(unpacked / "autograder.zip") as archive:
        for name in PROGRAMS:
            assert archive.getinfo(name).external_attr >> 16 & 0o111
            subprocess.run(["bash", "-n", unpacked / "source" / name], check=True)


def test_the_package_is_the_same_each_time_and_has_no_gradebook(course, releases, tmp_path):
    once = export_gradescope_package(course, tmp_path / "once.zip")
    again = export_gradescope_package(course, tmp_path / "again.zip")
    assert again.read_bytes() == once.read_bytes()
    with zipfile.ZipFile(again) as archive:
        names = archive.namelist()
    assert not [name for name in names if "gradebook.db" in name or "submitted" in name]
    assert "camlab/autograder/report/templates/feedback.html.j2" in names


def test_without_a_release_there_is_no_package(tmp_path):
    with pytest.raises(CamlabError, match="camlab release"):
        export_gradescope_package(copy_course(tmp_path / "fresh"), tmp_path / "autograder.zip")
