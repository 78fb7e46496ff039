"""Grading as a person watches it: a bar with an estimate of the end, then a table."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from autograder.course import Course
from autograder.grading import GradingOptions, grade_class
from autograder.kernel import choose_sandbox
from autograder.report.terminal import marks_table, what_is_left
from autograder.results import ClassResults, SubmissionResult


def grade_with_progress(
    course: Course, submitted: Path, options: GradingOptions, console: Console, *, quiet: bool
) -> ClassResults:
    """Grade a class, show how far it is, and end with its table."""
    if quiet:
        return grade_class(course, submitted, options)
    choice = choose_sandbox(options.sandbox)
    console.print(f"Sandbox: {choice.kind} ({choice.why})", highlight=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Starting the sandbox", total=None)

        def graded(result: SubmissionResult) -> None:
            progress.update(bar, advance=1, description=f"Graded {result.student[:24]}")

        results = grade_class(
            course,
            submitted,
            options,
            on_total=lambda total: progress.update(bar, total=total),
            on_graded=graded,
        )
    console.print(marks_table(results))
    console.print(what_is_left(results), highlight=False)
    console.print(f"Results: {course.results}", soft_wrap=True, highlight=False)
    return results
