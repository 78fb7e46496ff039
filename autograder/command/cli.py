"""The `camlab` command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from autograder.command import interrupts
from autograder.command.consoles import console, errors
from autograder.command.freed_memory import keep_freed_memory
from autograder.command.given_path import given_path
from autograder.command.interrupts import STOPPED, stopping_soon
from autograder.command.markus_commands import app as markus
from autograder.errors import CamlabError
from autograder.files import explain_refusal
from autograder.limits import Limits
from autograder.report.exports.export import all_exports
from autograder.text.plain_text import listed, plain, plain_lines

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.gradebook.marks import ClassMarks
    from autograder.grading.grade_class import OpenCluster
    from autograder.results import ClassResults

app = typer.Typer(
    help="Release a course's labs and grade them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(markus, name="markus")

USUAL = Limits()
LabName = Annotated[str, typer.Argument(help="Which lab; without it, the course's main one.")]
SANDBOXES = ("auto", "bwrap", "bwrap-shared", "landlock", "seatbelt", "none")
SYSTEMS = ("auto", "markus", "gradescope", "canvas", "moodle", "brightspace", "blackboard")
EXPORTS = all_exports()


def _values(*values: str) -> Callable[[str], list[str]]:
    """What a shell may complete an option's value to."""
    return lambda incomplete: [value for value in values if value.startswith(incomplete)]


def _seconds(value: float) -> float:
    if not 0.1 <= value <= 86_400:
        raise typer.BadParameter("a limit is between 0.1 and 86400 seconds")
    return value


CellSeconds = Annotated[float, typer.Option(callback=_seconds, help="For one cell.")]
GivenCellSeconds = Annotated[
    float,
    typer.Option(callback=_seconds, help="For a given cell that calls a student's functions."),
]
QuestionSeconds = Annotated[
    float, typer.Option(callback=_seconds, help="For one question to a function.")
]
SubmissionSeconds = Annotated[
    float, typer.Option(callback=_seconds, help="For all that is run of a submission.")
]
CpuSeconds = Annotated[
    float, typer.Option(callback=_seconds, help="Processor time of each of its processes.")
]
Json = Annotated[bool, typer.Option("--json", help="Print results for a machine.")]
Out = Annotated[
    Path | None,
    typer.Option(
        parser=given_path, metavar="<path>", help="Write here instead of the course folder."
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"camlab {version('camlab')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, hidden=True)
    ] = False,
) -> None:
    pass


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(parser=given_path, metavar="folder", help="Where; the current folder.")
    ] = Path(),
    example: Annotated[
        bool, typer.Option("--example", help="Also a small second lab to start from.")
    ] = False,
) -> None:
    """Make a course in an empty folder: its configuration and lab 09's source."""
    from autograder.command.init import init_course

    init_course(folder.absolute(), example=example)
    console.print("Next: camlab assets, then camlab release", highlight=False)


@app.command()
def assets(
    lab: LabName = "",
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not try to download anything.")
    ] = False,
) -> None:
    """Fetch or make pictures, labels and weights."""
    from autograder.assets import prepare_assets
    from autograder.course import find_course

    course = find_course(lab=lab)
    prepare_assets(course.lab, course.source, console, offline=offline)


@app.command("check-weights")
def check_weights(
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not try to download anything.")
    ] = False,
    out: Annotated[
        Path, typer.Option(parser=given_path, metavar="<path>", help="The page to write.")
    ] = Path("weights.html"),
) -> None:
    """Try lab 09 with the weights in use: guesses, identities, maps, and a page to look at."""
    from autograder.assets import prepare_assets
    from autograder.command.weights_report import print_report
    from autograder.course import find_course
    from autograder.labs.lab09.check_weights import check_network, networks_in_use
    from autograder.report.weights_page import write_weights_page

    course = find_course(lab="lab09")
    prepare_assets(course.lab, course.source, console, offline=offline)
    reports = []
    for network in networks_in_use():
        reports.append(check_network(network, course.source))
        print_report(reports[-1], console)
    write_weights_page(reports, course.source, out)
    console.print(f"To look at: {out}", highlight=False, soft_wrap=True)
    if not all(one.holds for report in reports for one in report.identities):
        raise CamlabError("An identity does not hold: do not grade with these weights.")


@app.command()
def release(
    lab: LabName = "",
    diff: Annotated[
        bool, typer.Option(help="Show what students will see change; write nothing.")
    ] = False,
    if_missing: Annotated[bool, typer.Option(help="Do nothing when there is a release.")] = False,
) -> None:
    """Make the student and the solution release, or say why not."""
    from autograder.course import find_course
    from autograder.release import make_releases

    course = find_course(lab=lab)
    if if_missing and course.student_release.is_dir() and course.solution_release.is_dir():
        return
    with console.status("Releasing") as status:
        made = make_releases(course, only_diff=diff, say=lambda step: status.update(f"{step} …"))
    if diff:
        console.print("\n".join(made.changes) or "Students will see no change.", markup=False)
        return
    console.print(f"Student release:  {_shown(made.student)} and {_shown(made.archive)}")
    console.print(f"Solution release: {_shown(made.solution)}")


@app.command("lab")
def open_lab(lab: LabName = "") -> None:
    """Open JupyterLab on the student release, as a student would see it."""
    from autograder.assets.weights import weights_of
    from autograder.course import find_course

    course = find_course(lab=lab)
    if not course.student_release.is_dir():
        raise CamlabError("There is no student release yet. Run `camlab release` first.")
    os.chdir(course.student_release)
    # Stand-ins lie where only those find them who are told.
    environment = {**os.environ, "TORCH_HOME": str(weights_of(course.lab).torch_home)}
    command = [sys.executable, "-m", "jupyterlab", course.lab.notebook_name]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # Jupyter asks root to say so
    os.execve(sys.executable, command, environment)


@app.command()
def grade(
    lab: LabName = "",
    submitted: Annotated[
        Path | None,
        typer.Option(parser=given_path, metavar="<path>", help="The folder of submissions."),
    ] = None,
    out: Out = None,
    jobs: Annotated[
        int, typer.Option(min=-1, help="Submissions at a time; 0 or -1: one per processor.")
    ] = 0,
    sandbox: Annotated[
        str,
        typer.Option(help=f"{', '.join(SANDBOXES)}.", autocompletion=_values(*SANDBOXES)),
    ] = "auto",
    fresh: Annotated[bool, typer.Option("--fresh", help="Run again what was run before.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Say who gains and who loses against the last time.")
    ] = False,
    scheduler: Annotated[
        str, typer.Option(help="A Dask scheduler, such as tcp://host:8786, whose workers help.")
    ] = "",
    skip: Annotated[
        list[str] | None, typer.Option(help="A student whose work is not run; may be repeated.")
    ] = None,
    cell_seconds: CellSeconds = USUAL.cell_seconds,
    given_cell_seconds: GivenCellSeconds = USUAL.given_cell_seconds,
    question_seconds: QuestionSeconds = USUAL.question_seconds,
    submission_seconds: SubmissionSeconds = USUAL.submission_seconds,
    cpu_seconds: CpuSeconds = USUAL.cpu_seconds,
    as_json: Json = False,
) -> None:
    """Grade a class: marks into the gradebook, results.json, feedback."""
    from autograder.command.progress import grade_with_progress
    from autograder.grading.grade_class import GradingOptions
    from autograder.results import read_results, results_line
    from autograder.storage.run_index import RunIndex
    from autograder.submission.find import refuse_what_is_no_class

    course = _course(lab, out)
    submissions = submitted or course.submitted
    refuse_what_is_no_class(submissions, course.lab.name)
    limits = Limits(
        cell_seconds=cell_seconds,
        given_cell_seconds=given_cell_seconds,
        question_seconds=question_seconds,
        submission_seconds=submission_seconds,
        cpu_seconds=cpu_seconds,
    )
    cluster = _cluster(scheduler) if scheduler else None
    options = GradingOptions(jobs, sandbox, fresh, limits, cluster, frozenset(skip or ()))
    before = read_results(course.results) if again and course.results.is_file() else None
    if again and before is None:
        raise CamlabError(f"--again compares with {course.results}, which is not there yet.")
    runs = RunIndex(course)
    keys = {row.student: runs.key_of(row.student) for row in before.submissions} if before else {}
    with stopping_soon():
        results = grade_with_progress(course, submissions, options, console, quiet=as_json)
    if as_json:
        print(results_line(results))
    elif before is not None:
        anew = {student for student, key in keys.items() if runs.key_of(student) != key}
        _print_regrading(course, before, results, anew)
    if any(row.status == "error" for row in results.submissions):
        raise typer.Exit(1)


@app.command()
def collect(
    download: Annotated[
        Path,
        typer.Argument(
            parser=given_path, metavar="download", help="The zip or folder that was downloaded."
        ),
    ],
    system: Annotated[
        str,
        typer.Option(
            "--from",
            help="auto, markus, gradescope, canvas, moodle, brightspace or blackboard.",
            autocompletion=_values(*SYSTEMS),
        ),
    ] = "auto",
    roster: Annotated[
        Path | None,
        typer.Option(
            parser=given_path, metavar="<path>", help="A CSV of who the system's ids are."
        ),
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace what was collected before.")] = False,
    lab: Annotated[str, typer.Option(help="Which lab; without it, the course's main one.")] = "",
) -> None:
    """Put what an LMS let you download into submitted/."""
    from autograder.collect import collect as collect_download
    from autograder.collect.summary_lines import collection_summary
    from autograder.course import find_course

    found = collect_download(
        find_course(lab=lab), download, system=system, roster=roster, force=force
    )
    console.print(collection_summary(found), soft_wrap=True, highlight=False)


@app.command()
def report(lab: LabName = "", out: Out = None) -> None:
    """Write each student's feedback page and the class page anew."""
    from autograder.command.reporting import report_with_progress

    course = _course(lab, out)
    with stopping_soon():
        report_with_progress(course, _marks(course), console)


@app.command()
def export(
    to: Annotated[
        str,
        typer.Option(
            help=f"{', '.join(EXPORTS[:-1])} or {EXPORTS[-1]}.",
            autocompletion=_values(*EXPORTS),
        ),
    ],
    lab: LabName = "",
    target: Annotated[
        Path | None,
        typer.Option(parser=given_path, metavar="<path>", help="The file or folder to write."),
    ] = None,
    out: Out = None,
) -> None:
    """Write marks in the form of another system."""
    from autograder.report.exports.choice import default_target, export_marks_to, still_waiting
    from autograder.submission.groups import groups_path, read_groups

    course = _course(lab, out)
    if to == "gradescope-zip":
        from autograder.report.exports.gradescope_package import export_gradescope_package

        package = target or course.own("exports/gradescope-autograder.zip")
        console.print(f"Written: {_shown(export_gradescope_package(course, package))}")
        return
    marks = _marks(course)
    if to == "feedback":
        from autograder.command.feedback_archive import export_feedback

        archive = target or course.own("exports/feedback.zip")
        console.print(f"Written: {_shown(export_feedback(course, marks, archive))}")
        return
    groups = read_groups(groups_path(course.root, course.lab.name))
    written = export_marks_to(to, marks, target or default_target(to, course), groups)
    console.print(f"Written: {_shown(written)}")
    if warning := still_waiting(marks):
        console.print(warning, highlight=False)


@app.command()
def marks(
    lab: LabName = "",
    export_to: Annotated[
        Path | None,
        typer.Option(
            "--export",
            parser=given_path,
            metavar="<path>",
            help="Write the written answers to mark here.",
        ),
    ] = None,
    import_from: Annotated[
        Path | None,
        typer.Option(
            "--import", parser=given_path, metavar="<path>", help="Take the marks of this file."
        ),
    ] = None,
    ta: Annotated[
        list[str] | None, typer.Option(help="A TA who marks on the page; once for each TA.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The page's port; 0: any that is free.")
    ] = 0,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file with marks that were not imported.")
    ] = False,
    out: Out = None,
) -> None:
    """Mark the written answers: on a page in the browser, or in a spreadsheet."""
    from autograder.gradebook.blind_order import blind_numbers
    from autograder.gradebook.rubric import read_rubric
    from autograder.report.marks_file import (
        check_nothing_is_lost,
        export_marks_file,
        import_marks_file,
    )
    from autograder.report.written_answers import written_answers

    if export_to is not None and import_from is not None:
        raise CamlabError("Say either --export FILE or --import FILE.")
    course = _course(lab, out)
    if export_to is None and import_from is None:
        from autograder.command.marking_page import serve_marking

        serve_marking(course, ta or [], port, console)
        return
    students = (row.student for row in _marks(course).rows)
    numbers = blind_numbers(course.secret(), course.lab.name, students)
    answers = written_answers(course)
    if export_to is not None:
        if not force:
            check_nothing_is_lost(course.database_url, course.lab, export_to, numbers)
        count = export_marks_file(
            course.database_url,
            course.lab,
            export_to,
            answers,
            numbers,
            lambda task: read_rubric(course, task).scheme,
        )
        console.print(f"{count} answers to mark in {_shown(export_to)}", highlight=False)
        return
    assert import_from is not None
    done = import_marks_file(course.database_url, course.lab, import_from, numbers, answers)
    console.print(
        f"{done.marks} marks and {done.comments} comments taken. Next: camlab report",
        highlight=False,
    )


@app.command()
def doctor(
    sandbox: Annotated[
        str,
        typer.Option(
            help=f"Which to attack: {', '.join(SANDBOXES)}.", autocompletion=_values(*SANDBOXES)
        ),
    ] = "auto",
) -> None:
    """Say what is installed and what is missing; attack the sandbox that this machine gets."""
    from autograder.command.doctor import findings

    fatal = False
    for finding in findings(sandbox):
        fatal |= finding.fatal
        state = "ok     " if finding.ok else "FAILED " if finding.fatal else "missing"
        for text in filter(None, (f"{state} {finding.what}", finding.advice)):
            indent = "" if text is not finding.advice else "        "
            console.print(f"{indent}{text}", highlight=False, markup=False, soft_wrap=True)
    if fatal:
        raise typer.Exit(1)


@app.command()
def demo(lab: LabName = "") -> None:
    """Release a lab and grade a made-up class."""
    from autograder.command.run_demo import run_demo
    from autograder.course import find_course

    run_demo(find_course(lab=lab), console)


def _course(lab: str, out: Path | None) -> Course:
    from autograder.course import find_course

    return find_course(lab=lab).writing_to(out)


def _marks(course: Course) -> ClassMarks:
    from autograder.gradebook.graded_class import graded_class

    return graded_class(course)


def _cluster(scheduler: str) -> OpenCluster:
    # Dask is wanted, and may be there, only where a cluster is.
    from autograder.cluster import open_cluster

    return partial(open_cluster, scheduler)


def _print_regrading(
    course: Course, before: ClassResults, results: ClassResults, anew: set[str]
) -> None:
    """Who gains and who loses against the last time; not of those that were run anew."""
    from autograder.gradebook.marks import read_manual_marks
    from autograder.grading.regrading import changes

    given = read_manual_marks(course.database_url, course.lab)
    manual = {(student, task) for student, tasks in given.items() for task in tasks}
    found = list(changes(before, results, same_run=lambda name: name not in anew, manual=manual))
    for change in found:
        console.print(
            f"{plain(change.student, 60)}: {change.task} {change.before:g} → {change.after:g}",
            highlight=False,
            markup=False,
        )
    gained = sum(change.after > change.before for change in found)
    console.print(f"{gained} marks rise, {len(found) - gained} fall.", highlight=False)
    if anew:
        console.print(
            f"Not compared, for they were run anew: {listed(sorted(anew))}.",
            highlight=False,
            markup=False,
        )


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def main() -> None:
    """Run the command; a foreseeable mistake becomes a sentence and exit code 2."""
    keep_freed_memory()
    try:
        ended = app(standalone_mode=False)
        if ended == STOPPED and not interrupts.heard:  # typer's word for Ctrl-C
            raise typer.Abort
        sys.exit(ended)
    except CamlabError as error:
        errors.print(f"camlab: {plain_lines(error)}", markup=False, highlight=False, soft_wrap=True)
    except (typer.Abort, KeyboardInterrupt):
        errors.print("camlab: stopped. What was finished is kept; the same command goes on.")
        sys.exit(STOPPED)
    except OSError as error:
        said = f"camlab: {plain_lines(explain_refusal(error))}"
        errors.print(said, markup=False, highlight=False, soft_wrap=True)
    except TyperException as error:
        error.show()  # type: ignore[attr-defined] # typer's own base class has it not
    sys.exit(2)


if __name__ == "__main__":
    main()
