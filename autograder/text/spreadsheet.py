"""CSV that a spreadsheet opens as what it is: text stays text, and never becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from autograder.files import write_atomically
from autograder.text.plain_text import points

# What Excel, LibreOffice and Google Sheets take for the start of a formula, also in full width.
_SIGNS = frozenset("=+-@＝＋－＠")
# A spreadsheet may split at semicolons or tabs instead of commas. It then knows nothing of our
# quotes, so that a cell may begin behind each of these, and each line within a cell is a row.
_SEPARATORS = frozenset(";\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# What does not stop a spreadsheet from seeing the sign behind it: spaces of all kinds, characters
# that nobody sees, quotes.
_BLANK = (
    r"\s'\"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_RUN = re.compile(f"[;{_BLANK}]++")
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
    starts = set(_starts(text))
    pieces, place = [], 0
    for start in sorted(starts):
        pieces += [text[place:start], GUARD]
        place = start
    return "".join(pieces) + text[place:]


def unguarded(text: str) -> str:
    """What `guarded` was given, for files that come back."""
    pieces, place = [], 0
    for start in sorted(set(_starts(text))):
        if text.startswith(GUARD, start):
            pieces.append(text[place:start])
            place = start + 1
    return "".join(pieces) + text[place:]


def _starts(text: str) -> Iterator[int]:
    """Where some spreadsheet could see the beginning of a formula."""
    if text.lstrip(GUARD)[:1] in _SIGNS | _SEPARATORS - {";", ""}:
        yield 0
    for run in _RUN.finditer(text):
        if text[run.end() : run.end() + 1] not in _SIGNS:
            continue
        # Behind a semicolon begins another cell: only what comes after the last of them counts.
        first = text.rfind(";", run.start(), run.end())
        if run.start() == 0 and first < 0:
            yield 0
        for place in range(max(first, run.start()), run.end()):
            if text[place] in _SEPARATORS:
                yield place + 1


def write_csv(path: Path, lines: Iterable[Sequence[object]], *, mark_utf8: bool = False) -> Path:
    """Write lines as UTF-8 CSV, with line ends as RFC 4180 has them.

    Args:
        path: the file.
        lines: rows of cells.
        mark_utf8: begin with a byte-order mark: Excel takes a file for UTF-8 by nothing else, but
            other programs take the mark for a part of the first heading.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([guarded(value) for value in line] for line in lines)
    encoding = "utf-8-sig" if mark_utf8 else "utf-8"
    write_atomically(path, buffer.getvalue().encode(encoding, "replace"))
    return path
