"""Groups of students who hand in together, as the system that they come from knows them.

`camlab markus pull` writes the list; exports and `camlab markus push` read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.errors import CamlabError
from autograder.files import write_atomically


@dataclass(frozen=True)
class Group:
    """One group; alone, a student is a group of one."""

    id: int  # MarkUs's own number
    name: str  # MarkUs's name, such as group_0042
    student: str  # the folder below submitted/, and the row of `results.json`
    members: tuple[str, ...] = ()  # user names, sorted
    digest: str = ""  # of the files that were collected; empty: none were
    hours_late: float = 0.0


def groups_path(root: Path, lab: str) -> Path:
    """Where the groups of a course's lab are kept."""
    return root / ".camlab" / "markus" / lab / "groups.json"


def read_groups(path: Path) -> dict[str, Group]:
    """The groups by the row's name; none where nothing was pulled.

    Raises:
        CamlabError: the file is damaged.
    """
    try:
        rows = json.loads(path.read_bytes())
        groups = [Group(**{**row, "members": tuple(row["members"])}) for row in rows]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CamlabError(
            f"{path}, the list of MarkUs's groups, cannot be read. Remove it, and run "
            "`camlab markus pull` again."
        ) from error
    return {group.student: group for group in groups}


def write_groups(path: Path, groups: Iterable[Group]) -> None:
    rows = [asdict(group) for group in sorted(groups, key=lambda group: group.student)]
    write_atomically(path, json.dumps(rows, indent=1, ensure_ascii=False).encode() + b"\n")
