"""Where commands write: one console for what is asked for, one for what went wrong."""

from __future__ import annotations

import io
import sys

from rich.console import Console

_UNWRAPPED = 1000  # columns: in a pipe nothing is wrapped, lines are for programs there

# A letter that the terminal cannot show never stops a command.
for _stream in (sys.stdout, sys.stderr):
    if isinstance(_stream, io.TextIOWrapper):
        _stream.reconfigure(errors="backslashreplace")

console = Console(width=None if sys.stdout.isatty() else _UNWRAPPED)
errors = Console(stderr=True, width=None if sys.stderr.isatty() else _UNWRAPPED)
