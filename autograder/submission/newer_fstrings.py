"""F-strings of Python 3.12 and later, written so that an older Python runs them.

Since 3.12 (PEP 701) the expressions in an f-string may hold its own quotes, backslashes, comments
and line ends: `f"{scores["cat"]:.2f}"`. Who works with such a Python, as in Colab, cannot know that
an older one finds a syntax error there. `f"a{b!r:>9}"` becomes `"".join(("a", format(repr(b),
">9"), ))`, which is what Python makes of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.cell_code import LONGEST, parsed
from autograder.cells import grade_id, is_given
from autograder.errors import AutograderError
from autograder.text.plain_text import listed

NEEDED = sys.version_info < (3, 12)
_STRING = re.compile(r"""(?<!\w)([rRbBuUfF]{0,2})('''|\"\"\"|'|")""")
_STRING_OR_COMMENT = re.compile(rf"#|{_STRING.pattern}")
_BESIDE = re.compile(r"(?:[ \t]|\\\n)*")
_BESIDE_OVER_LINES = re.compile(r"(?:\s|\\\n|#[^\n]*\n)*")
_NAMED = re.compile(r"\\N\{[^}\n]*\}")  # a character by its name
_CONVERSION = re.compile(r"!\s*([rsa])\s*(?=[:}])")
_EQUALS = re.compile(r"(?<![=!<>:])=(?!=)\s*(?=[!:}])")
_CALLS = {"r": "repr", "s": "str", "a": "ascii"}
_DEEPEST = 20  # f-strings in f-strings


def rewrite_newer_fstrings(notebook: NotebookNode) -> str:
    """Rewrite the f-strings of cells that this Python cannot read otherwise.

    Returns:
        A sentence that names the cells; empty where nothing was rewritten.
    """
    rewritten = []
    for index, cell in enumerate(notebook.cells):
        own = NEEDED and cell.cell_type == "code" and not is_given(cell)
        if own and parsed(cell.source) is None:
            source = for_older_python(cell.source)
            if parsed(source) is not None:
                cell.source = source
                rewritten.append(f"“{grade_id(cell)}”" if grade_id(cell) else str(index + 1))
    if not rewritten:
        return ""
    cells = "cell" if len(rewritten) == 1 else "cells"
    return (
        f"The f-strings in {cells} {listed(rewritten)} need a newer Python than the one that "
        "grades; they were rewritten for it, which costs nothing."
    )


def for_older_python(source: str) -> str:
    """The code of a cell with each f-string written as a call; as it was where that cannot be."""
    if len(source) > LONGEST:
        return source
    try:
        return _Rewriter(source).code(0, len(source), 0)
    except _UnfinishedError:
        return source


class _UnfinishedError(AutograderError):
    """The text ends, or turns into something else, within a string."""


@dataclass(frozen=True)
class _String:
    """A string literal: what it is joined from, each as an expression, and the place behind it."""

    pieces: tuple[str, ...]
    end: int
    formatted: bool


class _Rewriter:
    """Reads each string of a text once, however deep it stands in others."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, _String] = {}

    def code(self, start: int, stop: int, depth: int) -> str:
        """Code with its f-strings rewritten; comments and other strings stay as they are."""
        if depth > _DEEPEST:
            raise _UnfinishedError
        parts, at, brackets = [], start, 0
        while found := _STRING_OR_COMMENT.search(self._text, at, stop):
            between = self._text[at : found.start()]
            brackets += sum((sign in "([{") - (sign in ")]}") for sign in between)
            if found[0] == "#":
                at = min(self._end_of_comment(found.start()), stop)
                parts += [between, self._text[found.start() : at]]
            else:
                joined, at = self._joined(found.start(), depth > 0 or brackets > 0, depth)
                parts += [between, joined]
        return "".join((*parts, self._text[at:stop]))

    def _joined(self, start: int, over_lines: bool, depth: int) -> tuple[str, int]:
        """Strings that stand beside each other, which are one, as code; the place behind them."""
        beside = _BESIDE_OVER_LINES if over_lines else _BESIDE
        strings, at = list[_String](), start
        while _STRING.match(self._text, at):
            strings.append(self._string(at, depth))
            gap = beside.match(self._text, strings[-1].end)
            at = gap.end() if gap else strings[-1].end
        end = strings[-1].end
        if not any(string.formatted for string in strings):
            return self._text[start:end], end
        return _call(piece for string in strings for piece in string.pieces), end

    def _string(self, start: int, depth: int) -> _String:
        if start not in self._known:
            self._known[start] = self._read_string(start, depth)
        return self._known[start]

    def _read_string(self, start: int, depth: int) -> _String:
        found = _STRING.match(self._text, start)
        if found is None:
            raise _UnfinishedError
        prefix, quote, at = found[1].lower(), found[2], found.end()
        if "f" in prefix:
            kind = _Kind(prefix.replace("f", ""), quote)
            pieces, at = self._pieces(at, quote, kind, depth)
            return _String(tuple(pieces), at + len(quote), formatted=True)
        while not self._text.startswith(quote, at):
            if self._ends_in(at, quote):
                raise _UnfinishedError
            at += 2 if self._text[at] == "\\" else 1
        end = at + len(quote)
        return _String((self._text[start:end],), end, formatted=False)

    def _pieces(self, at: int, stop: str, kind: _Kind, depth: int) -> tuple[list[str], int]:
        """Literal text and fields up to `stop`: the quote, or the end of a field's format."""
        text, pieces, literal = self._text, list[str](), list[str]()
        while not text.startswith(stop, at):
            if self._ends_in(at, kind.quote):
                raise _UnfinishedError
            if text[at : at + 2] in ("{{", "}}") and stop == kind.quote:
                literal.append(text[at])
                at += 2
            elif text[at] == "{":
                field, at = self._field(at + 1, kind, depth)
                pieces += [*kind.literal(literal), *field]
                literal = []
            else:
                named = None if "r" in kind.prefix else _NAMED.match(text, at)
                width = len(named[0]) if named else 2 if text[at] == "\\" else 1
                literal.append(text[at : at + width])
                at += width
        return [*pieces, *kind.literal(literal)], at

    def _field(self, start: int, kind: _Kind, depth: int) -> tuple[list[str], int]:
        """`expression = !r :format}` as expressions that give its text, and the place behind it."""
        text, at = self._text, self._end_of_expression(start, depth)
        expression = text[start:at]
        last = "\n" if "#" in expression else ""  # a comment must not swallow the bracket
        value, before = f"({self.code(start, at, depth + 1)}{last})", list[str]()
        shows_itself = _EQUALS.match(text, at)
        if shows_itself:
            before, at = [repr(expression + shows_itself[0])], shows_itself.end()
        conversion = _CONVERSION.match(text, at)
        if conversion:
            value, at = f"{_CALLS[conversion[1]]}({value})", conversion.end()
        form = '""'
        if text[at : at + 1] == ":":
            pieces, at = self._pieces(at + 1, "}", kind, depth + 1)
            form = _call(pieces)
        elif shows_itself and not conversion:
            value = f"repr({value})"
        if text[at : at + 1] != "}":
            raise _UnfinishedError
        return [*before, f"format({value}, {form})"], at + 1

    def _end_of_expression(self, at: int, depth: int) -> int:
        """Where a field's expression ends: at its `=`, `!r`, `:` or `}` outside of brackets."""
        text, brackets = self._text, 0
        if depth > _DEEPEST:
            raise _UnfinishedError
        while at < len(text):
            sign = text[at]
            if sign == "#":
                at = self._end_of_comment(at)
            elif _STRING.match(text, at):
                at = self._string(at, depth + 1).end
            elif brackets == 0 and (
                sign in ":}" or _CONVERSION.match(text, at) or _EQUALS.match(text, at)
            ):
                return at
            else:
                brackets += (sign in "([{") - (sign in ")]}")
                at += 1
        raise _UnfinishedError

    def _end_of_comment(self, start: int) -> int:
        end = self._text.find("\n", start)
        return len(self._text) if end < 0 else end

    def _ends_in(self, at: int, quote: str) -> bool:
        """Whether a string with that quote cannot go on here."""
        return at >= len(self._text) or (self._text[at] == "\n" and len(quote) == 1)


@dataclass(frozen=True)
class _Kind:
    """How an f-string's literal text is written: its prefix without the f, and its quote."""

    prefix: str
    quote: str

    def literal(self, parts: list[str]) -> list[str]:
        """The text as a string, if there is any."""
        return [f"{self.prefix}{self.quote}{''.join(parts)}{self.quote}"] if parts else []


def _call(pieces: Iterable[str]) -> str:
    return f'"".join(({"".join(f"{piece}, " for piece in pieces)}))'
