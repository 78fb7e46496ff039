"""`camlab markus pull` and `camlab markus push`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from autograder.command.consoles import console
from autograder.command.given_path import given_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.markus.pull import PullReport
    from autograder.markus.push import Pushing
    from autograder.submission.groups import Group

app = typer.Typer(
    help="Bring submissions from MarkUs, and marks back to it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

LabName = Annotated[str, typer.Argument(help="Which lab; without it, the course's main one.")]
Url = Annotated[str, typer.Option(help="MarkUs's address; else c.MarkUs.url.")]
CourseName = Annotated[
    str, typer.Option("--course", help="The course's name or number there; else c.MarkUs.course.")
]
AssignmentName = Annotated[
    str, typer.Option("--assignment", help="Its short identifier there; else the lab's name.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        parser=given_path,
        metavar="<path>",
        help="A file, readable by you alone, that holds an instructor's API key.",
    ),
]


@app.command()
def pull(
    lab: LabName = "",
    url: Url = "",
    course_name: CourseName = "",
    assignment: AssignmentName = "",
    key_file: KeyFile = None,
    late: Annotated[
        Path | None,
        typer.Option(
            parser=given_path,
            metavar="<path>",
            help="A CSV of group names and hours late, or of times.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take what MarkUs collected anew since.")
    ] = False,
) -> None:
    """Put what MarkUs collected into submitted/, with its groups and late hours."""
    # Imported here, as in the other commands: `camlab --help` answers at once.
    from autograder.course import find_course
    from autograder.markus import pull as pulling
    from autograder.markus.assignment import find_assignment, find_place, list_groups
    from autograder.markus.connection import connect, read_key
    from autograder.markus.late import read_hours_late

    course = find_course(lab=lab)
    place = find_place(course, url, course_name, assignment)
    with connect(place.url, read_key(key_file)) as client:
        found = find_assignment(client, place)
        hours = None
        if late is not None:
            names = {group.name for group in list_groups(client, found)}
            hours = read_hours_late(late, found.due, names)
        with console.status("Pulling") as status:
            report = pulling.pull(
                course,
                client,
                found,
                hours_late=hours,
                force=force,
                on_group=lambda name: status.update(f"Pulling: {escape(name)}"),
            )
    for line in _pull_lines(report, told_late=late is not None):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def push(
    lab: LabName = "",
    url: Url = "",
    course_name: CourseName = "",
    assignment: AssignmentName = "",
    key_file: KeyFile = None,
    out: Annotated[
        Path | None,
        typer.Option(parser=given_path, metavar="<path>", help="Where grading wrote its results."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Also change groups whose marking is complete.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what somebody changed in MarkUs.")
    ] = False,
) -> None:
    """Send marks, feedback pages, comments, late penalties and the marking state to MarkUs."""
    from autograder.course import find_course
    from autograder.gradebook.graded_class import graded_class
    from autograder.markus import push as pushing
    from autograder.markus.assignment import find_assignment, find_place
    from autograder.markus.connection import connect, read_key
    from autograder.report.exports.choice import still_waiting

    course = find_course(lab=lab).writing_to(out)
    place = find_place(course, url, course_name, assignment)
    marks = graded_class(course)
    pushing.raise_if_nothing_known(course)
    options = pushing.PushOptions(dry_run, reopen, overwrite)

    def told(row: Pushing) -> None:
        for line in _push_lines(row, dry_run):
            console.print(line, markup=False, highlight=False, soft_wrap=True)

    with connect(place.url, read_key(key_file)) as client:
        found = find_assignment(client, place)
        done = pushing.push(course, client, place, found, marks, options, on_group=told)
        other = [] if dry_run else pushing.check(client, found, course, place, marks)
    refused = [row for row in done if row.refusal]
    changed = [row for row in done if row.steps and not row.refusal]
    words = "would change" if dry_run else "changed"
    console.print(
        f"{len(done)} groups: {len(changed)} {words}, {len(done) - len(changed) - len(refused)} "
        f"as they should be, {len(refused)} left alone.",
        highlight=False,
    )
    if not dry_run and not other:
        console.print("Read again: MarkUs shows the marks of this course.", highlight=False)
    if warning := still_waiting(marks):
        console.print(warning, highlight=False)
    if refused:
        raise typer.Exit(1)


def _pull_lines(report: PullReport, *, told_late: bool) -> list[str]:
    from autograder.collect.summary_lines import collection_summary
    from autograder.text.plain_text import listed, plain

    def names(groups: Sequence[Group]) -> str:
        return listed([group.name for group in groups])

    lines = []
    if report.collection is not None:
        lines.append(collection_summary(report.collection).plain)
    lines.append(f"{len(report.groups)} groups in MarkUs, {len(report.new)} of them new.")
    late = [group for group in report.groups if group.hours_late > 0]
    if late:
        said = [f"{group.name} ({group.hours_late:.3g} hours)" for group in late]
        lines.append(f"Late: {listed(said)}")
    elif not told_late:
        lines.append(
            "MarkUs's API does not tell when work was handed in: where hours late count, give a "
            "table of them with --late."
        )
    if report.without_files:
        lines.append(f"Without any file: {names(report.without_files)}")
    if report.not_collected:
        lines.append(
            f"Not collected in MarkUs (Submissions, Collect): {names(report.not_collected)}"
        )
    for before, now in report.changed_hands:
        lines.append(
            f"{plain(now.name, 80)} changed hands: it was {listed(list(before.members))}, and is "
            f"{listed(list(now.members))} now. Look whose work it is."
        )
    if report.newer:
        lines.append(f"Collected anew in MarkUs; --force takes it: {names(report.newer)}")
    if report.gone:
        lines.append(f"No longer in MarkUs, left in submitted/: {names(report.gone)}")
    if report.collection is None:
        lines.append("Nothing new was handed in.")
    return lines


def _push_lines(row: Pushing, dry_run: bool) -> list[str]:
    if row.refusal:
        return [f"{row.name}: {row.refusal}"]
    lines = [f"{row.name}: {note}" for note in row.notes]
    if row.steps:
        said = "; ".join(step.words for step in row.steps)
        lines.append(f"{row.name}: {'would set ' if dry_run else ''}{said}")
    return lines
