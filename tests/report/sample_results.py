"""Classes made up for the tests of reports: small ones to read, large ones to measure."""

from __future__ import annotations

import random

from autograder.results import (
    ClassResults,
    Criterion,
    Hint,
    SubmissionResult,
    TaskMark,
    sort_rows,
)

TASKS = {
    "predict": 1.0,
    "get_resnet_features": 1.0,
    "compute_cam": 3.0,
    "interpretation": 2.0,
    "compute_gradcam": 3.0,
}
MISTAKES = {
    "predict": Hint(
        "no-softmax",
        "The numbers are logits. Look again at what turns them into probabilities.",
    ),
    "get_resnet_features": Hint(
        "pooled", "The map has one cell left. Look again at where the positions are averaged."
    ),
    "compute_cam": Hint(
        "relu-on-cam",
        "All negative evidence is missing. Look again at whether this map may be negative.",
    ),
    "compute_gradcam": Hint(
        "no-relu", "The map has negative values. Look again at the last step of the formula."
    ),
}


def mark(task: str, share: float = 1.0, **fields) -> TaskMark:
    """One task's mark: full, partial or none as `share` of its points says."""
    most = TASKS[task]
    if task == "interpretation" and "status" not in fields:
        return TaskMark(task, 0.0, most, "manual")
    status = "full" if share == 1 else "partial" if share > 0 else "none"
    criteria = (
        Criterion("has_the_right_form", most / 4, most / 4, ""),
        Criterion(
            "agrees_with_the_reference",
            most * max(share - 0.25, 0),
            most * 0.75,
            "" if share == 1 else "For cat.jpg and class 281 it differs from the reference.",
        ),
    )
    hints = (MISTAKES[task],) if share < 1 and task in MISTAKES else ()
    made = {"status": status, "criteria": criteria, "hints": hints}
    return TaskMark(task, most * share, most, **{**made, **fields})


def row(student: str, shares: dict[str, float] | None = None, **fields) -> SubmissionResult:
    """One student's row; tasks not in `shares` have full marks."""
    marks = tuple(mark(task, (shares or {}).get(task, 1.0)) for task in TASKS)
    made = {
        "status": "graded",
        "message": "",
        "seconds": 1.6,
        "score": sum(one.points for one in marks),
        "max_score": 10.0,
        "tasks": marks,
    }
    return SubmissionResult(student, **{**made, **fields})


def failed_row(student: str, message: str = "This file is not a notebook.") -> SubmissionResult:
    marks = tuple(TaskMark(task, 0.0, most, "not-run") for task, most in TASKS.items())
    return row(student, status="error", message=message, seconds=0.0, score=0.0, tasks=marks)


def class_of(*rows: SubmissionResult, weights: str = "stand-in") -> ClassResults:
    return ClassResults("lab09", weights, 10.0, sort_rows(rows))


def small_class() -> ClassResults:
    return class_of(
        row("ada"),
        row("barbara", {"predict": 0.25}),
        row("edsger", {"compute_cam": 0.5, "compute_gradcam": 0.5}),
        row("grace", {"compute_gradcam": 0.0}, seconds=48.0),
        failed_row("linus"),
    )


def large_class(size: int) -> ClassResults:
    """A class of any size, the same each time."""
    luck = random.Random(413)
    rows = []
    for number in range(size):
        name = f"student-{number:04d}-{luck.choice(('amara', 'bela', 'chidi', 'dao'))}"
        if number % 97 == 50:
            rows.append(failed_row(name))
            continue
        shares = {task: luck.choice((1.0, 1.0, 1.0, 0.5, 0.0)) for task in TASKS}
        rows.append(row(name, shares, seconds=round(luck.uniform(1, 9), 2)))
    return class_of(*rows)
