"""The table of marks and the sentences under it, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from autograder.report.summary import (
    TaskSummary,
    could_not_be_run,
    mean_and_median,
    task_summaries,
    waiting_for_a_person,
)
from autograder.results import ClassResults, SubmissionResult, TaskMark
from autograder.text.plain_text import counted, listed, plain, points

STYLES = {"full": "green", "partial": "yellow", "none": "red", "not-run": "red", "manual": "cyan"}
WAITS, NOT_RUN = "?", "–"
NAME_WIDTH = 20
MOST_REASONS = 5  # of submissions that could not be run; the class page has them all
HEADING_WIDTH = 8  # of a task's column, so that a class fits a terminal of 80 columns


def marks_table(results: ClassResults) -> Table:
    """One line for each student, then the mean, the median and the share of full marks.

    What colours say is said by signs as well: a pipe and a colour-blind reader lose nothing.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    table.add_column("Student", max_width=NAME_WIDTH, no_wrap=True, overflow="ellipsis")
    summaries = task_summaries(results)
    for summary in summaries:
        table.add_column(_heading(summary.task, summary.max_points), justify="right")
    table.add_column(Text(f"Total\nof {points(results.max_score)}"), justify="right")
    for row in results.submissions:
        table.add_row(*_cells(row))
    if results.submissions:
        table.add_section()
        _add_summary(table, results, summaries)
    table.caption = Text(_caption(results), style="dim")
    table.caption_justify = "left"
    return table


def what_is_left(results: ClassResults) -> Text:
    """What was done, and what needs a person."""
    failed = could_not_be_run(results)
    graded = len(results.submissions) - len(failed)
    lines = [f"{counted(graded, 'submission')} graded."]
    if failed:
        names = listed([row.student for row in failed])
        lines.append(f"{counted(len(failed), 'submission')} could not be run: {names}.")
        lines += [_why(row) for row in failed[:MOST_REASONS]]
    waiting = len(waiting_for_a_person(results))
    if waiting:
        tasks = dict.fromkeys(
            mark.task for row in results.submissions for mark in row.tasks if _waits(mark)
        )
        lines.append(
            f"{counted(waiting, 'written answer waits', 'written answers wait')} for a TA "
            f"({', '.join(tasks)}): mark them in Formgrader, or with camlab marks."
        )
    if results.without_walls:
        lines.append("Graded with --sandbox none: students' code could have changed these marks.")
    if results.weights == "stand-in":
        lines.append("These marks come from stand-in weights, not from ImageNet's.")
    return Text("\n".join(lines))


def _why(row: SubmissionResult) -> str:
    return f"  {plain(row.student, NAME_WIDTH)}: {plain(row.message, 300)}"


def _heading(task: str, max_points: float) -> Text:
    lines = []
    for word in task.split("_"):
        while len(word) > HEADING_WIDTH:
            lines.append(word[: HEADING_WIDTH - 1] + "-")
            word = word[HEADING_WIDTH - 1 :]
        lines.append(word)
    return Text("\n".join([*lines, f"of {points(max_points)}"]))


def _cells(row: SubmissionResult) -> list[Text]:
    marks = [Text(_shown(mark), style=STYLES.get(mark.status, "")) for mark in row.tasks]
    failed = row.status == "error"
    return [
        Text(plain(row.student, 200), style="red" if failed else ""),
        *marks,
        Text(points(row.score), style="bold red" if failed else "bold"),
    ]


def _shown(mark: TaskMark) -> str:
    if _waits(mark):
        return WAITS
    return NOT_RUN if mark.status == "not-run" else points(mark.points)


def _waits(mark: TaskMark) -> bool:
    return mark.status == "manual"


def _add_summary(table: Table, results: ClassResults, summaries: Sequence[TaskSummary]) -> None:
    mean, middle = mean_and_median([row.score for row in results.submissions])
    full = sum(row.score >= row.max_score for row in results.submissions)
    share = full / len(results.submissions)

    def per_task(value: Callable[[TaskSummary], str]) -> list[str]:
        return [value(summary) if summary.known else WAITS for summary in summaries]

    table.add_row("mean", *per_task(lambda one: points(one.mean)), points(mean))
    table.add_row("median", *per_task(lambda one: points(one.median)), points(middle))
    table.add_row("full marks", *per_task(lambda one: f"{one.full_share:.0%}"), f"{share:.0%}")


def _caption(results: ClassResults) -> str:
    marks = [mark for row in results.submissions for mark in row.tasks]
    said = []
    if any(_waits(mark) for mark in marks):
        said.append(f"{WAITS} waits for a person, not in the total")
    if any(mark.status == "not-run" for mark in marks):
        said.append(f"{NOT_RUN} could not be run")
    return "   ".join(said)
