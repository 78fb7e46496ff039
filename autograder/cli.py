"""The `camlab` command."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.errors import CamlabError

app = typer.Typer(
    help="Release CSC413 lab 09 and grade it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
console = Console()
errors = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print results for a machine.")]
Out = Annotated[Path | None, typer.Option(help="Write here instead of the course folder.")]


@app.command()
def assets(
    offline: Annotated[bool, typer.Option(help="Do not try to download anything.")] = False,
) -> None:
    """Fetch or make pictures, labels and weights."""
    from autograder.assets import prepare_assets
    from autograder.course import find_course

    prepare_assets(find_course().source, console, offline=offline)


@app.command()
def release(
    diff: Annotated[
        bool, typer.Option(help="Show what students will see change; write nothing.")
    ] = False,
    if_missing: Annotated[bool, typer.Option(help="Do nothing when there is a release.")] = False,
) -> None:
    """Make the student and the solution release, or say why not."""
    from autograder.course import find_course
    from autograder.release import make_releases

    course = find_course()
    if if_missing and course.student_release.is_dir() and course.solution_release.is_dir():
        return
    with console.status("Releasing") as status:
        made = make_releases(course, only_diff=diff, say=lambda step: status.update(f"{step} …"))
    if diff:
        console.print("\n".join(made.changes) or "Students will see no change.", markup=False)
        return
    console.print(f"Student release:  {_shown(made.student)} and {_shown(made.archive)}")
    console.print(f"Solution release: {_shown(made.solution)}")


@app.command()
def grade(
    submitted: Annotated[Path | None, typer.Option(help="The folder of submissions.")] = None,
    out: Out = None,
    jobs: Annotated[int, typer.Option(help="Submissions at a time; 0: one per processor.")] = 0,
    sandbox: Annotated[str, typer.Option(help="auto, bwrap or process.")] = "auto",
    fresh: Annotated[bool, typer.Option(help="Run again what was run before.")] = False,
    cell_seconds: Annotated[float, typer.Option(help="Time limit of one cell.")] = 60.0,
    submission_seconds: Annotated[
        float, typer.Option(help="Time limit of one submission.")
    ] = 300.0,
    as_json: Json = False,
) -> None:
    """Grade a class: marks into the gradebook, results.json, feedback."""
    from autograder.course import find_course
    from autograder.grading import GradingOptions
    from autograder.run import Limits

    course = find_course().writing_to(out)
    limits = Limits(cell_seconds=cell_seconds, submission_seconds=submission_seconds)
    options = GradingOptions(jobs=jobs, sandbox=sandbox, fresh=fresh, limits=limits)
    results = _grade(course, submitted or course.submitted, options, quiet=as_json)
    if as_json:
        print(json.dumps(asdict(results), ensure_ascii=False))
    if any(row.status == "error" for row in results.submissions):
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Say what is installed, what is in use, what is missing and how to get it."""
    from autograder.doctor import findings

    for finding in findings():
        console.print(f"{'ok     ' if finding.ok else 'missing'} {finding.what}", highlight=False)
        if finding.advice:
            console.print(f"        {finding.advice}", highlight=False)


@app.command()
def demo() -> None:
    """Release the lab and grade a made-up class of a dozen."""
    from autograder.course import find_course
    from autograder.demo.run import run_demo

    run_demo(find_course(), console)


def _grade(course, submitted: Path, options, *, quiet: bool):
    from autograder.progress import grade_with_progress

    return grade_with_progress(course, submitted, options, console, quiet=quiet)


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def main() -> None:
    """Run the command; a foreseeable mistake becomes a sentence and exit code 2."""
    try:
        app()
    except CamlabError as error:
        errors.print(f"camlab: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
