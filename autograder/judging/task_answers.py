"""What a grader sees: the answers of one submission to one task, and the reference's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from autograder.answers import Answer, Array, Value
from autograder.judging.criterion import CriterionFailed
from autograder.judging.descriptions import describe_question, describe_type, failure_sentence
from autograder.judging.forms import as_array
from autograder.judging.policy import Remarks
from autograder.judging.prediction_forms import Prediction, as_predictions
from autograder.lab import Question, Questions


class TaskAnswers:
    """The answers to one task's questions. Iterating gives the questions, in order.

    Whatever cannot be used raises `CriterionFailed` with a sentence: a failure, a wrong type, a
    wrong shape, NaN. What came in another form is converted, so that a grader compares numbers;
    with `exact`, a form that costs the form's share raises `CriterionFailed` too.
    """

    def __init__(
        self, task: str, questions: Questions, answers: Mapping[str, Answer], policy: Path
    ) -> None:
        self._questions = questions.of_task(task)
        self._answers = answers
        self.remarks = Remarks(policy)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions)

    def first_times(self) -> Iterator[Question]:
        """The questions without those that are asked a second time."""
        return (question for question in self if not question.key.endswith("/again"))

    def tensor(self, question: Question, *shape: int, exact: bool = False) -> np.ndarray:
        """The answer as float64 numbers of exactly this shape, all finite."""
        value = self._value(question)
        try:
            array, forms = as_array(value, shape)
        except CriterionFailed as refusal:
            raise CriterionFailed(f"For {describe_question(question)} {refusal}") from None
        self._notice(question, forms, exact)
        if not np.isfinite(array).all():
            kinds = "NaN" if np.isnan(array).any() else "infinite numbers"
            raise CriterionFailed(f"For {describe_question(question)} it holds {kinds}.")
        return array

    def array(self, question: Question, *shape: int) -> np.ndarray:
        """A numpy array's float64 numbers, all finite, of this shape where one is given."""
        value = self._value(question)
        if not isinstance(value, Array) or not value.form.startswith("numpy."):
            raise CriterionFailed(
                f"For {describe_question(question)} it is {describe_type(value)}, "
                "not a numpy array."
            )
        if value.values.dtype.kind not in "iuf":
            raise CriterionFailed(
                f"For {describe_question(question)} its numbers are of type "
                f"{value.values.dtype.name}."
            )
        array = value.values.astype(np.float64)
        if shape and array.shape != shape:
            raise CriterionFailed(
                f"For {describe_question(question)} its shape is {list(array.shape)}, "
                f"not {list(shape)}."
            )
        if not np.isfinite(array).all():
            raise CriterionFailed(
                f"For {describe_question(question)} it holds NaN or infinite numbers."
            )
        return array

    def signed(self, question: Question, *shape: int) -> np.ndarray:
        """A reference's map before its ReLU."""
        value = self._answers[f"{question.key}#before-relu"].value
        assert value is not None
        return as_array(value, shape)[0]

    def predictions(
        self, question: Question, count: int, exact: bool = False
    ) -> tuple[Prediction, ...]:
        """The answer as triples (name, label, probability): `count`, or the first of fewer."""
        value = self._value(question)
        try:
            predictions, forms = as_predictions(value, count)
        except CriterionFailed as refusal:
            raise CriterionFailed(f"For {describe_question(question)} {refusal}") from None
        self._notice(question, forms, exact)
        return predictions

    def forms(self) -> list[str]:
        """The forms met so far that cost the form's share."""
        return self.remarks.costing()

    def never_answered(self, kinds: set[str]) -> bool:
        """Whether no question has an answer, all of them for a reason among `kinds`."""
        answers = [self._answers.get(question.key) for question in self]
        return all(
            answer is None or (answer.failure is not None and answer.failure.kind in kinds)
            for answer in answers
        )

    def _value(self, question: Question) -> Value:
        answer = self._answers.get(question.key)
        if answer is None:
            raise CriterionFailed(f"There is no answer for {describe_question(question)}.")
        if answer.failure is not None:
            raise CriterionFailed(failure_sentence(question, answer.failure))
        assert answer.value is not None
        return answer.value

    def _notice(self, question: Question, forms: tuple[str, ...], exact: bool) -> None:
        for form in forms:
            try:
                self.remarks.notice(form, exact=exact)
            except CriterionFailed as refusal:
                raise CriterionFailed(f"For {describe_question(question)}: {refusal}") from None
