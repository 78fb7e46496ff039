"""Grading again names who gains and who loses, and nobody else."""

from __future__ import annotations

from dataclasses import replace

from autograder.grading.regrading import Change, changes
from autograder.results import ClassResults, SubmissionResult, TaskMark


def _class(**points: float) -> ClassResults:
    rows = tuple(
        SubmissionResult(
            name, "graded", "", 1.0, value, 10.0, (TaskMark("predict", value, 1.0, "partial"),)
        )
        for name, value in points.items()
    )
    return ClassResults("lab09", "stand-in", 10.0, rows)


def test_gains_and_losses_are_named():
    found = list(changes(_class(ada=0.5, bob=1.0, eve=0.0), _class(ada=1.0, bob=0.5, eve=0.0)))
    assert found == [Change("ada", "predict", 0.5, 1.0), Change("bob", "predict", 1.0, 0.5)]


def test_who_was_not_there_before_has_no_change():
    before = _class(ada=1.0)
    after = replace(before, submissions=_class(ada=1.0, new=0.5).submissions)
    assert list(changes(before, after)) == []


def test_only_what_the_graders_changed_is_counted():
    before, after = _class(ada=0.5, bob=0.5, eve=0.5), _class(ada=1.0, bob=1.0, eve=1.0)
    found = changes(
        before, after, same_run=lambda student: student != "bob", manual={("eve", "predict")}
    )
    assert [change.student for change in found] == ["ada"]
