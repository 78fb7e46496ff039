"""Read answers from the bytes that a sandbox shipped; believe nothing that they say.

The sandbox's half is `autograder.kernel.guest.encoding`. Here, every field is checked before it
is used; nothing is unpickled, evaluated, or looked up by a name that the bytes hold.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence as SequenceOf
from typing import Any

import numpy as np

from autograder.answers import Array, Opaque, Scalar, Sequence, Value
from autograder.errors import AutograderError

MAX_DEPTH = 10
MAX_ITEMS = 10_000
MAX_TEXT = 20_000
MAX_FORM = 300
MAX_DIMENSIONS = 16
MAX_SIZE = 2**40  # bytes of an array if no dimension were zero: more than numpy can count with

_DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ]
}


class MalformedAnswerError(AutograderError):
    """The bytes do not describe an answer."""


def decode(description: object, blobs: SequenceOf[bytes]) -> Value:
    """The value that `encode` described.

    Raises:
        MalformedAnswerError: any part of it is not of the expected form.
    """
    return _Decoder(blobs).value(description, 0)


def clean_text(text: object, longest: int = MAX_TEXT) -> str:
    """A string that can be written to any file: no lone surrogates, no NUL, not too long."""
    if not isinstance(text, str):
        raise MalformedAnswerError("a text is missing")
    short = text[:longest].replace("\0", "\ufffd")
    return short.encode("utf-8", "replace").decode("utf-8")


class _Decoder:
    def __init__(self, blobs: SequenceOf[bytes]) -> None:
        self.blobs = blobs
        self.items = 0
        # Each array has bytes of its own: few bytes could otherwise become many arrays.
        self.unused = set(range(len(blobs)))

    def value(self, data: object, depth: int) -> Value:
        self.items += 1
        if not isinstance(data, dict) or depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise MalformedAnswerError("not a value")
        form = clean_text(data.get("form"), MAX_FORM)
        match data.get("kind"):
            case "array":
                return self._array(data, form)
            case "scalar":
                return Scalar(_plain(data.get("value")), form)
            case "int":
                return Scalar(_int(data.get("digits")), form)
            case "float":
                return Scalar(_float(data.get("bits")), form)
            case "sequence":
                items = data.get("items")
                if not isinstance(items, list):
                    raise MalformedAnswerError("a sequence has no items")
                return Sequence(tuple(self.value(item, depth + 1) for item in items), form)
            case "opaque":
                return Opaque(form)
        raise MalformedAnswerError("an unknown kind of value")

    def _array(self, data: dict[str, Any], form: str) -> Array:
        dtype = _DTYPES.get(data["dtype"]) if isinstance(data.get("dtype"), str) else None
        shape, blob = data.get("shape"), data.get("blob")
        if dtype is None or not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
            raise MalformedAnswerError("an array without a dtype or a shape")
        if not all(type(size) is int and 0 <= size < MAX_SIZE for size in shape):
            raise MalformedAnswerError("an array of an impossible shape")
        if math.prod(size or 1 for size in shape) * dtype.itemsize > MAX_SIZE:
            raise MalformedAnswerError("an array of an impossible shape")
        if type(blob) is not int or blob not in self.unused:
            raise MalformedAnswerError("an array without its bytes")
        self.unused.remove(blob)
        if math.prod(shape) * dtype.itemsize != len(self.blobs[blob]):
            raise MalformedAnswerError("an array whose bytes do not fit its shape")
        if dtype.name == "bool" and np.frombuffer(self.blobs[blob], np.uint8).max(initial=0) > 1:
            raise MalformedAnswerError("an array of impossible truth values")
        values = (
            np.frombuffer(self.blobs[blob], dtype).reshape(shape).astype(dtype.newbyteorder("="))
        )
        values.flags.writeable = False
        requires_grad = data.get("requires_grad")
        if type(requires_grad) is not bool:
            raise MalformedAnswerError("an array without requires_grad")
        return Array(values, form, requires_grad, clean_text(data.get("device"), 40))


def _plain(value: object) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    return clean_text(value)


def _int(digits: object) -> int:
    if not isinstance(digits, str) or not 0 < len(digits) <= 400 or not digits.isascii():
        raise MalformedAnswerError("an int without digits")
    if not digits.removeprefix("-").isdigit():
        raise MalformedAnswerError("an int without digits")
    return int(digits)


def _float(bits: object) -> float:
    if not isinstance(bits, str) or len(bits) != 16:
        raise MalformedAnswerError("a float without bits")
    try:
        return struct.unpack(">d", bytes.fromhex(bits))[0]
    except (ValueError, struct.error):
        raise MalformedAnswerError("a float without bits") from None
