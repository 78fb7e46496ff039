"""From the answers of one submission to its marks."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType

from autograder.answers import Answer
from autograder.errors import CamlabError
from autograder.judging.grader_session import CriterionOutcome, GraderSession, GradingCase
from autograder.judging.hints import Found, Hints
from autograder.judging.policy import Policy, read_policy
from autograder.judging.stopped import (
    OTHERWISE,
    best,
    of_mended,
    of_questions,
    of_steps,
    with_mended,
)
from autograder.judging.task_answers import TaskAnswers
from autograder.judging.task_code import NO_CODE, TaskCode
from autograder.lab import Lab, Mistake, Questions, Task
from autograder.results import Criterion, TaskMark, TaskStatus
from autograder.run import CellError

_log = logging.getLogger(__name__)

# Failures that mean that a function was never there to be asked.
NOT_RUN = {"not-defined", "not-asked"}
FORM = "form"  # the criterion that says nothing about numbers


class AnswerGrader:
    """Judges the submissions of one class; `marks` may be called from several threads.

    Args:
        mistakes: the lab's known ones for this class, not asked for before an answer is wrong;
            without them, hints speak of exceptions only.
        memory: a file for what these mistakes lead to, of this class alone; read if it is there,
            written when the judge is closed.
    """

    def __init__(
        self,
        lab: Lab,
        questions: Questions,
        reference: Mapping[str, Answer],
        mistakes: Iterable[Mistake] = (),
        memory: Path | None = None,
    ) -> None:
        self._lab = lab
        self._questions = questions
        self._reference = reference
        self._policy = lab.graders / "policy.toml"
        policy = read_policy(self._policy)
        self._hints = Hints(mistakes, questions, reference, policy, memory, lab.parts)
        files = {task.name: lab.graders / task.grader for task in lab.tasks if task.grader}
        missing = [str(path) for path in files.values() if not path.is_file()]
        if missing:
            raise CamlabError(f"A grader is missing: {', '.join(missing)}.")
        self._session = GraderSession(files)
        try:
            _check_points(lab, self._session.worth)
        except CamlabError:
            self._session.close()
            raise

    def __enter__(self) -> AnswerGrader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
        self._hints.close()

    def marks(
        self,
        answers: Mapping[str, Answer],
        errors: Sequence[CellError] = (),
        codes: Mapping[str, str] = MappingProxyType({}),
        handed_out: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[TaskMark, ...]:
        """One mark for each task of the lab, in its order.

        Args:
            answers: by question key; a question without an answer counts as not answered.
            errors: what the submission's cells raised.
            codes: by task, the text of its cell; looked at where a function stops or gives nothing.
            handed_out: the same of the release.
        """
        marks = self._graded(answers, errors, codes, handed_out)
        mended = with_mended(answers)
        if_mended = {} if mended is None else self._graded(mended, errors, codes, handed_out)
        return tuple(
            self._with_stops(task, marks[task.name], if_mended, answers, codes, handed_out)
            if task.by_machine
            else TaskMark(task.name, 0.0, task.points, "manual")
            for task in self._lab.tasks
        )

    def _graded(
        self,
        answers: Mapping[str, Answer],
        errors: Sequence[CellError],
        codes: Mapping[str, str],
        handed_out: Mapping[str, str],
    ) -> dict[str, TaskMark]:
        case = GradingCase(self._by_task(answers), self._by_task(self._reference))
        outcomes = self._session.grade(case)
        marks = {}
        for task in self._lab.tasks:
            if task.by_machine:
                own = case.answers[task.name]
                of_task = [item for item in outcomes if item.task == task.name]
                numbers = [item.passed for item in of_task if item.criterion != FORM]
                right = bool(numbers) and all(numbers)
                code = self._code(task, codes, handed_out)
                found = self._found(task, answers, own, errors, code, right)
                marks[task.name] = self._mark(task, own, of_task, found)
        return marks

    def _with_stops(
        self,
        task: Task,
        mark: TaskMark,
        if_mended: Mapping[str, TaskMark],
        answers: Mapping[str, Answer],
        codes: Mapping[str, str],
        handed_out: Mapping[str, str],
    ) -> TaskMark:
        """The mark, with what a TA would give for a function that stopped."""
        asked = {
            q.key: answers[q.key] for q in self._questions.of_task(task.name) if q.key in answers
        }
        stopped = [answer for answer in asked.values() if answer.failure or answer.mended]
        if mark.status == "full":
            return mark
        policy = read_policy(self._policy)
        slips = [hint.mistake for hint in mark.hints]
        slip = next((name for name in slips if name in policy.mended), OTHERWISE)
        right = self._hints.count_right(asked)
        wrong = len(asked) - len(stopped) - right
        form = policy.shares.get(task.name, {}).get("form", 0.0)
        ways = [of_questions(task, right, wrong, len(asked), form)]
        if any(answer.mended is not None for answer in stopped):
            points = max(if_mended[task.name].points, self._share_if_mended(task, asked, form))
            ways.append(of_mended(task, points, slip, policy))
        code, before = codes.get(task.name, ""), handed_out.get(task.name, "")
        ways.append(of_steps(task, code, asked, policy, before))
        earned = best(*ways)
        if earned.points <= mark.points:
            return mark
        criteria = _raised(mark.criteria, earned.points, earned.why)
        points = round(sum(criterion.points for criterion in criteria), 6)
        return replace(mark, points=points, status="partial", criteria=criteria)

    def _share_if_mended(self, task: Task, asked: Mapping[str, Answer], form: float) -> float:
        """What it would earn where it then answers most questions, and stops at others."""
        mended = with_mended(asked) or {}
        right = self._hints.count_right(mended)
        stopped = sum(answer.failure is not None for answer in mended.values())
        return of_questions(task, right, len(mended) - stopped - right, len(asked), form).points

    def _by_task(self, answers: Mapping[str, Answer]) -> dict[str, TaskAnswers]:
        return {
            task.name: TaskAnswers(task.name, self._questions, answers, self._policy)
            for task in self._lab.tasks
            if task.by_machine
        }

    def _mark(
        self, task: Task, own: TaskAnswers, outcomes: list[CriterionOutcome], found: Found
    ) -> TaskMark:
        # A grader that fails in one criterion cannot be trusted with the others.
        broken = any(outcome.broken for outcome in outcomes)
        criteria = tuple(_criterion(outcome, broken) for outcome in outcomes)
        if not broken:
            criteria = _raised(criteria, _earned(task, own, found, read_policy(self._policy)))
        points = round(sum(criterion.points for criterion in criteria), 6)
        status = self._status(task, points, own)
        return TaskMark(
            task=task.name,
            points=points,
            max_points=task.points,
            status=status,
            hints=() if status == "full" else found.hints,
            criteria=criteria,
            remarks=tuple(own.remarks.sentences),
        )

    def _found(
        self,
        task: Task,
        answers: Mapping[str, Answer],
        own: TaskAnswers,
        errors: Sequence[CellError],
        code: TaskCode,
        numbers_right: bool,
    ) -> Found:
        """Nothing where looking for hints fails: nobody loses marks for want of one."""
        cells = (task.answer_id, *self._lab.parts)
        near = sorted(
            (error for error in errors if error.cell in cells),
            key=lambda error: error.cell != task.answer_id,
        )
        try:
            return self._hints.of_task(
                task.name, answers, own.forms(), near, code, numbers_right=numbers_right
            )
        except Exception:
            _log.exception("No hint for %s could be looked for", task.name)
            return Found()

    def _code(
        self, task: Task, codes: Mapping[str, str], handed_out: Mapping[str, str]
    ) -> TaskCode:
        asked = self._questions.of_task(task.name)
        if not asked:
            return NO_CODE
        code, before = codes.get(task.name, ""), handed_out.get(task.name, "")
        return TaskCode(code, asked[0].function, before)

    def _status(self, task: Task, points: float, answers: TaskAnswers) -> TaskStatus:
        if points:
            return "full" if points == task.points else "partial"
        return "not-run" if answers.never_answered(NOT_RUN) else "none"


def _check_points(lab: Lab, worth: Mapping[str, float]) -> None:
    for task in lab.tasks:
        if task.by_machine and abs(worth.get(task.name, 0.0) - task.points) > 1e-9:
            raise CamlabError(
                f"{task.grader}: its criteria add up to {worth.get(task.name, 0.0):g} points, and "
                f"the cell {task.grade_id} of the notebook gives {task.points:g}."
            )


def _criterion(outcome: CriterionOutcome, broken: bool) -> Criterion:
    if outcome.passed and not broken:
        return Criterion(outcome.criterion, outcome.points, outcome.points, "")
    sentence = " ".join(filter(None, (outcome.sentence, outcome.detail)))
    return Criterion(outcome.criterion, 0.0, outcome.points, sentence)


def _earned(task: Task, own: TaskAnswers, found: Found, policy: Policy) -> float:
    """What the instructor's table gives for the one mistake that explains every answer."""
    earned = policy.earns.get(task.name, {}).get(found.mistake, 0.0)
    if not found.exactly:
        # Its numbers have another scale besides: a map that looks alike.
        earned = min(earned, task.points / 2)
    if own.forms():
        earned -= policy.shares.get(task.name, {}).get("form", 0.0)
    return earned


_EXPLAINED = (
    "One known mistake explains all your answers (see the hint), and much else is right: "
    "that counts."
)


def _raised(
    criteria: tuple[Criterion, ...], earned: float, why: str = _EXPLAINED
) -> tuple[Criterion, ...]:
    """The criteria with `earned` points in all, if they have fewer; the first ones come first."""
    missing = earned - sum(criterion.points for criterion in criteria)
    raised = []
    for criterion in criteria:
        more = max(0.0, min(missing, criterion.max_points - criterion.points))
        if more > 1e-9:
            missing -= more
            sentence = f"{criterion.sentence} {why}"
            points = round(criterion.points + more, 6)
            criterion = replace(criterion, points=points, sentence=sentence)
        raised.append(criterion)
    return tuple(raised)
