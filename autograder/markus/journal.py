"""What was pushed for each group, written before and after each step.

MarkUs tells its marks, comments and feedback files; it tells neither single extra marks nor whether
marking is complete. A step whose answer was not heard is done again in a way that cannot count
twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from autograder.files import write_atomically


@dataclass(frozen=True)
class Pushed:
    """What MarkUs holds of one group from us, as far as we heard."""

    marks: Mapping[str, float] = field(default_factory=dict)  # by criterion
    page: str = ""  # the digest of the feedback page
    comment: str = ""
    penalty: float = 0.0  # points taken off
    unsure: tuple[float, ...] = ()  # penalties that were sent, the answer not heard
    complete: bool = False


class Journal:
    """A folder with a small file for each group."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, group: int) -> Pushed | None:
        """What was noted; None where nothing was, or nothing that can be read."""
        try:
            noted = json.loads(self._path(group).read_bytes())
            return Pushed(**{**noted, "unsure": tuple(noted["unsure"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, group: int, pushed: Pushed) -> None:
        write_atomically(self._path(group), json.dumps(asdict(pushed)).encode())

    def _path(self, group: int) -> Path:
        return self._folder / f"{group}.json"
