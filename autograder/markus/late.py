"""Hours late, from a table: MarkUs's API does not tell when work was handed in.

Its Submissions tab does. The table is a CSV with a column of group names and one of hours late, or
one of the times when the work was handed in.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from autograder.errors import CamlabError

GROUP = ("group name", "group", "group_name", "student", "user_name")
HOURS = ("hours late", "hours", "hours_late")
TIMES = ("submitted", "submission time", "submitted at", "time")


def read_hours_late(path: Path, due: datetime | None, names: set[str]) -> dict[str, float]:
    """Read group name -> hours late; groups in time are left out.

    Args:
        path: the table.
        due: when the assignment was due; times are counted from there.
        names: the groups that there are.

    Raises:
        CamlabError: the table cannot be read, or a row of it is wrong; every wrong row is named.
    """
    lines = list(csv.reader(io.StringIO(_text(path), newline="")))
    heading = [cell.strip().lower() for cell in lines[0]] if lines else []
    who, hours, time = (_column(heading, known) for known in (GROUP, HOURS, TIMES))
    if who is None or (hours is None and time is None):
        raise CamlabError(
            f"{path} needs a column `Group name` and a column `hours late` or `submitted` in its "
            "first row."
        )
    late: dict[str, float] = {}
    errors = []
    for number, cells in enumerate(lines[1:], start=2):
        cells += [""] * (len(heading) - len(cells))
        if not cells[who].strip():
            continue
        name = cells[who].strip()
        value = _hours(cells[hours]) if hours is not None else _after(cells[time or 0], due)
        if name not in names:
            errors.append(f"Row {number}: MarkUs has no group {name[:60]!r}.")
        elif value is None:
            errors.append(f"Row {number}: how late {name[:60]} was cannot be read.")
        elif value > 0:
            late[name] = value
    if errors:
        raise CamlabError("\n".join([f"{path} was not taken:", *_shown(errors)]))
    return late


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CamlabError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CamlabError(f"{path} is not UTF-8 text: save it as 'CSV UTF-8'.") from error


def _column(heading: list[str], known: tuple[str, ...]) -> int | None:
    return next((heading.index(name) for name in known if name in heading), None)


def _hours(text: str) -> float | None:
    if not text.strip():
        return 0.0
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value < 24 * 366 else None


def _after(text: str, due: datetime | None) -> float | None:
    if not text.strip():
        return 0.0
    if due is None:
        return None
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=due.tzinfo)  # as MarkUs shows it
    return max(0.0, (when - due).total_seconds() / 3600)


def _shown(errors: list[str]) -> Iterator[str]:
    yield from (f"  {error}" for error in errors[:20])
    if len(errors) > 20:
        yield f"  and {len(errors) - 20} more"
