"""The page that tells an instructor how a class did, and who needs a person."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from markupsafe import Markup

from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.likeness import Likeness
from autograder.report.pages import TEMPLATES, render
from autograder.report.summary import mean_and_median, mistake_summaries, task_summaries
from autograder.results import SubmissionResult
from autograder.text.plain_text import counted, plain, points

SLOWEST = 10
BINS = 10  # of the distribution, and one for full marks
WITHOUT_WALLS = (
    "Graded with --sandbox none: students' code could read and change everything, marks too."
)
STAND_IN = "These marks come from stand-in weights, not from ImageNet's."


@dataclass(frozen=True)
class Bin:
    """One bar of the distribution."""

    label: str
    count: int
    share: str  # of the fullest bin, in per cent


@dataclass(frozen=True)
class Line:
    """One student's line."""

    row: FinalRow

    @property
    def student(self) -> str:
        return self.row.student

    @property
    def total(self) -> float:
        return self.row.total

    @property
    def result(self) -> SubmissionResult:
        return self.row.result

    @property
    def mistakes(self) -> str:
        found = (hint.mistake for mark in self.row.result.tasks for hint in mark.hints)
        return ", ".join(plain(one, 80) for one in dict.fromkeys(found))


def feedback_link(assignment: str) -> Callable[[str], str]:
    """Where a student's page lies, seen from a class page beside the folder `feedback`."""
    name = quote(assignment, safe="")
    return lambda student: f"feedback/{quote(student, safe='')}/{name}/{name}.html"


def class_page(
    marks: ClassMarks,
    *,
    link: Callable[[str], str] | None = None,
    notes: Sequence[str] = (),
    likeness: Likeness | None = None,
    instructors: str = "",
    accuracy: str = "",
) -> str:
    """Make the page: one HTML file; its only script sorts the table of students.

    Args:
        marks: the class.
        link: gives the address of a student's feedback page, "" where there is none; None: as
            `feedback_link`.
        notes: sentences for the top, such as which sandbox was used.
        likeness: submissions whose code is the same, for a person to look at.
        instructors: the address of the instructors' page; empty: there is none.
        accuracy: how often the graders are right, for the foot of the page.
    """
    link = link or feedback_link(marks.assignment)
    results = marks.results
    rows = marks.rows
    mean, middle = mean_and_median([row.total for row in rows])
    script = _script()
    return render(
        "class.html.j2",
        marks=marks,
        links={row.student: link(row.student) for row in rows},
        notes=[
            *([WITHOUT_WALLS] if marks.without_walls else []),
            *([STAND_IN] if marks.weights == "stand-in" else []),
            *notes,
        ],
        mean=mean,
        median=middle,
        waiting=[row.student for row in rows if row.waits],
        alike=likeness.pairs if likeness else (),
        not_compared=likeness.message if likeness else "",
        instructors=instructors,
        noted=[row for row in rows if row.result.message and row.result.status != "error"],
        accuracy=accuracy,
        failed=[row for row in rows if row.result.status == "error"],
        bins=list(_bins([row.total for row in rows], marks.max_score)),
        tasks=task_summaries(results),
        mistakes=mistake_summaries(results),
        slowest=sorted(rows, key=lambda row: -row.result.seconds)[:SLOWEST],
        lines=[Line(row) for row in rows],
        counted=counted,
        script=script,
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _bins(totals: Sequence[float], max_score: float) -> Iterator[Bin]:
    width = max_score / BINS
    counts = [0] * (BINS + 1)
    for total in totals:
        counts[min(int(total / width), BINS)] += 1
    most = max(counts) or 1
    for index, count in enumerate(counts):
        low, high = points(index * width), points((index + 1) * width)
        label = f"{low} to below {high}" if index < BINS else f"{low} and above"
        yield Bin(label, count, f"{100 * count / most:.1f}")


@cache
def _script() -> Markup:
    return Markup((TEMPLATES / "sort.js").read_text())
