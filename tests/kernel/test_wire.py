"""Answers keep their form and values on the way, whatever they are; broken bytes are refused."""

from __future__ import annotations

import collections
import json
import math

import numpy as np
import pytest
import torch

from autograder.answers import Array, Opaque, Scalar, Sequence
from autograder.kernel.guest.encoding import AnswerTooLargeError, encode
from autograder.kernel.wire import MalformedAnswerError, decode

LIMIT = 2**20


def shipped(value: object):
    description, blobs = encode(value, LIMIT)
    return decode(json.loads(json.dumps(description, allow_nan=False)), blobs)


@pytest.mark.parametrize("value", [0, -7, 2**900, 1.5, -0.0, True, None, "", "naïve \ud800"[:6]])
def test_plain_values_arrive_as_they_are(value: object) -> None:
    assert shipped(value) == Scalar(value, type(value).__name__)


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_infinities_arrive(value: float) -> None:
    assert shipped(value) == Scalar(value, "float")


def test_nan_arrives_as_data() -> None:
    assert math.isnan(shipped(math.nan).value)
    assert np.isnan(shipped(torch.tensor([math.nan])).values).all()


def test_numpy_scalars_keep_their_form() -> None:
    assert shipped(np.float32(0.5)) == Scalar(0.5, "numpy.float32")
    assert shipped(np.int64(3)) == Scalar(3, "numpy.int64")
    assert shipped(np.bool_(True)) == Scalar(True, "numpy.bool")
    assert shipped(np.str_("cat")) == Scalar("cat", "numpy.str_")


def test_lists_and_tuples_keep_their_form() -> None:
    answer = shipped([("cat", 281, 0.5), ("dog", 7, np.float32(0.25))])
    assert answer.form == "list"
    assert answer.items[0] == Sequence(
        (Scalar("cat", "str"), Scalar(281, "int"), Scalar(0.5, "float")), "tuple"
    )


def test_named_tuples_say_what_they_are() -> None:
    pair = collections.namedtuple("pair", "a b")(1, 2)
    assert shipped(pair).form.endswith("pair")
    assert shipped(torch.tensor([3.0, 1.0]).topk(1)).form == "torch.return_types.topk"


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "int64", "uint8", "bool", "complex64"]
)
def test_tensors_keep_dtype_shape_and_values(dtype: str) -> None:
    tensor = (torch.arange(6).reshape(1, 2, 3) % 2).to(getattr(torch, dtype))
    answer = shipped(tensor)
    assert (answer.form, str(answer.values.dtype), answer.device) == ("torch.Tensor", dtype, "cpu")
    assert np.array_equal(answer.values, tensor.numpy())


def test_bfloat16_is_shipped_as_float32_and_says_so() -> None:
    answer = shipped(torch.tensor([1.5], dtype=torch.bfloat16))
    assert (answer.form, answer.values.dtype) == ("torch.BFloat16Tensor", np.float32)


def test_tensors_that_need_gradients_are_detached_and_noted() -> None:
    assert shipped(torch.ones(2, requires_grad=True)).requires_grad
    assert shipped(torch.ones(2, requires_grad=True) * 2).requires_grad
    assert shipped(torch.nn.Parameter(torch.ones(2))).form == "torch.nn.Parameter"


def test_views_of_every_kind_arrive_whole() -> None:
    tensor = torch.arange(12.0).reshape(3, 4)
    for view in (tensor.T, tensor[:, ::2], tensor[1:].flip(0), torch.ones(1).expand(5)):
        assert np.array_equal(shipped(view).values, view.numpy())
    assert np.array_equal(shipped(np.arange(6)[::-2]).values, np.arange(6)[::-2])
    assert np.array_equal(shipped(np.arange(3, dtype=">i4")).values, [0, 1, 2])
    conjugated = torch.tensor([1 + 2j]).conj()
    assert np.array_equal(shipped(conjugated).values, conjugated.resolve_conj().numpy())


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        object(),
        len,
        b"bytes",
        torch.nn.Linear(1, 1),
        torch.zeros(2, device="meta"),
        torch.eye(2).to_sparse(),
    ],
)
def test_anything_else_is_known_by_its_type_alone(value: object) -> None:
    assert isinstance(shipped(value), Opaque)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"a": 1}, "dict"),
        ((number for number in range(3)), "generator"),
        (np.array([object()]), "numpy.ndarray"),
        (np.array(["text"]), "numpy.ndarray"),
        (np.zeros(1, dtype=[("a", "f4")]), "numpy.ndarray"),
    ],
)
def test_what_can_be_listed_is_listed_and_keeps_its_form(value: object, form: str) -> None:
    answer = shipped(value)
    assert isinstance(answer, Sequence) and answer.form == form


def notebooks_own(name: str, bases: tuple[type, ...] = (), **has: object) -> type:
    """A class as a cell of a notebook makes it."""
    return type(name, bases, {"__module__": "__main__", **has})


def test_an_object_of_the_notebooks_own_class_is_read_by_its_fields() -> None:
    guess = notebooks_own("Sub", (notebooks_own("Guess"),))()
    guess.name, guess.label, guess.chance = "cat", 281, 0.5
    answer = shipped([guess])
    assert [part.value for part in answer.items[0].items] == ["cat", 281, 0.5]
    assert answer.items[0].form == "dataclass"


def test_objects_that_hold_more_than_an_answer_are_known_by_their_type_alone() -> None:
    large = notebooks_own("Large")()
    vars(large).update({f"field{number}": number for number in range(40)})
    network = notebooks_own("Net", (torch.nn.Module,))()
    liar = notebooks_own("Liar", __dict__=property(lambda self: [1, 2, 3]))()
    slotted = notebooks_own("Slotted", __slots__=("name",))()
    for value in (large, network, liar, slotted):
        assert isinstance(shipped(value), Opaque)


def test_an_object_that_holds_itself_is_refused() -> None:
    knot = notebooks_own("Knot")()
    knot.self = knot
    with pytest.raises(AnswerTooLargeError):
        encode(knot, LIMIT)


def test_objects_that_lie_are_described_by_their_true_type() -> None:
    class Liar(torch.Tensor):
        shape = torch.Size([7, 7])

        def __torch_function__(self, *args, **kwargs):
            raise RuntimeError("never asked")

    answer = shipped(torch.ones(2, 3).as_subclass(Liar))
    assert isinstance(answer, Array) and answer.values.shape == (2, 3)
    assert answer.form != "torch.Tensor"

    class Disguise:
        __class__ = torch.Tensor
        __len__ = __int__ = __float__ = __iter__ = lambda self: 1 / 0
        __array__ = lambda self, *args, **kwargs: np.ones(3)  # noqa: E731

    assert isinstance(shipped(Disguise()), Opaque)


def test_what_is_too_large_is_refused_before_it_is_copied() -> None:
    knot: list = []
    knot.append(knot)
    for value in (
        torch.zeros(1).expand(10**12),
        np.broadcast_to(np.float32(0), (10**6, 10**6)),
        [0] * 10**5,
        knot,
        "x" * 10**6,
        1 << 10**5,
        [torch.zeros(2**18)] * 2,
    ):
        with pytest.raises(AnswerTooLargeError):
            encode(value, LIMIT)


ARRAY = {
    "kind": "array",
    "form": "torch.Tensor",
    "dtype": "float32",
    "shape": [2],
    "requires_grad": False,
    "device": "cpu",
    "blob": 0,
}


def test_a_well_formed_array_is_read() -> None:
    assert decode(ARRAY, [np.ones(2, np.float32).tobytes()]).values.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [3]},
        {"shape": [-1, -2]},
        {"shape": [2.0]},
        {"shape": [True, 2]},
        {"shape": [1] * 40},
        {"shape": "2"},
        {"dtype": "object"},
        {"dtype": ["float32"]},
        {"dtype": None},
        {"blob": 1},
        {"blob": -1},
        {"blob": 0.0},
        {"requires_grad": 1},
        {"device": None},
        {"form": 7},
        {"kind": "pickle"},
        {"kind": None},
    ],
)
def test_an_array_with_a_wrong_field_is_refused(changes: dict) -> None:
    with pytest.raises(MalformedAnswerError):
        decode({**ARRAY, **changes}, [np.ones(2, np.float32).tobytes()])


@pytest.mark.parametrize(
    "description",
    [
        None,
        [],
        "text",
        {},
        {"kind": "scalar", "form": "int", "value": 3},
        {"kind": "scalar", "form": "str", "value": {}},
        {"kind": "int", "form": "int", "digits": "1e9"},
        {"kind": "int", "form": "int", "digits": "--1"},
        {"kind": "int", "form": "int", "digits": "٣"},
        {"kind": "int", "form": "int", "digits": "1" * 5000},
        {"kind": "float", "form": "float", "bits": "nan"},
        {"kind": "float", "form": "float", "bits": "zz" * 8},
        {"kind": "sequence", "form": "list", "items": {"a": 1}},
        {"kind": "sequence", "form": "list", "items": [{"kind": "none"}]},
    ],
)
def test_other_broken_descriptions_are_refused(description: object) -> None:
    with pytest.raises(MalformedAnswerError):
        decode(description, [])


def test_depth_and_number_of_parts_are_bounded() -> None:
    deep: dict = {"kind": "opaque", "form": "x"}
    for _ in range(500):
        deep = {"kind": "sequence", "form": "list", "items": [deep]}
    wide = {"kind": "sequence", "form": "list", "items": [{"kind": "opaque", "form": "x"}] * 20_000}
    for description in (deep, wide):
        with pytest.raises(MalformedAnswerError):
            decode(description, [])


def test_texts_can_always_be_written_to_a_file() -> None:
    text = decode({"kind": "scalar", "form": "str", "value": "\ud800\0a"}, []).value
    assert text.encode("utf-8") and "\0" not in text
