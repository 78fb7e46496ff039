"""A hint names the nearest mistake that explains all answers, and is not given otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence
from autograder.judging.hints import Hints
from autograder.lab import Mistake, Plain, Question, Questions

ASKED = tuple(Question(f"t/{n}", "t", "t", (Plain(n),)) for n in (1, 2, 3))
RIGHT = {1: [1.0, -2.0], 2: [3.0, 1.0], 3: [-1.0, 4.0]}


def number(question: Question) -> int:
    return question.arguments[0].value


def answer(question: Question, values) -> Answer:
    return Answer(question.key, Array(np.array(values, dtype=np.float32), "torch.Tensor"))


REFERENCE = {question.key: answer(question, RIGHT[number(question)]) for question in ASKED}
MISTAKES = (
    Mistake("never-foreseen", "t", "x", lambda question: None),
    Mistake("abs", "t", "x", lambda question: np.abs(RIGHT[number(question)])),
    Mistake("nearly-abs", "t", "x", lambda question: np.abs(RIGHT[number(question)]) * 1.0005),
    Mistake("halved", "t", "x", lambda question: np.array(RIGHT[number(question)]) / 2),
)


def hints_for(change) -> list[str]:
    given = {q.key: answer(q, change(np.array(RIGHT[number(q)]))) for q in ASKED}
    hints = Hints(MISTAKES, Questions(ASKED), REFERENCE)
    return [hint.mistake for hint in hints.of_task("t", given)]


def test_the_nearest_of_those_that_fit_is_named():
    assert hints_for(np.abs) == ["abs"]


def test_a_wrong_map_at_another_scale_is_recognised_too():
    assert hints_for(lambda right: np.abs(right) / 49) == ["abs"]


def test_a_right_map_at_another_scale_is_not_taken_for_a_mistake_of_scale():
    assert hints_for(lambda right: right * 3) == []


def test_nothing_is_said_where_nothing_fits():
    assert hints_for(lambda right: right + 1) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_nothing_is_said_about_nan_infinity_and_nothing(value):
    assert hints_for(lambda right: right * 0 + value) == []


def test_zeros_have_many_causes_and_name_none():
    zeros = Mistake("zeros", "t", "x", lambda question: np.zeros(2))
    given = {q.key: answer(q, [0, 0]) for q in ASKED}
    assert Hints((zeros,), Questions(ASKED), REFERENCE).of_task("t", given) == ()


def test_what_tells_less_is_asked_last():
    general = Mistake("general", "t", "x", shows=lambda told, right: True, last=True)
    telling = Mistake("telling", "t", "x", shows=lambda told, right: True)

    def named(*mistakes: Mistake) -> list[str]:
        given = {q.key: answer(q, np.abs(RIGHT[number(q)]) / 49) for q in ASKED}
        hints = Hints(mistakes, Questions(ASKED), REFERENCE).of_task("t", given)
        return [hint.mistake for hint in hints]

    assert named(general, telling, MISTAKES[1]) == ["telling"]
    assert named(general, MISTAKES[1]) == ["abs"]
    assert named(general) == ["general"]


def test_right_numbers_in_another_shape_are_wrong_too():
    shape = Mistake("shape", "t", "x", shows=lambda told, right: True)
    given = {q.key: answer(q, [RIGHT[number(q)]]) for q in ASKED}
    [hint] = Hints((shape,), Questions(ASKED), REFERENCE).of_task("t", given)
    assert hint.mistake == "shape"


def test_one_answer_is_enough_to_rule_a_mistake_out():
    asked = []

    def foreseen(question: Question) -> np.ndarray:
        asked.append(question)
        return np.array([9.0, 9.0])

    hints = Hints((Mistake("far", "t", "x", foreseen),), Questions(ASKED), REFERENCE)
    for factor in (2, 3, 4):
        given = {q.key: answer(q, np.array(RIGHT[number(q)]) * factor) for q in ASKED}
        assert hints.of_task("t", given) == ()
    assert asked == [ASKED[0]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Opaque("dict"), "a dict"),
        (Scalar("x", "str"), "a str"),
        (Sequence((Array(np.ones(2), "torch.Tensor"), Scalar(1, "int")), "tuple"), "a tuple of 2"),
    ],
)
def test_another_kind_of_thing_is_called_by_its_name(value, said):
    given = {q.key: Answer(q.key, value) for q in ASKED}
    [hint] = Hints(MISTAKES, Questions(ASKED), REFERENCE).of_task("t", given)
    assert hint.mistake == "other-type" and f"returns {said}." in hint.text


def test_a_mistake_must_explain_every_answer():
    given = {q.key: answer(q, np.abs(RIGHT[number(q)])) for q in ASKED}
    given[ASKED[2].key] = answer(ASKED[2], RIGHT[3])
    assert Hints(MISTAKES, Questions(ASKED), REFERENCE).of_task("t", given) == ()


def test_right_answers_get_no_hint():
    assert hints_for(lambda right: right) == []


def test_none_everywhere_is_an_untouched_task():
    given = {q.key: Answer(q.key, Scalar(None, "NoneType")) for q in ASKED}
    [hint] = Hints((), Questions(ASKED), REFERENCE).of_task("t", given)
    assert hint.mistake == "not-implemented"


@pytest.mark.parametrize(
    ("error", "message", "expected"),
    [
        ("RuntimeError", "Can't call numpy() on Tensor that requires grad.", "numpy-of-graph"),
        ("RuntimeError", "has been modified by an inplace operation: [1, 512]", "in-place"),
        ("AttributeError", "'NoneType' object has no attribute 'mean'", "no-gradient"),
        ("RuntimeError", "element 0 of tensors does not require grad and does not have a grad_fn",
         "no-graph"),
        ("RuntimeError", "Trying to backward through the graph a second time", "graph-freed"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (1x7 and 512x7)", "shapes"),
        ("RuntimeError", "can't retain_grad on Tensor that has requires_grad=False",
         "no-such-gradient"),
        ("NotImplementedError", "", "not-implemented"),
        ("ZeroDivisionError", "division by zero", "exception"),
    ],
)  # fmt: skip
def test_an_exception_gets_plain_words_and_the_students_own_line(error, message, expected):
    failure = Failure("raised", message, error, "compute_cam", 7, "    y = x / 0")
    given = {q.key: Answer(q.key, failure=failure) for q in ASKED}
    [hint] = Hints((), Questions(ASKED), REFERENCE).of_task("t", given)
    assert hint.mistake == expected
    assert (
        expected == "not-implemented" or "line 7 of the cell compute_cam (y = x / 0)" in hint.text
    )
