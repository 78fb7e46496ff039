"""What a task's cell itself tells about why its function stopped."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.cell_code import parsed

_MISSING = re.compile(r"No such file or directory: '([^'\n]{1,300})'")
_FETCHING = re.compile(r"\b(wget|curl|gdown|urlretrieve|download_url)\b")


@dataclass(frozen=True)
class TaskCode:
    """A task's cell, as a student wrote it and as it was handed out; read and never run."""

    text: str = ""
    function: str = ""
    handed_out: str = ""

    def swaps_parameters(self) -> bool:
        """Whether the student's function takes what the task names, in another order."""
        own, wanted = (_parameters(text, self.function) for text in (self.text, self.handed_out))
        return own != wanted and sorted(own) == sorted(wanted)

    def fetches(self, message: str) -> bool:
        """Whether the file that an exception misses is one that the cell downloads."""
        missing = _MISSING.search(message)
        if not missing:
            return False
        name = PurePosixPath(missing[1]).name
        return any(name in line and _FETCHING.search(line) for line in self.text.splitlines())


def _parameters(text: str, function: str) -> tuple[str, ...]:
    """Without those that have a default: whoever asks passes none of them."""
    found: tuple[str, ...] = ()
    cell = parsed(text)
    for item in cell.body if cell else ():
        if isinstance(item, ast.FunctionDef) and item.name == function:
            names = [one.arg for one in (*item.args.posonlyargs, *item.args.args)]
            found = tuple(names[: len(names) - len(item.args.defaults)])
    return found


NO_CODE = TaskCode()
