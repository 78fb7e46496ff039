"""Finds the known mistake that explains a submission's wrong answers.

A mistake fits when the reference, making it too, would have given these very answers: all of them,
within the tolerance of right ones; the nearest counts, and where two lead to the same numbers both
are told. Numbers that the graders take have no mistake behind them. Next come mistakes that show in
how answers relate to each other and to the right ones, next a second look that forgives one
positive factor for each answer (a wrong map that is also divided by 49), next one that forgives a
number added, too (a wrong map that is brought to 0 to 1), next relations that tell less. Where none
fits, there is no hint.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

import numpy as np

from autograder.answers import Answer, Array, Value
from autograder.answers import Sequence as Listed
from autograder.judging.comparing import (
    MAP_TOLERANCE,
    PROBABILITY_TOLERANCE,
    distance,
    same_up_to_factor,
    same_up_to_factor_and_offset,
)
from autograder.judging.criterion import CriterionFailed
from autograder.judging.exception_hints import failure_hints, other_type
from autograder.judging.expected_answer_cache import ExpectedAnswerCache
from autograder.judging.forms import as_array
from autograder.judging.plain_form import plain_form
from autograder.judging.policy import Policy
from autograder.judging.prediction_forms import Prediction, as_predictions, same_name
from autograder.judging.task_code import NO_CODE, TaskCode
from autograder.lab import Mistake, PatternMistake, PredictedMistake, Question, Questions
from autograder.results import Hint
from autograder.run import CellError

# Two mistakes are told apart where one lies nearer than the other, by more than rounding does.
AS_NEAR, ROUNDING = 3, 0.03  # in tolerances
Alike = Callable[[np.ndarray, np.ndarray], bool]
ALIKE = "More than one mistake leads to just these answers."
DIVIDED = (
    "Where all numbers of an answer were 0, they were divided by 0 (their largest one, or their "
    "sum), which gives NaN. Look again at that division. Besides:"
)


@dataclass(frozen=True)
class Found:
    """What is said about a task's answers.

    mistake: the known mistake that explains every wrong answer, "" where none does.
    exactly: whether it does so at its own scale, not only up to a factor for each answer.
    """

    hints: tuple[Hint, ...] = ()
    mistake: str = ""
    exactly: bool = False


class Hints:
    """What is known to go wrong in one class; `of_task` may be called from several threads."""

    def __init__(
        self,
        mistakes: Iterable[Mistake],
        questions: Questions,
        reference: Mapping[str, Answer],
        policy: Policy,
        memory: Path | None = None,
        parts: Sequence[str] = (),
    ) -> None:
        self._given = mistakes
        self._memory = memory
        self._questions = questions
        self._reference = reference
        self._parts = parts
        self._policy = policy
        self._lock = threading.Lock()  # `ExpectedAnswerCache` is for one thread at a time

    @cached_property
    def _mistakes(self) -> tuple[Mistake, ...]:
        return tuple(self._given)

    @cached_property
    def _expected_answers(self) -> ExpectedAnswerCache:
        return ExpectedAnswerCache(self._mistakes, self._memory)

    def close(self) -> None:
        """Keep what was computed for the next time."""
        with self._lock:
            if "_expected_answers" in vars(self):
                self._expected_answers.save()

    def of_task(
        self,
        task: str,
        answers: Mapping[str, Answer],
        forms: Sequence[str] = (),
        errors: Sequence[CellError] = (),
        code: TaskCode = NO_CODE,
        *,
        numbers_right: bool = False,
    ) -> Found:
        """The nearest mistake, if any fits, what stopped the function, what its form is.

        Args:
            forms: those met that cost the form's share.
            errors: what the task's own cells raised.
            code: the task's cell.
            numbers_right: the graders have nothing against the numbers, rounded or divided by 49
                as they may be: then no mistake is made on the way to them.
        """
        asked = [question for question in self._questions.of_task(task) if question.key in answers]
        expected: dict[Question, object] = {}
        actual: dict[Question, object] = {}
        failed = []
        for question in asked:
            answer = answers[question.key]
            if answer.failure is not None:
                failed.append((question, answer.failure))
            elif answer.value is not None:
                reference = self._reference[question.key].known_value
                actual[question] = _comparable(answer.value, reference)
                expected[question] = plain_form(reference)
        with self._lock:
            mistake, exactly = (None, False)
            if not numbers_right:
                actual, mistake, exactly = self._nearest_or_divided(task, actual, expected)
            explains_failures = mistake is not None and all(
                isinstance(mistake, PredictedMistake)
                and self._expected_answers.answer(mistake, question) is None
                for question, _ in failed
            )
        hints = [] if mistake is None else [Hint(mistake.name, mistake.text)]
        given = [answers[question.key] for question in asked]
        hints += failure_hints(given, failed, errors, self._parts, code)
        hints += _of_forms([self._policy.forms[form][1] for form in forms], forms, alone=not hints)
        if asked and not hints:
            hints += other_type(given, self._reference[asked[0].key].known_value)
        explains = mistake is not None and explains_failures and _tell(list(actual.values()))
        return Found(tuple(hints), mistake.name if mistake and explains else "", exactly)

    def count_right(self, answers: Mapping[str, Answer]) -> int:
        """How many of these answers, by question key, are right."""
        pairs = [
            (answer.value, self._reference[key].known_value)
            for key, answer in answers.items()
            if answer.value is not None and key in self._reference
        ]
        return sum(
            _fits(_comparable(value, expected), plain_form(expected)) for value, expected in pairs
        )

    def _nearest_or_divided(
        self, task: str, actual: dict[Question, object], expected: Mapping[Question, object]
    ) -> tuple[dict[Question, object], Mistake | None, bool]:
        """As `_nearest`, and the answers that it looked at.

        What was 0 everywhere and divided by its own largest number is NaN, and was 0.
        """
        zeros = {q: np.zeros(value.shape) for q, value in actual.items() if _is_all_nan(value)}
        if zeros and len(zeros) < len(actual):
            before = {**actual, **zeros}
            mistake, _ = self._nearest(task, before, expected)
            if isinstance(mistake, PredictedMistake):
                return before, replace(mistake, text=f"{DIVIDED} {mistake.text}"), False
        return actual, *self._nearest(task, actual, expected)

    def _nearest(
        self, task: str, actual: Mapping[Question, object], expected: Mapping[Question, object]
    ) -> tuple[Mistake | None, bool]:
        """The mistake, and whether it fits without a factor."""
        wrong = [question for question in actual if not _fits(actual[question], expected[question])]
        # None, a word, an object: no mistake on the way to an answer explains these.
        if not wrong or not all(
            isinstance(actual[question], np.ndarray | tuple | float) for question in actual
        ):
            return None, False
        known = [mistake for mistake in self._mistakes if mistake.task == task]
        predicted = [mistake for mistake in known if isinstance(mistake, PredictedMistake)]
        patterns = [mistake for mistake in known if isinstance(mistake, PatternMistake)]
        if nearest := self._of_those_that_fit(predicted, actual):
            return nearest, True
        for pattern in patterns:
            if not pattern.last and pattern.shows(actual, expected):
                return pattern, True
        for alike in (same_up_to_factor, _alike_but_for_both):
            for mistake in predicted:
                if self._fits_up_to(alike, mistake, actual, expected):
                    return mistake, False
        for pattern in patterns:
            if pattern.last and pattern.shows(actual, expected):
                return pattern, True
        return None, False

    def _of_those_that_fit(
        self, predicted: Sequence[PredictedMistake], actual: Mapping[Question, object]
    ) -> Mistake | None:
        """The nearest; where another leads to the same numbers, it tells of both."""
        apart = [(self._worst_misfit(mistake, actual, 1.0), mistake) for mistake in predicted]
        fits = [(worst, mistake) for worst, mistake in apart if worst is not None and worst < 1]
        if not fits:
            return None
        least, nearest = min(fits, key=lambda pair: pair[0])
        as_near = [one for worst, one in fits if worst <= max(AS_NEAR * least, ROUNDING)]
        first = as_near[0] if least <= ROUNDING else nearest
        others = [one.text for one in as_near if one.name != first.name]
        texts = dict.fromkeys([first.text, *others])
        return first if len(texts) == 1 else replace(first, text=f"{ALIKE} {' Or: '.join(texts)}")

    def _worst_misfit(
        self,
        mistake: PredictedMistake,
        actual: Mapping[Question, object],
        limit: float,
    ) -> float | None:
        """None where some answer is farther off than `limit`, or none could be foreseen."""
        worst, tells = 0.0, False
        for question in self._cheapest_first(mistake, actual):
            predicted = self._expected_answers.answer(mistake, question)
            if predicted is None:
                continue
            worst = max(worst, misfit(actual[question], _cut(predicted, actual[question])))
            if not worst <= limit:
                return None
            # Nothing but zeros has many causes.
            tells = tells or not isinstance(predicted, np.ndarray) or bool(predicted.any())
        return worst if tells else None

    def _fits_up_to(
        self,
        alike: Alike,
        mistake: PredictedMistake,
        actual: Mapping[Question, object],
        expected: Mapping[Question, object],
    ) -> bool:
        """A mistake that differs from the right answer by no more is not looked for here."""
        seen = False
        for question in self._cheapest_first(mistake, actual):
            predicted, answer = self._expected_answers.answer(mistake, question), actual[question]
            if predicted is None:
                continue
            if not (isinstance(predicted, np.ndarray) and isinstance(answer, np.ndarray)):
                return False
            answer, predicted = answer.squeeze(), predicted.squeeze().astype(np.float64)
            if answer.shape != predicted.shape or not np.isfinite(answer).all() or answer.size == 1:
                return False
            if not alike(answer, predicted):
                return False
            right = expected[question]
            is_right = (
                isinstance(right, np.ndarray)
                and right.squeeze().shape == predicted.shape
                and alike(predicted, right.squeeze())
            )
            seen = seen or (np.ptp(predicted) > 0 and not is_right)
        return seen

    def _cheapest_first(
        self, mistake: PredictedMistake, actual: Iterable[Question]
    ) -> list[Question]:
        """What was computed before, then the order of asking.

        Nearly all mistakes are ruled out by one answer, right or wrong; when submissions are held
        against the same one first, a class pays for the others only where a mistake fits.
        """
        return sorted(
            actual, key=lambda question: not self._expected_answers.knows(mistake, question)
        )


def misfit(actual: object, expected: object) -> float:
    """How far two answers in plain form are apart; 1 is the tolerance."""
    if isinstance(expected, np.ndarray):
        if isinstance(actual, int | float):
            actual = np.array(actual, dtype=np.float64)
        if not isinstance(actual, np.ndarray) or actual.squeeze().shape != expected.squeeze().shape:
            return float("inf")
        if not actual.size:
            return 0.0
        apart = distance(actual.squeeze(), expected.squeeze().astype(np.float64))
        return apart / MAP_TOLERANCE if np.isfinite(apart) else float("inf")
    if isinstance(expected, tuple):
        if not isinstance(actual, tuple) or len(actual) != len(expected):
            return float("inf")
        return max((misfit(*pair) for pair in zip(actual, expected, strict=True)), default=0.0)
    if isinstance(expected, float) and isinstance(actual, int | float):
        apart = abs(actual - expected) / (PROBABILITY_TOLERANCE * max(1.0, abs(expected)))
        return apart if np.isfinite(apart) else float("inf")
    return 0.0 if type(actual) is type(expected) and actual == expected else float("inf")


def _fits(actual: object, expected: object) -> bool:
    """Whether an answer is right, its shape too."""
    if isinstance(expected, np.ndarray) and getattr(actual, "shape", ()) != expected.shape:
        return False
    return misfit(actual, _cut(expected, actual)) <= 1


def _cut(expected: object, actual: object) -> object:
    """Of a list, as many entries as were given: their number is a matter of form."""
    if isinstance(expected, tuple) and isinstance(actual, tuple) and actual:
        return expected[: len(actual)]
    return expected


def _comparable(value: Value, expected: Value) -> object:
    """An answer in plain form, laid out as the right one where its form allows that."""
    try:
        if isinstance(expected, Array):
            return as_array(value, expected.values.shape)[0]
        if isinstance(expected, Listed):
            # Where ids were left out, names stand for them, and the other way round.
            named = as_predictions(expected, len(expected.items))[0]
            predictions = as_predictions(value, len(expected.items))[0]
            return tuple(_completed(prediction, named) for prediction in predictions)
    except CriterionFailed:
        pass
    return plain_form(value)


def _completed(prediction: Prediction, named: Sequence[Prediction]) -> tuple[str, int, float]:
    """With the name and the id that belong together, and the name as it is spelled in the list."""
    name, label, probability = prediction
    for known in named:
        if name is None or known.name is None or known.label is None:
            continue
        if label in (None, known.label) and same_name(name, known.name, known.label):
            return known.name, known.label, probability
    names = {known.label: known.name or "" for known in named}
    return (
        names.get(label, "") if name is None else name,
        -1 if label is None else label,
        probability,
    )


def _is_all_nan(answer: object) -> TypeGuard[np.ndarray]:
    return isinstance(answer, np.ndarray) and bool(answer.size) and bool(np.isnan(answer).all())


def _tell(answers: Sequence[object]) -> bool:
    """Whether these can show what was understood.

    Arrays do that are finite, two of them with several numbers; lists do that are not all the same.
    """
    if all(isinstance(one, tuple) for one in answers):
        return len({repr(one) for one in answers}) > 1
    arrays = [one for one in answers if isinstance(one, np.ndarray) and one.size]
    if len(arrays) < len(answers) or not all(np.isfinite(one).all() for one in arrays):
        return False
    return sum(float(np.ptp(one)) > 0 for one in arrays) >= min(2, max(1, len(arrays)))


def _of_forms(sentences: Sequence[str], forms: Sequence[str], *, alone: bool) -> list[Hint]:
    """What costs the form's share, in the words of the instructor's table."""
    if not forms:
        return []
    said = " ".join(sentences)
    first = "Only the form of your answers costs something." if alone else "Besides:"
    look = "Look again at the task and the docstring: what exactly should come back?"
    return [Hint(forms[0], f"{first} {said} {look}")]


def _alike_but_for_both(answer: np.ndarray, predicted: np.ndarray) -> bool:
    """Up to a factor and a number added, which make any two arrays of two numbers alike."""
    return answer.size >= 6 and same_up_to_factor_and_offset(answer, predicted)
