"""A task's mark in words, for systems that show text."""

from __future__ import annotations

from autograder.gradebook.mark_text import mark_lines
from autograder.gradebook.marks import FinalRow, ManualMark
from autograder.results import TaskMark
from autograder.text.plain_text import plain, plain_lines, points


def explain(mark: TaskMark, row: FinalRow) -> str:
    """The sentences that a student reads under one task."""
    given = row.manual.get(mark.task)
    lines = []
    if given is not None and given.score is not None:
        lines.append(f"Marked by a person: {points(given.score)} of {points(given.max_score)}.")
    elif mark.status == "not-run":
        lines.append(plain(row.result.message) or "It could not be run.")
    lines += mark_lines(mark)
    lines += _comment(given)
    return "\n".join(lines)


def late(row: FinalRow) -> str:
    """What a late penalty took away, as a sentence; empty when there is none."""
    if not row.late_penalty:
        return ""
    return f"Handed in late: a penalty of {points(row.late_penalty)} was taken off."


def overall_comment(row: FinalRow) -> str:
    """What concerns the whole submission: why it could not be run, that it was late."""
    return " ".join(filter(None, (plain(row.result.message), late(row))))


def _comment(given: ManualMark | None) -> list[str]:
    return [f"Comment: {plain_lines(given.comment)}"] if given and given.comment else []
