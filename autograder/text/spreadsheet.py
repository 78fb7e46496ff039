"""CSV that a spreadsheet opens as what it is: text stays text, and never becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.text.plain_text import points

# What Excel, LibreOffice and Google Sheets take for the start of a formula, also in full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"  # spreadsheets read: what follows is text


def guarded(value: object) -> str:
    """A cell: numbers as people write them, text so that it cannot be computed.

    Only numbers of ours are written as numbers; a student called `-1` is text.
    """
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return points(value)
    text = str(value).replace("\0", "")
    return GUARD + text if needs_guard(text) else text


def needs_guard(text: str) -> bool:
    # Spaces before the sign do not stop every spreadsheet; a guard of our own must come back.
    return text.startswith(FORMULA_STARTS) or text.lstrip(" \u00a0'").startswith(FORMULA_STARTS)


def unguarded(text: str) -> str:
    """What `guarded` was given, for files that come back."""
    return text[1:] if text.startswith(GUARD) and needs_guard(text[1:]) else text


def write_csv(path: Path, lines: Iterable[Sequence[object]]) -> Path:
    """Write lines as UTF-8 CSV, with line ends as RFC 4180 has them."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([guarded(value) for value in line] for line in lines)
    write_atomically(path, buffer.getvalue().encode("utf-8", "replace"))
    return path
