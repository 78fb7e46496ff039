"""Hours late, from a table: MarkUs's API does not tell when work was handed in.

Its Submissions tab does. The table is a CSV with a column of group names and one of hours late, or
one of the times when the work was handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from autograder.errors import CamlabError
from autograder.text.numbers import read_number
from autograder.text.plain_text import plain
from autograder.text.tables import read_table

GROUP = ("group name", "group", "group_name", "student", "user_name")
HOURS = ("hours late", "hours", "hours_late")
TIMES = ("submitted", "submission time", "submitted at", "time")
MOST_BYTES = 20 * 2**20
_MOST_HOURS = 24 * 366


def read_hours_late(path: Path, due: datetime | None, names: set[str]) -> dict[str, float]:
    """Read group name -> hours late; groups in time are left out.

    Args:
        path: the table, in any form in which a spreadsheet saves text.
        due: when the assignment was due; times are counted from there.
        names: the groups that there are.

    Raises:
        CamlabError: the table cannot be read, or a row of it is wrong; every wrong row is named.
    """
    rows = read_table(path, "table", MOST_BYTES)
    heading = [cell.strip().lower() for cell in (rows or [[]])[0]]
    who, hours, time = (_column(heading, known) for known in (GROUP, HOURS, TIMES))
    if who is None or (hours is None and time is None):
        raise CamlabError(
            f"{path} needs a column `Group name` and a column `hours late` or `submitted` in its "
            "first row."
        )
    late: dict[str, float] = {}
    seen: dict[str, int] = {}
    errors = []
    for line, cells in enumerate(rows[1:], start=2):
        name, given, when = (_cell(cells, column) for column in (who, hours, time))
        if not name:
            continue
        value = _hours(given) if given or not when else _after(when, due)
        first = seen.setdefault(name, line)
        if name not in names:
            errors.append(f"Row {line}: MarkUs has no group {plain(name, 60)!r}.")
        elif first != line:
            errors.append(f"Row {line}: {plain(name, 60)} is in row {first} already.")
        elif when and not given and due is None:
            errors.append(
                f"Row {line}: MarkUs has no due date of this assignment to count from. Give one "
                "there, or a column `hours late` here."
            )
        elif value is None:
            errors.append(
                f"Row {line}: how late {plain(name, 60)} was cannot be read "
                f"({plain(given or when, 40)!r})."
            )
        elif value > 0:
            late[name] = value
    if errors:
        raise CamlabError("\n".join([f"{path} was not taken:", *_shown(errors)]))
    return late


def _column(heading: list[str], known: tuple[str, ...]) -> int | None:
    return next((heading.index(name) for name in known if name in heading), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column].strip() if column is not None and column < len(cells) else ""


def _hours(text: str) -> float | None:
    value = read_number(text) if text else 0.0
    return value if value is not None and 0 <= value < _MOST_HOURS else None


def _after(text: str, due: datetime | None) -> float | None:
    if due is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if due.tzinfo is None:
        due = due.astimezone()  # this machine's time, as nbgrader gets it
    if when.tzinfo is None:
        when = when.replace(tzinfo=due.tzinfo)  # as MarkUs shows it
    value = max(0.0, (when - due).total_seconds() / 3600)
    return value if value < _MOST_HOURS else None


def _shown(errors: list[str]) -> Iterator[str]:
    yield from (f"  {error}" for error in errors[:20])
    if len(errors) > 20:
        yield f"  and {len(errors) - 20} more"
