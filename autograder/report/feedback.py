"""The page that tells one student what their marks are and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.answers import Answer
from autograder.gradebook.marks import FinalRow, ManualMark
from autograder.lab import Lab, Task
from autograder.report.heat_maps import HeatMaps, heat_maps
from autograder.report.pages import render
from autograder.report.why import Why, reasons
from autograder.results import TaskMark
from autograder.run import CellError, Run

# status -> (a sign that needs no colour, what it means)
STATUS = {
    "full": ("✓", "full marks"),
    "partial": ("◐", "partly there"),
    "none": ("✗", "no points"),
    "not-run": ("✗", "could not be run"),
    "manual": ("…", "waits for a TA"),
}


@dataclass(frozen=True)
class Part:
    """One task on the page."""

    mark: TaskMark
    given: ManualMark | None
    errors: tuple[CellError, ...]
    maps: tuple[HeatMaps, ...]
    reasons: tuple[Why, ...]
    answer: str

    @property
    def sign(self) -> str:
        return STATUS[self.mark.status][0]

    @property
    def words(self) -> str:
        return STATUS[self.mark.status][1]


def feedback_page(
    lab: Lab,
    row: FinalRow,
    *,
    weights: str,
    without_walls: bool = False,
    run: Run | None = None,
    reference: Mapping[str, Answer] | None = None,
    show_reference: bool = True,
    pictures: Mapping[str, bytes] | None = None,
    class_names: Sequence[str] = (),
) -> str:
    """Make the page: one HTML file without scripts and without outside files.

    Args:
        lab: whose tasks they are.
        row: the marks, with those given by hand.
        weights: "imagenet", or "stand-in", which the page then says.
        without_walls: graded with `--sandbox none`, which the page then says.
        run: the submission's run; None when there is none to show.
        reference: the reference's answers, needed for heat maps.
        show_reference: whether the student may see the reference's maps.
        pictures: the photographs that students know, by name.
        class_names: the names of the labels.

    Nothing of the hidden tests, of the reference's code or of pictures that are made for grading
    can come into the page: it is made from the student's own cells, the sentences of criteria and
    hints, maps of the pictures given here and values of questions that students can ask themselves.
    """
    errors = run.errors if run else ()
    cells = run.named_cells if run else {}
    parts = []
    for mark in row.result.tasks:
        maps: tuple[HeatMaps, ...] = ()
        if run and reference and pictures and mark.status in ("partial", "none"):
            maps = heat_maps(
                mark.task,
                run.answers,
                reference,
                pictures,
                show_reference=show_reference,
                class_names=class_names,
            )
        why: tuple[Why, ...] = ()
        if run and reference and mark.status in ("partial", "none", "not-run"):
            why = reasons(mark, run.answers, reference, lab.call_of, show_reference=show_reference)
        task = lab.task(mark.task)
        parts.append(
            Part(
                mark,
                row.manual.get(task.name),
                tuple(error for error in errors if _belongs(error, task)),
                maps,
                why,
                cells[task.answer_id]["source"].strip() if task.answer_id in cells else "",
            )
        )
    shown = {id(error) for part in parts for error in part.errors}
    return render(
        "feedback.html.j2",
        lab=lab.name,
        row=row,
        weights=weights,
        without_walls=without_walls,
        parts=parts,
        other_errors=[error for error in errors if id(error) not in shown],
    )


def _belongs(error: CellError, task: Task) -> bool:
    return error.cell in (task.answer_id, task.grade_id)
