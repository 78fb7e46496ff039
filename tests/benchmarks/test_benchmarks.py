"""The benchmark measures what it says, in its smallest form; `make bench` runs the stock part."""

from __future__ import annotations

import sys

import nbformat
import pytest
from nbgrader.api import Gradebook

from benchmarks.floor import measure_floor
from benchmarks.measuring import Measured, measure
from benchmarks.plain_course import ASSERTS, PlainCourse
from benchmarks.scratch_course import make_scratch_course
from benchmarks.stages import STAGES, Clock


@pytest.fixture(scope="module")
def scratch(course, releases, tmp_path_factory, monkeypatch_module):
    monkeypatch_module.chdir(course.root)
    folder = tmp_path_factory.mktemp("benchmark") / "course"
    return make_scratch_course(folder, 1, unfinished=True)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_a_command_is_measured_with_its_childrens_memory(tmp_path):
    program = (
        "import subprocess, sys; from pathlib import Path\n"
        "Path('graded').mkdir(); Path('graded/a.ipynb').touch()\n"
        "hold = 'import time; held = bytearray(100 * 2**20); time.sleep(1.5)'\n"
        "subprocess.run([sys.executable, '-c', hold])\n"
        "Path('graded/b.ipynb').touch()"
    )
    command = [sys.executable, "-c", program]
    measured = measure(command, tmp_path, tmp_path / "graded", {}, memory=True)
    assert 1.5 < measured.results[1] <= measured.seconds
    assert measured.first_result < measured.results[1] - 1
    assert measured.peak_memory > 100 * 2**20


def test_the_start_is_no_part_of_the_steady_cost():
    measured = Measured(20.0, 0, (10.0, 10.5, 12.0, 13.0))
    assert measured.steady_seconds() == 1.0
    assert measured.steady_seconds(jobs=2) == 1.25


def test_a_command_that_fails_is_not_a_figure(tmp_path):
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure([sys.executable, "-c", "exit(3)"], tmp_path, tmp_path / "graded", {})


def test_the_stock_course_holds_real_asserts_that_students_do_not_see(scratch, tmp_path):
    plain = PlainCourse(tmp_path / "plain", scratch)
    released = nbformat.read(tmp_path / "plain/release/lab09/lab09.ipynb", as_version=4)
    with Gradebook(f"sqlite:///{tmp_path / 'plain' / 'gradebook.db'}", "plain") as gradebook:
        for grade_id, asserts in ASSERTS.items():
            kept = gradebook.find_source_cell(grade_id, "lab09", "lab09").source
            assert asserts.strip() in kept
            assert asserts.strip() not in str(released)
    assert plain.full_marks == 8


def test_the_floor_runs_every_cell_and_camlab_the_same_submission(scratch):
    root, student = scratch.course.root, scratch.students[0]
    [seconds] = measure_floor(root / "everyone" / student / "lab09" / "lab09.ipynb", root, 1)
    graded = scratch.grade(scratch.students, "out", jobs=1)
    assert 0 < seconds < graded.seconds
    assert len(graded.results) == 1


def test_the_stages_are_called_for_each_submission_and_left_as_they_were():
    for stage, owner, name in STAGES:
        function = getattr(owner, name)
        clock = Clock()
        with clock.timing(stage, owner, name):
            assert getattr(owner, name) is not function
            with pytest.raises(TypeError):
                getattr(owner, name)(nothing="like it")
        assert getattr(owner, name) is function
        assert len(clock.seconds[stage]) == 1
