"""Frames on the channel between the grader and a child: one JSON object and raw blobs.

Both sides use these two functions; the grader calls `read_frame` with a limit and a deadline,
because what it reads there was written by a stranger.

    4 bytes  length of the JSON text, big endian
    4 bytes  number of blobs
    8 bytes  length of each blob
    the JSON text, then the blobs
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

MAX_BLOBS = 4096
MAX_HEADER = 4 * 2**20  # bytes of JSON: the objects made of it weigh up to thirty times as much


class FrameError(Exception):
    """The bytes are no frame, or more than the reader allows."""


class FrameTooLargeError(FrameError):
    """A frame that says it is larger than the reader allows."""


class ChannelClosedError(Exception):
    """The other side closed the channel."""


def write_frame(channel: socket.socket, header: object, blobs: Sequence[bytes] = ()) -> None:
    """Send one frame; blocks until the other side has taken it."""
    text = json.dumps(header, allow_nan=False).encode()
    sizes = struct.pack(f">II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs))
    channel.sendall(sizes + text)
    for blob in blobs:
        channel.sendall(blob)


def read_frame(
    channel: socket.socket, limit: int | None = None, deadline: float | None = None
) -> tuple[object, list[bytes]]:
    """Receive one frame of at most `limit` bytes before `deadline` (of `time.monotonic`).

    Raises:
        TimeoutError: the deadline passed first.
        ChannelClosedError: the channel is closed.
        FrameError, FrameTooLargeError: the bytes cannot be accepted; nothing after them can be
            read.
    """
    text_size, blob_count = struct.unpack(">II", _read(channel, 8, deadline))
    if blob_count > MAX_BLOBS:
        raise FrameError("too many blobs")
    sizes = struct.unpack(f">{blob_count}Q", _read(channel, 8 * blob_count, deadline))
    if limit is not None and (text_size > MAX_HEADER or text_size + sum(sizes) > limit):
        raise FrameTooLargeError(f"a frame of {text_size + sum(sizes)} bytes")
    text = _read(channel, text_size, deadline)
    blobs = [_read(channel, size, deadline) for size in sizes]
    try:
        return json.loads(text, parse_constant=_no_constant), blobs
    except (ValueError, RecursionError) as error:
        raise FrameError(f"not JSON: {error}") from None


def read_request(channel: socket.socket) -> tuple[dict[str, Any], list[bytes]]:
    """A frame that must hold an object; `FrameError` where it holds anything else."""
    header, blobs = read_frame(channel)
    if not isinstance(header, dict):
        raise FrameError("not an object")
    return header, blobs


def _read(channel: socket.socket, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            channel.settimeout(left)
        try:
            part = channel.recv(min(size - len(parts), 2**20))
        except ConnectionError:
            part = b""
        if not part:
            raise ChannelClosedError
        parts += part
    return bytes(parts)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
