"""One group's results, and the steps that make MarkUs show them.

Each step can be done twice with the same outcome, and says what it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from autograder.markus.assignment import Assignment
from autograder.markus.connection import MarkusClient, MarkusError
from autograder.markus.journal import Journal, Pushed
from autograder.text.plain_text import points

PENALTY = "Late penalty (Camlab)"
NO_REMARK = "An earlier remark in this place no longer applies."  # MarkUs takes no empty comment


@dataclass(frozen=True)
class GroupResults:
    """What MarkUs should show of one group."""

    group: int
    name: str
    marks: Mapping[str, float]  # by criterion; what waits for a person is left out
    page_title: str
    page: bytes
    comment: str
    penalty: float  # points to take off
    complete: bool

    @property
    def page_digest(self) -> str:
        return hashlib.sha256(self.page).hexdigest()


@dataclass(frozen=True)
class Shown:
    """What MarkUs shows of it now."""

    marks: Mapping[str, float]
    comment: str | None  # None: this MarkUs cannot tell
    deductions: float


@dataclass(frozen=True)
class Step:
    """One change."""

    kind: str  # "reopen", "marks", "page", "comment", "penalty", "state"
    words: str


@dataclass(frozen=True)
class Plan:
    """What is to be done for one group."""

    steps: tuple[Step, ...] = ()
    conflicts: tuple[str, ...] = ()  # why nothing is done: somebody changed it in MarkUs
    notes: tuple[str, ...] = ()  # what is left alone besides


def plan(
    wanted: GroupResults, shown: Shown, pushed: Pushed | None, *, reopen: bool, overwrite: bool
) -> Plan:
    """What is to be done, in order.

    Args:
        wanted: what MarkUs should show.
        shown: what it shows.
        pushed: what we sent before; None: nothing.
        reopen: set marking to incomplete first where marks change.
        overwrite: take ours where somebody changed something in MarkUs.
    """
    known = pushed or Pushed()
    conflicts = [] if overwrite else [*_marks_conflicts(wanted, shown, known)]
    if not overwrite and (conflict := _penalty_conflict(wanted, shown, known)):
        conflicts.append(conflict)
    if conflicts:
        return Plan(conflicts=tuple(conflicts))  # never half of a group
    marks = list(_changed_marks(wanted, shown, known))
    steps = []
    if marks and reopen:
        steps.append(Step("reopen", "marking incomplete, for the marks that follow"))
    if marks:
        steps.append(Step("marks", ", ".join(marks)))
    if wanted.page_digest != known.page:
        steps.append(Step("page", f"feedback page {wanted.page_title}"))
    notes = []
    if _comment_differs(wanted, shown, known):
        theirs = shown.comment and not _same_text(shown.comment, known.comment)
        if theirs and not overwrite:
            notes.append("the overall comment that somebody wrote in MarkUs is left alone")
        else:
            steps.append(Step("comment", "overall comment"))
    if known.penalty != wanted.penalty or known.unsure:
        words = f"late penalty {points(known.penalty)} → {points(wanted.penalty)}"
        steps.append(Step("penalty", words))
    if wanted.complete != known.complete or (wanted.complete and marks and reopen):
        state = "complete" if wanted.complete else "incomplete"
        steps.append(Step("state", f"marking {state}"))
    return Plan(tuple(steps), notes=tuple(notes))


def _marks_conflicts(wanted: GroupResults, shown: Shown, known: Pushed) -> Iterator[str]:
    for criterion, mark in wanted.marks.items():
        there = shown.marks.get(criterion)
        if there not in (None, mark, known.marks.get(criterion)):
            yield f"{criterion} is {points(there)} in MarkUs and {points(mark)} here"


def _changed_marks(wanted: GroupResults, shown: Shown, known: Pushed) -> Iterator[str]:
    for criterion, mark in wanted.marks.items():
        there = shown.marks.get(criterion)
        if there != mark:
            before = "unmarked" if there is None else points(there)
            yield f"{criterion} {before} → {points(mark)}"
    for criterion in _withdrawn(wanted, known):
        if criterion in shown.marks:
            yield f"{criterion} {points(shown.marks[criterion])} → unmarked"


def _withdrawn(wanted: GroupResults, known: Pushed) -> list[str]:
    """Marks of ours that wait for a person again."""
    return [criterion for criterion in known.marks if criterion not in wanted.marks]


def _comment_differs(wanted: GroupResults, shown: Shown, known: Pushed) -> bool:
    if shown.comment is None or (not wanted.comment and not known.comment):
        return False
    return not _same_text(shown.comment, wanted.comment or NO_REMARK)


def _same_text(one: str, other: str) -> bool:
    """Line ends are not kept by every version."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def _penalty_conflict(wanted: GroupResults, shown: Shown, known: Pushed) -> str:
    if known.penalty == wanted.penalty and not known.unsure:
        return ""
    ours = {0.0, known.penalty, wanted.penalty, *known.unsure}
    if not wanted.penalty or -shown.deductions in ours:
        return ""
    return (
        f"MarkUs adds {points(shown.deductions)} as extra marks already, and with the late penalty "
        f"of {points(wanted.penalty)} it could be taken off twice"
    )


class Sender:
    """Does the steps of one group, and notes each."""

    def __init__(self, client: MarkusClient, assignment: Assignment, journal: Journal) -> None:
        self._client = client
        self._assignment = assignment
        self._journal = journal

    def send(self, wanted: GroupResults, steps: Iterable[Step]) -> None:
        """Do the steps, in order.

        Raises:
            MarkusError: MarkUs refused one; those before it stand and are noted.
        """
        pushed = self._journal.read(wanted.group) or Pushed()
        for step in steps:
            pushed = self._done(step, wanted, pushed)
            self._journal.write(wanted.group, pushed)

    def _done(self, step: Step, wanted: GroupResults, pushed: Pushed) -> Pushed:
        ids = self._assignment.ids
        match step.kind:
            case "reopen":
                self._client.update_marking_state(*ids, wanted.group, "incomplete")
                return replace(pushed, complete=False)
            case "marks":
                marks = dict(wanted.marks) | dict.fromkeys(_withdrawn(wanted, pushed), "nil")
                self._client.update_marks_single_group(ids[0], marks, ids[1], wanted.group)
                return replace(pushed, marks=dict(wanted.marks))
            case "page":
                self._client.upload_feedback_file(
                    *ids, wanted.group, wanted.page_title, wanted.page, "text/html"
                )
                return replace(pushed, page=wanted.page_digest)
            case "comment":
                self._client.update_overall_comment(*ids, wanted.group, wanted.comment or NO_REMARK)
                return replace(pushed, comment=wanted.comment)
            case "penalty":
                return self._penalised(wanted, pushed)
            case "state":
                state = "complete" if wanted.complete else "incomplete"
                self._client.update_marking_state(*ids, wanted.group, state)
                return replace(pushed, complete=wanted.complete)
        raise ValueError(step.kind)

    def _penalised(self, wanted: GroupResults, pushed: Pushed) -> Pushed:
        """Take away whatever we may have sent before, then add the penalty once."""
        sent = {pushed.penalty, wanted.penalty, *pushed.unsure} - {0.0}
        self._journal.write(wanted.group, replace(pushed, unsure=tuple(sorted(sent))))
        for amount in sorted(sent):
            while self._removed(wanted.group, amount):
                pass
        if wanted.penalty:
            self._client.create_extra_marks(
                *self._assignment.ids, wanted.group, -wanted.penalty, PENALTY
            )
        return replace(pushed, penalty=wanted.penalty, unsure=())

    def _removed(self, group: int, amount: float) -> bool:
        try:
            self._client.remove_extra_marks(*self._assignment.ids, group, -amount, PENALTY)
        except MarkusError as refusal:
            if refusal.status == 404:
                return False
            raise
        return True
