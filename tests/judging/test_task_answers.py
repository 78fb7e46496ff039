"""Answers are looked at for type, shape, finiteness and value, in this order."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence
from autograder.judging import CriterionFailed, same_name
from autograder.judging.task_answers import TaskAnswers
from autograder.lab import Picture, Plain, Question, Questions
from tests.lab09 import POLICY

QUESTION = Question("t/cat", "t", "t", (Picture("cat.jpg"), Plain(3)))


def answers(value=None, failure=None) -> TaskAnswers:
    given = {QUESTION.key: Answer(QUESTION.key, value, failure)} if value or failure else {}
    return TaskAnswers("t", Questions((QUESTION,)), given, POLICY)


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
        (array(2, 7, 7), r"shape is \[2, 7, 7\], not \[7, 7\]"),
        (array(1), r"shape is \[1\], not \[7, 7\]"),
        (array(7), r"shape is \[7\]"),
        (array(7, 7, fill=np.nan), "holds NaN"),
        (array(7, 7, fill=np.inf), "holds infinite numbers"),
        (array(7, 7, dtype="bool"), "type bool"),
        (array(7, 7, dtype="complex64"), "type complex64"),
        (Scalar(None, "NoneType"), "is None, not a tensor"),
        (Scalar(1.0, "float"), "is a float, not a tensor"),
        (Opaque("a.Fake"), "is an a.Fake, not a tensor"),
    ],
)
def test_what_is_no_such_tensor_is_refused_with_the_reason(value, said):
    with pytest.raises(CriterionFailed, match=said):
        answers(value).tensor(QUESTION, 7, 7)


NUMBERS = np.arange(49.0).reshape(7, 7)
LISTS = Sequence(
    tuple(
        Sequence(tuple(Scalar(number, "float") for number in row), "list")
        for row in NUMBERS.tolist()
    ),
    "list",
)


def tensor(values, dtype="float32") -> Array:
    return Array(np.asarray(values, dtype=dtype), "torch.Tensor")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (tensor(NUMBERS[None]), "size 1 too many"),
        (tensor(NUMBERS[None, None]), "size 1 too many"),
        (tensor(NUMBERS[..., None]), "size 1 too many"),
        (tensor(NUMBERS.ravel()), "another shape"),
        (tensor(NUMBERS, "int64"), "whole numbers"),
        (LISTS, "a list where the task asks for a tensor"),
        (Sequence(tuple(tensor(row) for row in NUMBERS), "list"), "a list where"),
        (Sequence((tensor(NUMBERS),), "list"), "a list where"),
        (Sequence((tensor(NUMBERS),), "tuple"), "a tuple where"),
        (Sequence((tensor(NUMBERS),), "__main__.Maps"), "a sequence where"),
        (Sequence((tensor(NUMBERS),), "dict"), "a dictionary where"),
        (Sequence((Array(NUMBERS, "torch.Tensor", True),), "dict"), "a dictionary where"),
        (Sequence((tensor(NUMBERS),), "generator"), "a generator or"),
        (Sequence((tensor(NUMBERS),), "dataclass"), "an object with fields"),
    ],
)
def test_right_numbers_in_another_form_lose_the_criterion_about_it_alone(value, form):
    own = answers(value)
    assert (own.tensor(QUESTION, 7, 7) == NUMBERS).all()
    assert len(own.forms()) == 1
    with pytest.raises(CriterionFailed, match=form):
        own.tensor(QUESTION, 7, 7, exact=True)
    assert own.forms()


FEATURES = np.random.default_rng(1).normal(size=(1, 12, 7, 7)).astype("float32")


@pytest.mark.parametrize(
    ("values", "also"),
    [
        (FEATURES.transpose(0, 2, 3, 1), []),
        (FEATURES.transpose(1, 0, 2, 3), []),
        (FEATURES[0].transpose(1, 2, 0), ["missing-batch-dimension"]),
        (FEATURES.transpose(0, 2, 3, 1)[None], ["extra-dimension"]),
    ],
)
def test_dimensions_in_another_order_are_put_back(values, also):
    own = answers(tensor(values))
    assert np.allclose(own.tensor(QUESTION, 1, 12, 7, 7), FEATURES)
    assert own.forms() == ["other-order-of-dimensions", *also]


WORD, ONE = Scalar("cat", "str"), Scalar(3, "int")


@pytest.mark.parametrize(
    "beside",
    [
        (ONE,),
        (WORD,),
        (tensor(1.0),),
        (tensor(np.ones(1000)),),
        (tensor(np.ones((3, 7, 7))), ONE),
        (Sequence((ONE, WORD), "list"),),
        (array(7, 7, dtype="bool"),),
    ],
)
def test_the_one_part_that_can_be_the_answer_is_taken(beside):
    own = answers(Sequence((*beside, tensor(NUMBERS)), "tuple"))
    assert (own.tensor(QUESTION, 7, 7) == NUMBERS).all()
    assert own.forms() == ["in-tuple", "more-than-the-answer"]
    inside = Sequence((Sequence((tensor(NUMBERS), *beside), "dict"), WORD), "tuple")
    assert (answers(inside).tensor(QUESTION, 7, 7) == NUMBERS).all()


@pytest.mark.parametrize("other", [NUMBERS + 1, NUMBERS[None], NUMBERS.ravel(), NUMBERS.tolist()])
def test_nobody_chooses_among_two_answers(other):
    second = tensor(other) if isinstance(other, np.ndarray) else LISTS
    for parts in ((tensor(NUMBERS), second), (tensor(NUMBERS), ONE, second)):
        with pytest.raises(CriterionFailed):
            answers(Sequence(parts, "tuple")).tensor(QUESTION, 7, 7)


def test_a_failure_is_told_in_a_word_for_its_line_stands_in_the_hint():
    failure = Failure("raised", "no", "ValueError", "compute_cam", 4, "    raise ValueError('no')")
    with pytest.raises(CriterionFailed, match=r"your function stopped with ValueError\.$"):
        answers(failure=failure).tensor(QUESTION, 7, 7)


def test_no_answer_is_refused():
    with pytest.raises(CriterionFailed, match=r"no answer for cat\.jpg and class 3"):
        answers().tensor(QUESTION, 7, 7)


def test_numpy_scalars_in_triples_are_remarked_on():
    own = answers(triples(forms=("str", "numpy.int64", "numpy.float32")))
    assert own.predictions(QUESTION, 5)[0].label == 3
    assert len(own.remarks.sentences) == 1


def row(*parts, form="tuple") -> Sequence:
    forms = {str: "str", int: "int", float: "float"}
    return Sequence(tuple(Scalar(part, forms[type(part)]) for part in parts), form)


def rows(*parts, form="tuple", outer="list", count=5) -> Sequence:
    return Sequence((row(*parts, form=form),) * count, outer)


COLUMNS = Sequence((row(*["cat"] * 5), row(*[3] * 5), row(*[0.5] * 5)), "tuple")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (rows("cat", 3, 0.5, form="dict"), "dictionary"),
        (rows("cat", 3, 0.5, form="list", outer="numpy.ndarray"), "table"),
        (rows("cat", "3", "0.5", outer="numpy.ndarray"), "number-as-text"),
        (rows("cat", 3.0, 0.5), "id-as-float"),
        (rows("cat", "3", 0.5), "number-as-text"),
        (rows(0.5, "cat", 3), "other-order-in-triples"),
        (rows(3, "cat", 0.5), "other-order-in-triples"),
        (rows("cat", 0.5, 3), "other-order-in-triples"),
        (rows("cat", 0.5, 3.0), "other-order-in-triples"),
        (COLUMNS, "three-lists"),
        (Sequence((COLUMNS,), "list"), "three-lists"),
        (Sequence((rows("cat", 3, 0.5),), "list"), "extra-dimension"),
        (rows("cat", 3, 0.5, count=4), "other-number-of-classes"),
        (rows("cat", 3, 0.5, count=9), "other-number-of-classes"),
        (rows("cat", 0.5), "without-ids"),
        (rows(3, 0.5), "without-names"),
        (rows(0.5, 3), "without-names"),
    ],
)
def test_right_triples_in_another_form_lose_the_criterion_about_it_alone(value, form):
    own = answers(value)
    label = None if form == "without-ids" else 3
    name = None if form == "without-names" else "cat"
    assert set(own.predictions(QUESTION, 5)) == {(name, label, 0.5)}
    assert form in own.forms()
    with pytest.raises(CriterionFailed):
        own.predictions(QUESTION, 5, exact=True)


@pytest.mark.parametrize("outer", ["zip", "map", "generator", "itertools.islice", "dict_items"])
def test_an_iterator_costs_nothing_and_is_remarked_on(outer):
    own = answers(rows("cat", 3, 0.5, outer=outer))
    assert len(own.predictions(QUESTION, 5, exact=True)) == 5
    assert "iterator" in own.remarks.sentences[0]


@pytest.mark.parametrize("form", ["tuple", "list", "dataclass", "__main__.Guess"])
def test_any_object_of_three_parts_is_a_triple(form):
    own = answers(rows("cat", 3, 0.5, form=form))
    assert own.predictions(QUESTION, 5, exact=True)[0] == ("cat", 3, 0.5)


PAIR = Sequence((Scalar("cat", "str"), Scalar(3, "int")), "tuple")
TRIPLES = rows("cat", 3, 0.5)


def ranked(first: int, at: int = 0) -> Sequence:
    entries = [["cat", 3, 0.5] for _ in range(5)]
    for rank, parts in enumerate(entries, first):
        parts.insert(at, rank)
    return Sequence(tuple(row(*parts) for parts in entries), "list")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (rows("cat", 3, "50%"), "number-as-text"),
        (rows("cat", 3, "50.0 %"), "number-as-text"),
        (rows("cat", "#3", 0.5), "number-as-text"),
        (ranked(1), "rank-in-triples"),
        (ranked(0, at=3), "rank-in-triples"),
        (Sequence((Sequence((PAIR, Scalar(0.5, "float")), "tuple"),) * 5, "list"),
         "nested-triples"),
        (Sequence((Sequence((Scalar("cat", "str"), row(3, 0.5)), "tuple"),) * 5, "list"),
         "nested-triples"),
        (Scalar(json.dumps([["cat", 3, 0.5]] * 5), "str"), "text-for-list"),
        (Scalar(json.dumps([{"name": "cat", "id": 3, "p": 0.5}] * 5), "str"), "text-for-list"),
        (Sequence((TRIPLES,), "dict"), "dictionary-for-list"),
        (Sequence((TRIPLES, ONE), "dict"), "dictionary-for-list"),
        (Sequence((TRIPLES,), "dataclass"), "object-for-list"),
        (Sequence((TRIPLES, tensor(np.ones(1000))), "tuple"), "more-than-the-answer"),
        (Sequence((ONE, TRIPLES, WORD), "tuple"), "more-than-the-answer"),
    ],
)  # fmt: skip
def test_right_triples_that_come_wrapped_or_written_out_are_taken_for_what_they_are(value, form):
    own = answers(value)
    assert set(own.predictions(QUESTION, 5)) == {("cat", 3, 0.5)}
    assert form in own.forms() and "dictionaries" not in " ".join(own.remarks.sentences)
    assert "extra-dimension" not in own.forms()


def test_of_two_lists_of_triples_none_is_chosen():
    with pytest.raises(CriterionFailed):
        answers(Sequence((TRIPLES, rows("dog", 4, 0.1)), "tuple")).predictions(QUESTION, 5)


@pytest.mark.parametrize("text", ["[" * 9000, "[" * 400 + "]" * 400, "9" * 4000, "null", "tabby"])
def test_a_text_that_is_no_list_is_refused(text):
    with pytest.raises(CriterionFailed):
        answers(Scalar(text, "str")).predictions(QUESTION, 5)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Egyptian_Cat", True),
        ("285: Egyptian cat", True),
        ("Egyptian cat (285)", True),
        ("EGYPTIAN-CAT", True),
        ("cat", False),
        ("Egyptian", False),
        ("284: Egyptian cat", False),
        ("285", False),
        ("", False),
    ],
)
def test_a_name_is_the_same_in_another_spelling_alone(name, same):
    assert same_name(name, "Egyptian cat", 285) is same


@pytest.mark.parametrize(
    "value",
    [
        triples(name=3, forms=("int", "int", "float")),
        triples(label=True, forms=("str", "bool", "float")),
        triples(label=3.5, forms=("str", "float", "float")),
        triples(chance=float("nan")),
        triples(chance="a half", forms=("str", "int", "str")),
        rows("cat", 3, 0.5, count=0),
        Sequence((Scalar(1, "int"),) * 5, "list"),
        rows(1.0, 2.0, 3.0),
        rows("cat", "dog", "boat"),
        array(5, 3),
    ],
)
def test_what_is_no_list_of_triples_is_refused(value):
    with pytest.raises(CriterionFailed):
        answers(value).predictions(QUESTION, 5)
