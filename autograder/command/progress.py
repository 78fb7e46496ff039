"""Grading as a person watches it: a bar with an estimate of the end, then a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from autograder.command.waiting import LeftColumn, UnderWay, WaitingColumn
from autograder.course import Course
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.kernel import choose_sandbox
from autograder.report.feedback_files import write_report
from autograder.report.terminal import marks_table, what_is_left
from autograder.results import ClassResults, SubmissionResult
from autograder.text.plain_text import plain


def grade_with_progress(
    course: Course, submitted: Path, options: GradingOptions, console: Console, *, quiet: bool
) -> ClassResults:
    """Grade a class, show how far it is, and end with its table."""
    if quiet:
        aside = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        choice = choose_sandbox(options.sandbox)
        if not choice.has_walls:
            aside.print(f"Sandbox: {choice.kind}: {choice.message}", style="bold red")
        results = grade_class(course, submitted, options, say=aside.print)
        write_report(course, class_marks(course.lab, results, course.database_url, submitted))
        return results
    choice = choose_sandbox(options.sandbox)
    style = None if choice.has_walls else "bold red"
    console.print(f"Sandbox: {choice.kind}: {choice.message}", highlight=False, style=style)
    under_way = UnderWay(options.workers)
    with _progress(console, under_way) as progress:
        bar = progress.add_task("Starting the sandbox", total=None)

        def graded(result: SubmissionResult) -> None:
            under_way.ended(result)
            name = escape(plain(result.student, 24))
            progress.update(bar, advance=1, description=f"Graded {name}")

        results = grade_class(
            course,
            submitted,
            options,
            on_total=lambda total: progress.update(bar, total=total),
            on_graded=graded,
            say=lambda sentence: progress.console.print(
                sentence, markup=False, highlight=False, soft_wrap=True
            ),
            on_began=under_way.began,
        )
    console.print(marks_table(results))
    console.print(what_is_left(results), highlight=False)
    marks = class_marks(course.lab, results, course.database_url, submitted)
    report_with_progress(
        course, marks, console, notes=[f"Sandbox: {choice.kind}: {choice.message}"]
    )
    console.print(f"Results: {course.results}", soft_wrap=True, highlight=False)
    return results


def report_with_progress(
    course: Course, marks: ClassMarks, console: Console, *, notes: Sequence[str] = ()
) -> None:
    """Write all pages, and say where the class page is."""
    with _progress(console) as progress:
        bar = progress.add_task("Writing feedback", total=len(marks.rows))
        page = write_report(
            course, marks, notes=notes, on_page=lambda student: progress.advance(bar)
        )
    console.print(f"Class page: {page}", soft_wrap=True, highlight=False)


def _progress(console: Console, under_way: UnderWay | None = None) -> Progress:
    columns: tuple[ProgressColumn, ...] = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    if under_way is not None:
        columns += (LeftColumn(under_way), WaitingColumn(under_way))
    return Progress(*columns, console=console, transient=True)
