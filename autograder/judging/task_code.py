"""What a task's cell itself tells about why its function stopped."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

_MISSING = re.compile(r"No such file or directory: '([^'\n]{1,300})'")
_FETCHING = re.compile(r"\b(wget|curl|gdown|urlretrieve|download_url)\b")


def _no_names() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class TaskCode:
    """A task's cell, read and never run.

    parameters: the names that the task gives to what its function takes; asked for where it
        matters, since knowing them may take seconds.
    """

    text: str = ""
    function: str = ""
    parameters: Callable[[], tuple[str, ...]] = _no_names

    def swaps_parameters(self) -> bool:
        """Whether the student's function takes what the task names, in another order."""
        own = self._own_parameters()
        if len(own) < 2:
            return False
        wanted = self.parameters()
        return own != wanted and sorted(own) == sorted(wanted)

    def fetches(self, message: str) -> bool:
        """Whether the file that an exception misses is one that the cell downloads."""
        missing = _MISSING.search(message)
        if not missing:
            return False
        name = PurePosixPath(missing[1]).name
        return any(name in line and _FETCHING.search(line) for line in self.text.splitlines())

    def _own_parameters(self) -> tuple[str, ...]:
        """Without those that have a default: whoever asks passes none of them."""
        try:
            cell = ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        found: tuple[str, ...] = ()
        for item in cell.body:
            if isinstance(item, ast.FunctionDef) and item.name == self.function:
                names = [one.arg for one in (*item.args.posonlyargs, *item.args.args)]
                found = tuple(names[: len(names) - len(item.args.defaults)])
        return found


NO_CODE = TaskCode()
