"""The page for the next lecture: what the class did not understand, by criterion and by line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.lab import Lab
from autograder.report.class_page import feedback_link
from autograder.report.pages import render
from autograder.report.summary import UNFINISHED, MistakeSummary, mistake_summaries
from autograder.report.telling_line import CodeLine, telling_lines
from autograder.results import TaskMark
from autograder.text.plain_text import counted, criterion_name

SENTENCES = 3
MOST_LINES = 8  # of code for one hint
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_QUOTES = re.compile(r"your function stopped|A cell stopped")  # `judging/exception_hints.py`
_CODE = re.compile(r"^[ \t]*+(?:def|class)\s", re.MULTILINE)


@dataclass(frozen=True)
class CriterionSummary:
    """How many met one criterion."""

    name: str
    met: int
    of: int  # whose task was judged

    @property
    def share(self) -> float:
        return self.met / self.of if self.of else 0.0


@dataclass(frozen=True)
class HintSummary:
    """A known mistake, who made it, and where."""

    mistake: MistakeSummary
    lines: tuple[CodeLine, ...]


@dataclass(frozen=True)
class TaskReport:
    """One task on the page."""

    task: str
    criteria: tuple[CriterionSummary, ...]
    hints: tuple[HintSummary, ...]
    unanswered: tuple[str, ...]  # students whose function returns nothing, begun or not
    unexplained: tuple[str, ...]  # students who met not all, and whom no hint explains


def instructors_page(
    lab: Lab,
    marks: ClassMarks,
    codes: Mapping[str, Mapping[str, str]],
    *,
    link: Callable[[str], str] | None = None,
) -> str:
    """Make the page: one HTML file without scripts.

    Args:
        lab: whose tasks they are.
        marks: the class.
        codes: student -> task -> code (`graded_code`).
        link: gives the address of a student's feedback page; None: as `feedback_link`.
    """
    link = link or feedback_link(marks.assignment)
    graded = [row for row in marks.rows if row.result.status == "graded"]
    reports = _reports(lab, marks, graded, codes)
    return render(
        "instructors.html.j2",
        marks=marks,
        graded=len(graded),
        sentences=lecture_sentences(reports, len(graded)),
        reports=reports,
        links={row.student: link(row.student) for row in marks.rows},
        counted=counted,
        most_lines=MOST_LINES,
    )


def lecture_sentences(reports: Sequence[TaskReport], graded: int) -> tuple[str, ...]:
    """Three sentences to say, from the hints' counts; where there are fewer hints, from criteria
    that were missed most."""
    hints = sorted(
        (hint.mistake for report in reports for hint in report.hints),
        key=lambda mistake: -len(mistake.students),
    )
    said = [_to_say(one, graded) for one in hints[:SENTENCES]]
    explained = {one.task for one in hints[:SENTENCES]}
    missed = sorted(
        (
            (criterion.of - criterion.met, report.task, criterion)
            for report in reports
            for criterion in report.criteria
            if report.task not in explained and criterion.met < criterion.of
        ),
        key=lambda one: -one[0],
    )
    said += [
        f"In {task}, {count} of {criterion.of} did not meet “{criterion_name(criterion.name)}”; "
        "look at some of their code together."
        for count, task, criterion in missed[: SENTENCES - len(said)]
    ]
    return tuple(said)


def _to_say(mistake: MistakeSummary, graded: int) -> str:
    """What a hint says first; where it quotes a student's exception, what it says last."""
    sentences = _SENTENCE_END.split(mistake.text.strip())
    who = f"In {mistake.task}, {len(mistake.students)} of {graded}"
    if _QUOTES.search(mistake.text):
        return f"{who} have code that stops with an exception. {sentences[-1]}"
    return f"{who} made one mistake: {sentences[0]}"


def _reports(
    lab: Lab,
    marks: ClassMarks,
    graded: Sequence[FinalRow],
    codes: Mapping[str, Mapping[str, str]],
) -> list[TaskReport]:
    codes = {row.student: codes.get(row.student, {}) for row in graded}
    by_task: dict[str, list[MistakeSummary]] = defaultdict(list)
    for mistake in mistake_summaries(marks.results):
        by_task[mistake.task].append(mistake)
    return [
        _report(task.name, _marks_of(task.name, graded), by_task[task.name], codes)
        for task in lab.tasks
        if task.by_machine
    ]


def _marks_of(task: str, graded: Sequence[FinalRow]) -> dict[str, TaskMark]:
    return {
        row.student: next(mark for mark in row.result.tasks if mark.task == task) for row in graded
    }


def _report(
    task: str,
    marks: Mapping[str, TaskMark],
    mistakes: Sequence[MistakeSummary],
    codes: Mapping[str, Mapping[str, str]],
) -> TaskReport:
    met: dict[str, list[bool]] = {}
    for mark in marks.values():
        for criterion in mark.criteria:
            met.setdefault(criterion.name, []).append(criterion.points >= criterion.max_points)
    code = {student: own[task] for student, own in codes.items() if _CODE.search(own.get(task, ""))}
    full = [student for student, mark in marks.items() if mark.status == "full"]
    hinted = {student for mistake in mistakes for student in mistake.students}
    unanswered = tuple(student for student, mark in marks.items() if _is_unanswered(mark))
    return TaskReport(
        task,
        tuple(CriterionSummary(name, sum(found), len(found)) for name, found in met.items()),
        tuple(
            HintSummary(mistake, telling_lines(mistake.students, code, full))
            for mistake in mistakes
        ),
        unanswered,
        tuple(
            student
            for student, mark in marks.items()
            if mark.status in ("partial", "none") and student not in {*hinted, *unanswered}
        ),
    )


def _is_unanswered(mark: TaskMark) -> bool:
    return any(hint.mistake == UNFINISHED for hint in mark.hints)
