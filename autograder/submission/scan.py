"""One pass over a notebook's JSON before any parser sees it: how deep, how many parts, and away
with the outputs, which are most of its bytes and nothing that grading reads."""

from __future__ import annotations

import re

from autograder.errors import AutograderError

MAX_NESTING = 60  # JSON levels; a notebook with rich outputs has about ten
MAX_PARTS = 500_000  # brackets, commas, colons and strings outside of outputs
MAX_SKIPPED = 2_000_000  # brackets and strings in outputs
MAX_REST = 16 * 2**20  # bytes that are left without outputs

# Nothing in it can be matched in two ways, and a string that never ends is one match: no place of
# the text is looked at twice.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_TOKEN = re.compile(_STRING + rb"|[\[\]{}:,]", re.DOTALL)
_BRACKET = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)
_DROPPED = (b'"outputs"', b'"widgets"')
_OPENING, _CLOSING = b"[{", b"]}"


class TooComplexError(AutograderError):
    """It is more than a notebook of this lab can be; the message says what, for the student."""


def without_outputs(content: bytes) -> bytes:
    """The same JSON with null for each list of outputs and for widgets' states.

    Line numbers stay. What is not JSON may come out as anything that is not JSON.

    Raises:
        TooComplexError: it is nested too deeply or has too many parts.
    """
    kept: list[bytes] = []
    start = place = depth = parts = skipped = 0
    last = name = b""
    while (token := _TOKEN.search(content, place)) is not None:
        place = token.end()
        parts += 1
        if parts > MAX_PARTS:
            raise _too_many()
        mark = content[token.start() : min(place, token.start() + 10)]
        if mark in _OPENING:
            if name in _DROPPED:
                kept.append(content[start : token.start()])
                end, count = _skip(content, place, MAX_SKIPPED - skipped)
                skipped += count
                kept.append(b"null" + b"\n" * content.count(b"\n", token.start(), end))
                start = place = end
            else:
                depth += 1
                if depth > MAX_NESTING:
                    raise _too_deep()
        elif mark in _CLOSING:
            depth -= 1
        name = last if mark == b":" else b""
        last = mark
    kept.append(content[start:])
    rest = b"".join(kept)
    if len(rest) > MAX_REST:
        raise TooComplexError(
            f"The notebook is too large: without its outputs it has {len(rest) / 2**20:.0f} MB, "
            f"and at most {MAX_REST / 2**20:.0f} MB are read. Take large pictures out of its texts."
        )
    return rest


def _skip(content: bytes, place: int, most: int) -> tuple[int, int]:
    """The end of the list or object that was opened before `place`, and how many parts it has."""
    depth, count = 1, 0
    for token in _BRACKET.finditer(content, place):
        count += 1
        if count > most:
            raise _too_many()
        mark = content[token.start()]
        if mark in _OPENING:
            depth += 1
            if depth > MAX_NESTING:
                raise _too_deep()
        elif mark in _CLOSING:
            depth -= 1
            if not depth:
                return token.end(), count
    return len(content), count


def _too_deep() -> TooComplexError:
    return TooComplexError("The file is nested too deeply to be a notebook.")


def _too_many() -> TooComplexError:
    return TooComplexError(
        "The file has far more parts than a notebook of this lab. Clear its outputs and hand it in "
        "again."
    )
