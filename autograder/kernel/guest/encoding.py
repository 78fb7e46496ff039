"""Turn what a student's function returned into plain data, noting its form before converting.

The objects may lie: about their class, their length, their values. Forms are read from
`type(value)` and values with the methods of torch's, numpy's and Python's own classes, which were
taken before the student's code ran. A submission may of course change this very code in its own
process; then it spoils its own answers, and `autograder.kernel.wire` reads them as it reads all
others: as bytes from a stranger.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable
from types import GeneratorType
from typing import Any

import numpy as np

from .libraries import has_torch

MAX_DEPTH = 8
MAX_ITEMS = 5_000
MAX_TEXT = 10_000
MAX_INT_BITS = 1_024
MAX_FORM = 200
MAX_FIELDS = 16  # of an object; a triple has three
OWN = "__main__."  # how the forms of a notebook's own classes begin

_mro = type.__dict__["__mro__"].__get__
_NUMPY_SCALARS = frozenset(kind for kind in np.sctypeDict.values() if kind is not np.object_)
_NUMPY_DTYPES = frozenset(
    [
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
)
_ITERATORS = frozenset(
    [
        zip,
        map,
        filter,
        enumerate,
        reversed,
        GeneratorType,
        *(type(iter(kind())) for kind in (list, tuple, dict)),
        type({}.keys()),
        type({}.values()),
        type({}.items()),
    ]
)
_array_view = np.ndarray.view
_array_bytes = np.ndarray.tobytes


class _Torch:
    """Torch, and its methods as they were when this was made."""

    def __init__(self, torch: Any) -> None:
        self.module = torch
        self.Tensor = torch.Tensor
        self.detach = torch.Tensor.detach
        self.numpy = torch.Tensor.numpy


# Where torch is loaded for all, before a student's code runs.
_torch = _Torch(sys.modules["torch"]) if has_torch() else None


class AnswerTooLargeError(Exception):
    """The value is larger than an answer may be."""


def encode(value: object, limit: int) -> tuple[dict[str, Any], list[bytes]]:
    """Describe `value` as JSON and blobs of at most `limit` bytes.

    Raises:
        TooLarge: it weighs more, or has more than `MAX_ITEMS` parts.
    """
    return _Encoder(limit).encode(value)


class _Encoder:
    def __init__(self, limit: int) -> None:
        self.left = limit
        self.items = 0
        self.blobs: list[bytes] = []
        self.torch = _torch
        if self.torch is None and has_torch():
            self.torch = _Torch(sys.modules["torch"])

    def encode(self, value: object) -> tuple[dict[str, Any], list[bytes]]:
        return self._value(value, 0), self.blobs

    def _value(self, value: Any, depth: int) -> dict[str, Any]:
        self.items += 1
        if self.items > MAX_ITEMS or depth > MAX_DEPTH:
            raise AnswerTooLargeError("it has too many parts")
        kind, bases = type(value), _mro(type(value))
        form = form_of(kind)
        if value is None or kind is bool:
            return {"kind": "scalar", "form": form, "value": value}
        if self.torch is not None and self.torch.Tensor in bases:
            return self._tensor(self.torch, value, form)
        if np.ndarray in bases:
            array = _array_view(value, np.ndarray)
            if array.dtype.kind in "OUV" and array.size <= MAX_ITEMS:
                # Objects, words or records: a table of plain values.
                return (
                    self._sequence(np.ndarray.tolist(array), form, depth)
                    if array.ndim
                    else {"kind": "opaque", "form": form}
                )
            return self._array(array, form)
        if np.void in bases:
            return self._sequence(np.void.item(value), "tuple", depth)
        if kind in _NUMPY_SCALARS:
            return self._numpy_scalar(value, form)
        if int in bases:
            return self._int(int.__int__(value), form)
        if float in bases:
            return {"kind": "float", "form": form, "bits": _bits(float.__float__(value))}
        if str in bases:
            return self._text(str.__str__(value), form)
        for sequence in (list, tuple):
            if sequence in bases:
                return self._sequence(sequence.__iter__(value), form, depth)
        if (parts := _parts_of(value, kind, form)) is not None:
            return self._sequence(*parts, depth)
        return {"kind": "opaque", "form": form}

    def _sequence(self, items: Iterable[object], form: str, depth: int) -> dict[str, Any]:
        """Endless iterators end at `MAX_ITEMS`."""
        described = [self._value(item, depth + 1) for item in items]
        return {"kind": "sequence", "form": form, "items": described}

    def _int(self, value: int, form: str) -> dict[str, Any]:
        if value.bit_length() > MAX_INT_BITS:
            raise AnswerTooLargeError("it is a huge number")
        return {"kind": "int", "form": form, "digits": str(value)}

    def _text(self, value: str, form: str) -> dict[str, Any]:
        if len(value) > MAX_TEXT:
            raise AnswerTooLargeError("it is a long text")
        return {"kind": "scalar", "form": form, "value": value}

    def _numpy_scalar(self, value: np.generic, form: str) -> dict[str, Any]:
        array = np.asarray(value)
        if array.dtype.kind in "iu":
            return self._int(int(array[()]), form)
        if array.dtype.kind == "f":
            return {"kind": "float", "form": form, "bits": _bits(float(array[()]))}
        if array.dtype.kind == "b":
            return {"kind": "scalar", "form": form, "value": bool(array[()])}
        if array.dtype.kind == "U":
            return self._text(str(array[()]), form)
        return {"kind": "opaque", "form": form}

    def _tensor(self, own: _Torch, value: Any, form: str) -> dict[str, Any]:
        torch = own.module
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
            plain = own.detach(value)
            requires_grad, device = bool(value.requires_grad), str(value.device)
            if plain.layout is not torch.strided or plain.is_quantized or plain.is_meta:
                return {"kind": "opaque", "form": f"{form} ({plain.layout}, {device})"[:MAX_FORM]}
            self._spend(plain.numel() * plain.element_size())
            plain = plain.cpu().resolve_conj().resolve_neg()
            if str(plain.dtype).removeprefix("torch.") not in _NUMPY_DTYPES:
                # numpy has no such numbers (bfloat16, float8): the form keeps the dtype's name.
                form = form.replace("torch.Tensor", plain.type())
                plain = plain.to(torch.float32)
            array = own.numpy(plain)
        return self._array(array, form, requires_grad, device, spent=True)

    def _array(
        self,
        array: np.ndarray,
        form: str,
        requires_grad: bool = False,
        device: str = "cpu",
        spent: bool = False,
    ) -> dict[str, Any]:
        if array.dtype.name not in _NUMPY_DTYPES:
            return {"kind": "opaque", "form": f"{form} of {array.dtype.name}"[:MAX_FORM]}
        if not spent:
            self._spend(array.nbytes)
        if array.ndim > 16:
            raise AnswerTooLargeError("it has too many dimensions")
        native = array.astype(array.dtype.newbyteorder("<"), copy=False)
        self.blobs.append(_array_bytes(native))
        return {
            "kind": "array",
            "form": form,
            "dtype": array.dtype.name,
            "shape": list(array.shape),
            "requires_grad": requires_grad,
            "device": device,
            "blob": len(self.blobs) - 1,
        }

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise AnswerTooLargeError("it weighs too much")


def _parts_of(value: Any, kind: type, form: str) -> tuple[Iterable[object], str] | None:
    """The parts of what holds several values without being a list, and the form's name.

    An iterator is used up here, as by whoever looks through it: what it still had to compute is
    computed now, by the student's own code.
    """
    if dict in _mro(kind):
        return dict.values(value), "dict"
    if kind in _ITERATORS or form.startswith("itertools."):
        return value, form
    if form == "collections.deque":
        return list(value), form
    if form == "types.SimpleNamespace":
        return vars(value).values(), "dataclass"
    if "__dataclass_fields__" in kind.__dict__:
        return [getattr(value, name) for name in kind.__dict__["__dataclass_fields__"]], "dataclass"
    if form.startswith("pandas.") and form.endswith(".DataFrame"):
        return value.itertuples(index=False, name=None), form
    if (fields := _fields_of(value, kind)) is not None:
        return fields.values(), "dataclass"
    return None


def _fields_of(value: Any, kind: type) -> dict[str, object] | None:
    """The fields of an object whose class is the notebook's own and has no other base.

    A library's objects (a network, a drawing) hold far more than an answer.
    """
    own, root = _mro(kind)[:-1], _mro(kind)[-1]
    if not own or root is not object or not all(form_of(one).startswith(OWN) for one in own):
        return None
    try:
        fields = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None  # its class has slots
    return fields if type(fields) is dict and len(fields) <= MAX_FIELDS else None


def form_of(kind: type) -> str:
    """The full name of a type, as `type` itself knows it: "float", "torch.Tensor"."""
    module = type.__dict__["__module__"].__get__(kind)
    name = type.__dict__["__qualname__"].__get__(kind)
    if not isinstance(module, str) or module == "builtins":
        return str(name)[:MAX_FORM]
    if module.startswith("torch.nn.parameter"):
        module = "torch.nn"
    return f"{module}.{name}"[:MAX_FORM]


def _bits(value: float) -> str:
    """Every float, NaN and infinities too, bit by bit; JSON has no words for those."""
    return struct.pack(">d", value).hex()
