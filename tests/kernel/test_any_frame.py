"""Whatever bytes a child sends, a value or a refusal comes of them, and little memory goes."""

from __future__ import annotations

import json
import socket
import struct
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kernel.guest.framing import (
    ChannelClosedError,
    FrameError,
    FrameTooLargeError,
    read_frame,
)
from autograder.kernel.wire import MalformedAnswerError, decode
from tests.fuzz import examples
from tests.growth import grows_no_faster

LIMIT = 2**20
FEW = examples(150, 25_000)  # of each of two tests
BLOBS = [np.ones(2, np.float32).tobytes(), b"\1\0", b"", b"\2"]

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 3),
    st.sampled_from(
        [2**39, 2**63, -(2**80), 1.5, "", "float32", "bool", "int8", "\ud800", "x" * 400]
    ),
    st.lists(st.sampled_from([0, 1, 2, -1, 2**39, True]), max_size=20),
)
SHAPES = st.lists(st.sampled_from([0, 1, 2, 2**31, 2**39, 2**40]), max_size=17)
ARRAYS = st.fixed_dictionaries(
    {"kind": st.just("array"), "form": st.just("torch.Tensor"), "device": st.just("cpu")},
    optional={
        "dtype": st.sampled_from(["float32", "bool", "complex128", "object", "V9"]) | ODD,
        "shape": SHAPES | ODD,
        "blob": st.integers(-1, 4) | ODD,
        "requires_grad": st.booleans() | ODD,
    },
)
PLAIN = st.fixed_dictionaries(
    {"kind": st.sampled_from(["scalar", "int", "float", "sequence", "opaque", "array", "x"])},
    optional={
        "form": st.just("int") | ODD,
        "value": ODD,
        "digits": st.sampled_from(["1", "-1", "--1", "٣", "9" * 401, "+1", "1_0"]) | ODD,
        "bits": st.sampled_from(["7ff8000000000000", "zz" * 8, "0" * 16, " " * 16]) | ODD,
        "items": ODD,
    },
)
VALUES = st.recursive(
    ARRAYS | PLAIN | ODD,
    lambda inner: st.fixed_dictionaries(
        {
            "kind": st.just("sequence"),
            "form": st.sampled_from(["list", "tuple"]),
            "items": st.lists(inner, max_size=4),
        }
    ),
    max_leaves=12,
)


PARTS = st.lists(st.binary(max_size=9), max_size=3)


def sent(content: bytes) -> tuple[object, list[bytes]]:
    """What is read of bytes that were sent; the channel closes behind them."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(content)
        theirs.shutdown(socket.SHUT_WR)
        return read_frame(ours, LIMIT, time.monotonic() + 60)


def framed(text: bytes, blobs: list[bytes], counted: int | None = None) -> bytes:
    count = len(blobs) if counted is None else counted
    sizes = struct.pack(f">II{len(blobs)}Q", len(text), count, *map(len, blobs))
    return sizes + text + b"".join(blobs)


@FEW
@given(VALUES)
def test_any_description_is_a_value_or_is_refused(data):
    try:
        value = decode(data, BLOBS)
    except MalformedAnswerError:
        return
    repr(value)


@FEW
@given(
    st.binary(max_size=60)
    | st.builds(framed, st.binary(max_size=60), PARTS, st.none())
    | st.builds(framed, st.just(b"{}"), PARTS, st.integers(0, 5000))
    | st.builds(lambda data: framed(json.dumps(data).encode(), BLOBS), VALUES)
)
def test_any_bytes_are_a_frame_or_are_refused(content):
    try:
        header, blobs = sent(content)
        decode(header, blobs)
    except (FrameError, ChannelClosedError, FrameTooLargeError, MalformedAnswerError):
        pass


def array(blob: int, shape: list[int] | None = None) -> dict:
    return {
        "kind": "array",
        "form": "torch.Tensor",
        "dtype": "float32",
        "shape": [2] if shape is None else shape,
        "requires_grad": False,
        "device": "cpu",
        "blob": blob,
    }


def test_the_same_bytes_are_not_made_into_many_arrays():
    blob = bytes(4 * 2**20)
    items = [array(0, [2**20]) for _ in range(5_000)]
    tracemalloc.start()
    try:
        with pytest.raises(MalformedAnswerError):
            decode({"kind": "sequence", "form": "list", "items": items}, [blob])
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "shape", [[0, 2**39, 2**39], [2**39, 2**39, 0], [0] + [2**39] * 15, [0, 2**40], [0, 2**41]]
)
def test_an_empty_array_of_an_impossible_shape_is_refused(shape):
    with pytest.raises(MalformedAnswerError):
        decode(array(0, shape), [b""])


def test_an_ordinary_empty_array_is_read():
    assert decode(array(0, [0, 512, 7, 7]), [b""]).values.shape == (0, 512, 7, 7)


@pytest.mark.parametrize("item", ["[],", "{},", '"",', "1,", "[[[[1]]]],"])
def test_reading_a_frame_grows_with_its_size(item):
    def seconds(times: int) -> float:
        text = ("[" + item * times + "1]").encode()
        began = time.process_time()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**22)
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)
            theirs.sendall(framed(text, []))
            header, blobs = read_frame(ours, 2**22, time.monotonic() + 60)
        with pytest.raises(MalformedAnswerError):
            decode({"kind": "sequence", "form": "list", "items": header}, blobs)
        return time.process_time() - began

    assert grows_no_faster(seconds, 4_000)
