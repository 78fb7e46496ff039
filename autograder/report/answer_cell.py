"""The cell of a marks file that holds the answer: out, and known again when it comes back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from autograder.text.numbers import read_number
from autograder.text.spreadsheet import GUARD, unguarded

MOST_ANSWER = 30_000  # characters


def answer_cell(answer: str) -> str:
    """What fits into one cell of Excel, which would cut it off without a word."""
    return answer if len(answer) <= MOST_ANSWER else f"{answer[:MOST_ANSWER]} … (see Formgrader)"


def is_answer(cell: str, answer: str) -> bool:
    """Whether a cell that came back holds this answer.

    Spreadsheets change line ends and spaces, cut cells off at 32,767 units of UTF-16, may take our
    guards away, write numbers in their own way, and spoil letters when they save as another
    encoding: none of it makes an answer another one.
    """
    seen = _told(unguarded(cell))
    number = read_number(answer)
    if number is not None and number == read_number(cell):
        return True
    may_be_cut = len(cell.encode("utf-16-le", "replace")) // 2 >= MOST_ANSWER
    return any(
        told == seen or (may_be_cut and told.startswith(seen))
        for told in map(_told, _as_it_may_come(answer_cell(answer)))
    )


def _as_it_may_come(text: str) -> Iterator[str]:
    yield text
    for encoding in ("ascii", "cp1252"):  # what it cannot write becomes a `?`
        yield text.encode(encoding, "replace").decode(encoding)
    yield text.encode("utf-8", "replace").decode("cp1252", "ignore")  # UTF-8 taken for Windows'


def _told(text: str) -> str:
    """What a text says, whatever a spreadsheet does to its spaces, line ends and guards."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        mark for mark in composed if mark.isprintable() and not mark.isspace() and mark != GUARD
    )
