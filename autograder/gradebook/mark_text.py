"""A task's mark as text: the lines that every system which shows text shows."""

from __future__ import annotations

from autograder.results import Criterion, TaskMark
from autograder.text.plain_text import criterion_name, plain, points


def mark_lines(mark: TaskMark) -> list[str]:
    """A line for each criterion, hint and remark, each fit to be shown."""
    return [
        *map(_criterion_line, mark.criteria),
        *(f"Hint: {plain(hint.text)}" for hint in mark.hints),
        *(f"Remark: {plain(remark)}" for remark in mark.remarks),
    ]


def _criterion_line(criterion: Criterion) -> str:
    met = "met" if criterion.points >= criterion.max_points else "not met"
    share = f"{points(criterion.points)} of {points(criterion.max_points)}"
    said = f": {plain(criterion.sentence)}" if criterion.sentence else ""
    return f"{criterion_name(criterion.name)}, {met} ({share}){said}"
