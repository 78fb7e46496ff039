"""Plain data as bytes with a version and a checksum: what lies in the store and travels between
machines.

A magic line that names the form and its version, the SHA-256 of the rest, the length of a JSON
header, the header (for each part its name, its size, and whether it is compressed), then the parts.
The same data gives the same bytes. Nothing here is ever unpickled. Not a zip of .npy entries: with
the 66 arrays of a run that is read in 4.5 ms instead of 1.0 (and written in the same 9), which
counts when a class of thousands is judged again.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

_CHECKSUM = hashlib.sha256().digest_size
_LENGTH = struct.Struct("<I")
_PIECES, _PIECE = 16, 4096  # of a part, to see whether compressing it is worth while


# What reading plain data raises where it is not of the form that was written.
UNSOUND = (ValueError, TypeError, KeyError, IndexError, RecursionError, struct.error, zlib.error)


def write_container(magic: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Put `parts` together; `magic` ends with a newline."""
    packed = [(name, *_packed(part)) for name, part in parts.items()]
    header = json.dumps([[name, len(part), squeezed] for name, part, squeezed in packed]).encode()
    body = b"".join((_LENGTH.pack(len(header)), header, *(part for _, part, _ in packed)))
    return magic + hashlib.sha256(body).digest() + body


def read_container(magic: bytes, content: bytes) -> Parts | None:
    """The parts; None where `content` is of another form or version, or damaged."""
    start = len(magic) + _CHECKSUM
    body = memoryview(content)[start:]
    if (
        not content.startswith(magic)
        or content[len(magic) : start] != hashlib.sha256(body).digest()
    ):
        return None
    try:
        return Parts(body)
    except UNSOUND:
        return None


class Parts:
    """The parts of a container; each is decompressed when it is asked for."""

    def __init__(self, body: memoryview) -> None:
        (length,) = _LENGTH.unpack_from(body)
        place = _LENGTH.size + length
        self._packed = {}
        for name, size, squeezed in json.loads(bytes(body[_LENGTH.size : place])):
            self._packed[name] = body[place : place + size], squeezed
            place += size

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._packed)

    def __getitem__(self, name: str) -> bytes:
        part, squeezed = self._packed[name]
        return zlib.decompress(part) if squeezed else bytes(part)


def _packed(part: bytes) -> tuple[bytes, bool]:
    """Compressed where that saves half: pictures in a notebook cost more time than they save."""
    for looked_at in (_sample(part), part):
        squeezed = zlib.compress(looked_at, 1)
        if len(squeezed) >= len(looked_at) / 2:
            return part, False
    return squeezed, True


def _sample(part: bytes) -> bytes:
    """All of it, or pieces from everywhere: compressing megabytes to find out takes long."""
    step = max(_PIECE, len(part) // _PIECES)
    return b"".join(part[start : start + _PIECE] for start in range(0, len(part), step))


class ArrayWriter:
    """Collects arrays into one part."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, array: np.ndarray) -> dict[str, Any]:
        """Take an array; gives what `ArrayReader.get` finds it by."""
        if array.dtype.hasobject:
            raise TypeError("an array of objects is not plain data")
        place = {"dtype": array.dtype.str, "shape": list(array.shape), "at": self._size}
        self._pieces.append(np.ascontiguousarray(array).tobytes())
        self._size += array.nbytes
        return place

    @property
    def part(self) -> bytes:
        return b"".join(self._pieces)


class ArrayReader:
    """Reads what an `ArrayWriter` collected; the arrays cannot be written to."""

    def __init__(self, part: bytes) -> None:
        self._part = part

    def get(self, place: dict[str, Any]) -> np.ndarray:
        shape = place["shape"]
        flat = np.frombuffer(self._part, place["dtype"], math.prod(shape), place["at"])
        return flat.reshape(shape)
