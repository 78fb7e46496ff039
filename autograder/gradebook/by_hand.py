"""Marks that people gave count in a row's score, whatever the machine would have said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder.lab import Lab
from autograder.results import SubmissionResult, TaskMark


def with_marks_by_hand(
    row: SubmissionResult, lab: Lab, by_hand: Mapping[tuple[str, str], float]
) -> SubmissionResult:
    """Put the marks of (student, grade id) into a row; a row without any stays as it is."""
    tasks = tuple(
        _marked(mark, by_hand.get((row.student, lab.task(mark.task).grade_id)))
        for mark in row.tasks
    )
    return replace(row, tasks=tasks, score=sum(task.points for task in tasks))


def _marked(mark: TaskMark, points: float | None) -> TaskMark:
    if points is None:
        return mark
    status = "full" if points >= mark.max_points else "partial" if points > 0 else "none"
    return replace(mark, points=points, status=status)
