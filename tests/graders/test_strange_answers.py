"""Whatever a function returns, it is judged: no marks, no mistake of the judge's own."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence

SCALARS = [
    Scalar(None, "NoneType"), Scalar(True, "bool"), Scalar(-1, "int"), Scalar(10**300, "int"),
    Scalar(float("nan"), "float"), Scalar(float("inf"), "float"), Scalar(1e308, "float"),
    Scalar("\ud800<script>", "str"), Scalar(3.0, "numpy.float64"), Opaque("dict"),
]  # fmt: skip
ARRAYS = [
    Array(np.full(shape, fill, dtype=dtype), "torch.Tensor")
    for dtype in ("bool", "uint8", "int64", "float16", "float64", "complex64")
    for shape in ((), (0,), (1,), (49,), (5, 3), (7, 7), (0, 7, 7), (1, 512, 7, 7), (224, 224))
    for fill in (0, 1)
]
ENDLESS = [
    Array(np.full(shape, fill, dtype="float32"), "numpy.ndarray")
    for shape in ((7, 7), (1, 512, 7, 7))
    for fill in (np.nan, np.inf, 3e38, 1e-40)
]


def lists(part: object) -> list[Sequence]:
    name, label, chance = Scalar("tabby", "str"), Scalar(281, "int"), Scalar(0.1, "float")
    triples = [(name, label, part), (name, part, chance), (part, label, chance), (part,) * 3]
    return [
        *(Sequence((Sequence(parts, "tuple"),) * 5, "list") for parts in triples),
        Sequence((part,) * 5, "list"),
        Sequence((part,) * 3, "tuple"),
        Sequence((Sequence((part,) * 7, "list"),) * 7, "list"),
    ]


LISTS = [Sequence((), "list")]
for part in (*SCALARS, *ARRAYS[::3], *ENDLESS[::4]):
    LISTS += lists(part)


@pytest.mark.parametrize("values", [SCALARS, ARRAYS, ENDLESS, LISTS])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_strange_value_earns_anything_or_breaks_the_judge(
    answer_grader, classroom, values, caplog
):
    caplog.set_level(logging.ERROR)
    for value in values:
        given = {q.key: Answer(q.key, value) for q in classroom.questions.questions}
        marks = answer_grader.marks(given)
        assert not [mark for mark in marks if mark.points], value
        said = [criterion.sentence for mark in marks for criterion in mark.criteria]
        assert not [sentence for sentence in said if "grader itself" in sentence], value
    assert not caplog.records


@pytest.mark.parametrize(
    "kind", ["raised", "not-defined", "timed-out", "not-asked", "malformed", "too-large"]
)
def test_one_failure_or_one_missing_answer_costs_that_task_alone(
    answer_grader, classroom, reference, kind
):
    questions = classroom.questions.questions
    for question in {question.task: question for question in questions}.values():
        given = {q.key: reference[q.key] for q in questions}
        failure = Failure(kind, "It stopped.", "ValueError", "cell", 1, "x")
        given[question.key] = Answer(question.key, failure=failure)
        marks = {mark.task: mark.status for mark in answer_grader.marks(given)}
        assert marks.pop(question.task) in ("none", "partial")
        assert set(marks.values()) == {"full", "manual"}


def test_answers_that_could_not_be_read_are_not_said_to_be_the_same(answer_grader, classroom):
    unread = Sequence((Opaque("a.Guess"),) * 5, "list")
    given = {q.key: Answer(q.key, unread) for q in classroom.questions.of_task("predict")}
    mark = next(mark for mark in answer_grader.marks(given) if mark.task == "predict")
    assert [hint.mistake for hint in mark.hints] == ["not-triples"]
