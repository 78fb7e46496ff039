"""How many submissions are graded at a time makes no difference to any mark; who ran out of time is
run once more, alone, before that is believed, where the machine may have been the reason."""

from __future__ import annotations

import os
import threading

import pytest

from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.kernel import Sandbox
from autograder.kernel.fair_clock import FairClock
from autograder.lab import SampleStudent
from autograder.limits import Limits
from tests.cluster.conftest import without_seconds

# Whoever is honest takes milliseconds: the small lab has no networks, which may have to be read
# from a disk that another test keeps busy.
LIMITS = Limits(cell_seconds=3.0, given_cell_seconds=3.0, question_seconds=4.0)
JOBS = (1, 2, 4) if os.environ.get("CAMLAB_LONG") else (1, 2)


@pytest.fixture(scope="module")
def submitted(small_lab, tmp_path_factory):
    """One endless loop among others."""
    folder = tmp_path_factory.mktemp("workers") / "submitted"
    endless = small_lab.begun(0).replace(b"return [0]", b"while True: pass")
    pupils = (
        SampleStudent("ada", "everything right"),
        SampleStudent("alan", "the release untouched", blank=True),
        SampleStudent("katherine", "an endless loop", content=endless),
        SampleStudent("linus", "not a notebook", content=b"%PDF-1.7"),
        *(
            SampleStudent(f"s{number}", "one task begun", content=small_lab.begun(number))
            for number in (1, 2, 3)
        ),
    )
    small_lab.make_class(pupils, folder)
    return folder


@pytest.fixture
def seen(monkeypatch) -> list[list]:
    """For each run in a sandbox: is it the endless one, and how many were under way with it."""
    lock, begun_runs, under_way = threading.Lock(), [], []
    run_in_sandbox = Sandbox.run

    def noted(self, notebook, *others, **more):
        note = [any("while True" in cell.source for cell in notebook.cells), 0]
        with lock:
            begun_runs.append(note)
            under_way.append(note)
            for one in under_way:
                one[1] = max(one[1], len(under_way))
        try:
            return run_in_sandbox(self, notebook, *others, **more)
        finally:
            with lock:
                under_way.remove(note)

    monkeypatch.setattr(Sandbox, "run", noted)
    return begun_runs


@pytest.mark.parametrize("unfair", [True, False])
def test_the_number_of_workers_changes_no_mark_and_the_slow_are_tried_alone_where_that_may_help(
    small_lab, submitted, tmp_path, seen, monkeypatch, unfair
):
    """`unfair`: the child's clock cannot tell whether others had the processor all the time."""
    monkeypatch.setattr(FairClock, "may_be_unfair", lambda self: unfair)
    classes, times_run, last_had = [], [], []
    for jobs in JOBS:
        seen.clear()
        options = GradingOptions(jobs=jobs, limits=LIMITS)
        results = grade_class(small_lab.course.writing_to(tmp_path / str(jobs)), submitted, options)
        classes.append(without_seconds(results))
        endless = [had for is_endless, had in seen if is_endless]
        times_run.append(len(endless))
        last_had.append(endless[-1])
    assert classes == [classes[0]] * len(JOBS)
    assert times_run == [2 if unfair and jobs > 1 else 1 for jobs in JOBS]
    if unfair:
        assert last_had == [1] * len(JOBS), "alone"
    katherine = next(row for row in classes[0] if row.student == "katherine")
    assert katherine.status == "graded"
