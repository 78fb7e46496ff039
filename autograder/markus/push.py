"""`camlab markus push`: the class's marks, pages and comments into MarkUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.markus.assignment import Assignment, Listed, Place, list_groups
from autograder.markus.connection import MarkusClient, MarkusError
from autograder.markus.grades_summary import Summary, read_summary
from autograder.markus.journal import Journal
from autograder.markus.steps import GroupResults, Sender, Shown, Step, plan
from autograder.report.exports.explanation import overall_comment
from autograder.report.feedback_files import FeedbackMaker, may_show_reference
from autograder.submission.groups import Group, groups_path, read_groups
from autograder.text.plain_text import plain

STOPS = (401, 403, 429)  # the next group would hear the same


@dataclass(frozen=True)
class PushOptions:
    """What `camlab markus push` may be told."""

    dry_run: bool = False
    reopen: bool = False
    overwrite: bool = False


@dataclass(frozen=True)
class Pushing:
    """What became of one group, or what would."""

    name: str
    steps: tuple[Step, ...] = ()
    refusal: str = ""  # a sentence: what was not done, and what to do
    notes: tuple[str, ...] = ()  # what was left alone


def push(
    course: Course,
    client: MarkusClient,
    place: Place,
    assignment: Assignment,
    marks: ClassMarks,
    options: PushOptions,
    on_group: Callable[[Pushing], None] = lambda pushing: None,
) -> list[Pushing]:
    """Make MarkUs show a class's results.

    Args:
        course: whose feedback pages go along.
        client: a connection.
        place: the course's settings; its criteria are used.
        assignment: which assignment.
        marks: the class.
        options: whether to change anything at all, and what somebody else changed.
        on_group: told each group when it is done.

    Returns:
        A row for each group, by name.

    Raises:
        CamlabError: MarkUs cannot be reached, refuses the key, or its criteria do not fit; what was
            done by then stands, and the next push goes on.
    """
    pushing = _Pushing(course, client, place, assignment, marks, options)
    done = []
    for row in pushing.rows():
        done.append(row)
        on_group(row)
    return done


class _Pushing:
    def __init__(
        self,
        course: Course,
        client: MarkusClient,
        place: Place,
        assignment: Assignment,
        marks: ClassMarks,
        options: PushOptions,
    ) -> None:
        self._client = client
        self._assignment = assignment
        self._options = options
        self._marks = {row.student: row for row in marks.rows}
        self._lab = course.lab
        path = groups_path(course.root, course.lab.name)
        self._known = read_groups(path)
        self._journal = Journal(path.parent / f"pushed-{assignment.course_id}-{assignment.id}")
        self._summary = read_summary(client, assignment)
        self._criteria = self._summary.criterion_of(course.lab, place)
        self._maker = FeedbackMaker(course, marks.weights, may_show_reference(course))

    def rows(self) -> Iterator[Pushing]:
        listed = {one.id: one for one in list_groups(self._client, self._assignment)}
        for student in sorted(self._known.keys() | self._marks.keys()):
            group, row = self._known.get(student), self._marks.get(student)
            if group is None:
                yield Pushing(
                    plain(student, 80),
                    refusal="It did not come from MarkUs: it is in no list of groups. If it should "
                    "be there, run `camlab markus pull`.",
                )
            elif problem := _changed(group, listed):
                yield Pushing(plain(group.name, 80), refusal=problem)
            elif row is None:
                yield Pushing(
                    plain(group.name, 80),
                    refusal="It was not graded yet: run `camlab grade`, then push again.",
                )
            else:
                yield self._pushed(group, row)

    def _pushed(self, group: Group, row: FinalRow) -> Pushing:
        name = plain(group.name, 80)
        try:
            wanted = self._wanted(group, row)
            pushed = self._journal.read(group.id)
            planned = plan(
                wanted,
                self._shown(group, self._summary),
                pushed,
                reopen=self._options.reopen,
                overwrite=self._options.overwrite,
            )
            if planned.conflicts:
                return Pushing(name, refusal=_told(planned.conflicts))
            if planned.steps and not self._options.dry_run:
                sender = Sender(self._client, self._assignment, self._journal)
                sender.send(wanted, planned.steps)
            return Pushing(name, planned.steps, notes=planned.notes)
        except MarkusError as refusal:
            if refusal.status in STOPS or refusal.status > 501:
                raise
            return Pushing(name, refusal=_explained(refusal))

    def _wanted(self, group: Group, row: FinalRow) -> GroupResults:
        marks = {
            self._criteria[mark.task]: mark.points
            for mark in row.result.tasks
            if mark.status != "manual"
        }
        return GroupResults(
            group=group.id,
            name=group.name,
            marks=marks,
            page_title=f"{self._lab.name}-feedback.html",
            page=self._maker.page(row).encode(),
            comment=overall_comment(row),
            penalty=row.late_penalty,
            complete=not row.waits,
        )

    def _shown(self, group: Group, summary: Summary) -> Shown:
        return Shown(
            summary.marks.get(group.name, {}),
            self._client.get_overall_comment(*self._assignment.ids, group.id),
            summary.deductions.get(group.name, 0.0),
        )


def check(
    client: MarkusClient, assignment: Assignment, course: Course, place: Place, marks: ClassMarks
) -> list[str]:
    """Read MarkUs once more after a push: groups whose marks there are not the class's."""
    summary = read_summary(client, assignment)
    criteria = summary.criterion_of(course.lab, place)
    known = read_groups(groups_path(course.root, course.lab.name))
    return [
        known[row.student].name
        for row in marks.rows
        if row.student in known
        and any(
            summary.marks.get(known[row.student].name, {}).get(criteria[mark.task]) != mark.points
            for mark in row.result.tasks
            if mark.status != "manual"
        )
    ]


def _changed(group: Group, listed: Mapping[int, Listed]) -> str:
    """Why a group is no longer the one whose work was pulled; empty when it is."""
    now = listed.get(group.id)
    if now is None:
        return (
            "MarkUs has no such group any more. Run `camlab markus pull`, and look where its "
            "members are now."
        )
    if now.name != group.name:
        return f"MarkUs calls it {plain(now.name, 80)} now. Run `camlab markus pull`, then push."
    if now.members != group.members:
        return (
            f"It changed hands since its work was pulled: it was {_people(group.members)}, and is "
            f"{_people(now.members)} now. Find out whose work it is; `camlab markus pull` takes "
            "the new members over, then push again."
        )
    return ""


def _people(members: tuple[str, ...]) -> str:
    return ", ".join(plain(name, 60) for name in members) or "nobody"


def _told(conflicts: Sequence[str]) -> str:
    said = "; ".join(conflicts)
    return f"Left alone, since {said}. Look at it there; `--overwrite` takes what is here."


def _explained(refusal: MarkusError) -> str:
    """A refusal with what to do about it."""
    said = plain(str(refusal), 300)
    if "already completed" in said:
        return (
            "Marking is complete in MarkUs, so that its marks stay as they are there. Push with "
            "--reopen, or set it to incomplete there."
        )
    if "No submission exists" in said:
        return (
            "MarkUs has not collected its submission. Collect it there (Submissions, Collect), "
            "then push again."
        )
    if "released" in said or "without a reason" in said:
        return f"MarkUs refused: {said} Were its marks released to students? Unrelease them there."
    return f"MarkUs refused: {said}"


def raise_if_nothing_known(course: Course) -> None:
    """Raise a sentence where no groups were pulled."""
    if not read_groups(groups_path(course.root, course.lab.name)):
        raise CamlabError(
            "It is not known which groups MarkUs has. Run `camlab markus pull` first; work that "
            "was collected before stays as it is."
        )
