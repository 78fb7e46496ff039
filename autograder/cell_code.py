"""The Python in a cell, which may have IPython's magics around it. Nothing is run."""

from __future__ import annotations

import ast
import contextlib
import threading

_PYTHON_MAGICS = ("time", "timeit", "capture", "prun")
LONGEST = 100_000  # characters of a cell that is looked into
_PARSING = threading.Lock()


def parse(source: str) -> ast.Module:
    """`ast.parse`, for threads.

    Python 3.11 counts the depth of a tree once for all threads, and raises SystemError of honest
    code where two threads parse at a time. A library that parses in a thread of its own could do
    that to us still; then it is tried once more.
    """
    with _PARSING:
        try:
            return ast.parse(source)
        except SystemError:
            return ast.parse(source)


def parsed(source: str) -> ast.Module | None:
    """A cell's tree; magics count as nothing, what cannot be read as none."""
    if len(source) > LONGEST:
        return None
    for text in (source, _without_magics(source)):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return parse(text)
    return None


def _without_magics(source: str) -> str:
    """Python alone; a cell that is in another language becomes empty."""
    lines = source.split("\n")
    if lines[0].startswith("%%"):
        if lines[0].removeprefix("%%").split(" ")[0] not in _PYTHON_MAGICS:
            return ""
        lines[0] = ""
    for index, line in enumerate(lines):
        text = line.strip()
        if text.startswith(("%", "!", "?")) or text.endswith("?"):
            lines[index] = line[: len(line) - len(line.lstrip())] + "pass"
    return "\n".join(lines)
