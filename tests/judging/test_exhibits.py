"""Answers are looked at for type, shape, finiteness and value, in this order."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence
from autograder.judging import Refused
from autograder.judging.exhibits import Answers
from autograder.lab import Picture, Plain, Question, Questions
from tests.lab09 import POLICY

QUESTION = Question("t/cat", "t", "t", (Picture("cat.jpg"), Plain(3)))


def answers(value=None, failure=None) -> Answers:
    given = {QUESTION.key: Answer(QUESTION.key, value, failure)} if value or failure else {}
    return Answers("t", Questions((QUESTION,)), given, POLICY)


def array(*shape: int, dtype="float32", form="torch.Tensor", fill=1.0, **more) -> Array:
    return Array(np.full(shape, fill, dtype=dtype), form, **more)


def triples(name="cat", label=3, chance=0.5, forms=("str", "int", "float")) -> Sequence:
    parts = tuple(map(Scalar, (name, label, chance), forms))
    return Sequence((Sequence(parts, "tuple"),) * 5, "list")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_any_float_is_taken_as_float64(dtype):
    taken = answers(array(7, 7, dtype=dtype)).tensor(QUESTION, 7, 7)
    assert taken.dtype == np.float64 and taken.shape == (7, 7)


def test_a_numpy_array_costs_nothing_and_is_remarked_on():
    own = answers(array(7, 7, form="numpy.ndarray"))
    own.tensor(QUESTION, 7, 7)
    assert own.remarks.sentences == ["It is a numpy array where the task asks for a tensor."]


def test_a_graph_that_is_still_carried_costs_nothing():
    own = answers(array(7, 7, requires_grad=True))
    own.tensor(QUESTION, 7, 7)
    assert not own.remarks.sentences


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (array(1, 7, 7), r"shape is \[1, 7, 7\], not \[7, 7\]"),
        (array(1), r"shape is \[1\], not \[7, 7\]"),
        (array(49), r"shape is \[49\]"),
        (array(7, 7, fill=np.nan), "holds NaN"),
        (array(7, 7, fill=np.inf), "holds infinite numbers"),
        (array(7, 7, dtype="int64"), "whole numbers"),
        (array(7, 7, dtype="bool"), "type bool"),
        (array(7, 7, dtype="complex64"), "type complex64"),
        (Scalar(None, "NoneType"), "is None, not a tensor"),
        (Scalar(1.0, "float"), "is a float, not a tensor"),
        (Opaque("a.Fake"), "is an a.Fake, not a tensor"),
    ],
)
def test_what_is_no_such_tensor_is_refused_with_the_reason(value, said):
    with pytest.raises(Refused, match=said):
        answers(value).tensor(QUESTION, 7, 7)


def test_a_failure_is_told_with_the_line_of_the_students_own_cell():
    failure = Failure("raised", "no", "ValueError", "compute_cam", 4, "    raise ValueError('no')")
    with pytest.raises(Refused, match="ValueError: no in line 4 of the cell compute_cam: raise"):
        answers(failure=failure).tensor(QUESTION, 7, 7)


def test_no_answer_is_refused():
    with pytest.raises(Refused, match=r"no answer for cat\.jpg and class 3"):
        answers().tensor(QUESTION, 7, 7)


def test_numpy_scalars_in_triples_are_remarked_on():
    own = answers(triples(forms=("str", "numpy.int64", "numpy.float32")))
    assert own.predictions(QUESTION, 5)[0].label == 3
    assert len(own.remarks.sentences) == 1


@pytest.mark.parametrize(
    "value",
    [
        triples(name=3, forms=("int", "int", "float")),
        triples(label=3.0, forms=("str", "float", "float")),
        triples(label=True, forms=("str", "bool", "float")),
        triples(chance=float("nan")),
        triples(chance="0.5", forms=("str", "int", "str")),
        Sequence(triples().items[:3], "list"),
        Sequence((Scalar(1, "int"),) * 5, "list"),
        array(5, 3),
    ],
)
def test_what_is_no_list_of_five_triples_is_refused(value):
    with pytest.raises(Refused):
        answers(value).predictions(QUESTION, 5)
