"""Write the pages of a graded class, and show its marks in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from autograder.command.progress_bar import progress_bar
from autograder.course import Course
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.report.feedback_files import write_report
from autograder.report.terminal import marks_table, what_is_left
from autograder.results import ClassResults


def write_pages(course: Course, results: ClassResults, submitted: Path) -> None:
    """Write all pages, without a word."""
    write_report(course, class_marks(course.lab, results, course.database_url, submitted))


def show_class(
    course: Course, results: ClassResults, submitted: Path, console: Console, note: str
) -> None:
    """Print the table of marks, and write all pages."""
    console.print(marks_table(results))
    console.print(what_is_left(results), highlight=False)
    marks = class_marks(course.lab, results, course.database_url, submitted)
    report_with_progress(course, marks, console, notes=[note])


def report_with_progress(
    course: Course, marks: ClassMarks, console: Console, *, notes: Sequence[str] = ()
) -> None:
    """Write all pages, and say where the class page is."""
    with progress_bar(console) as progress:
        bar = progress.add_task("Writing feedback", total=len(marks.rows))
        page = write_report(
            course, marks, notes=notes, on_page=lambda student: progress.advance(bar)
        )
    console.print(f"Class page: {page}", soft_wrap=True, highlight=False)
