"""Grading as a person watches it: a bar with an estimate of the end, then a table."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from autograder.command.progress_bar import progress_bar
from autograder.command.waiting import UnderWay
from autograder.course import Course
from autograder.grading.grade_class import GradingOptions, grade_class
from autograder.kernel import choose_sandbox
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
        from autograder.command.reporting import write_pages  # marks first: it takes a second

        write_pages(course, results, submitted)
        return results
    choice = choose_sandbox(options.sandbox)
    style = None if choice.has_walls else "bold red"
    console.print(f"Sandbox: {choice.kind}: {choice.message}", highlight=False, style=style)
    under_way = UnderWay(options.workers)
    with progress_bar(console, under_way) as progress:
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
    from autograder.command.reporting import show_class  # marks first: it takes a second

    show_class(course, results, submitted, console, f"Sandbox: {choice.kind}: {choice.message}")
    console.print(f"Results: {course.results}", soft_wrap=True, highlight=False)
    return results
