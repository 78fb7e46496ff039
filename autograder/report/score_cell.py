"""The cell of a marks file that holds the score, as people and spreadsheets fill it in."""

from __future__ import annotations

import re

from autograder.lab import Task
from autograder.text.numbers import read_number
from autograder.text.plain_text import plain, points
from autograder.text.spreadsheet import unguarded

# `1.5 pts`: a word behind a number; a date has a sign between the two (1. Mai, 1-May).
_UNIT = re.compile(r"[0-9.,]*[0-9]\s*[^\W\d_]+\.?")
_DATE = re.compile(r"[A-Za-z]{3}|[-/.]\d+[-/.]")


def read_score(text: str, task: Task) -> tuple[float | None, str]:
    """Points and no problem, or none and why; an empty cell has neither."""
    text = unguarded(text.strip()).removeprefix("'").strip()
    if not text:
        return None, ""
    shown, most = repr(plain(text, 40)), points(task.points)
    number, slash, of = text.partition("/")
    score, whole = read_number(number), read_number(of) if slash else task.points
    if score is not None and whole is not None:
        if not is_out_of(whole, task):
            return (
                None,
                f"{shown} is out of {points(whole)}, or a date: write points out of {most}.",
            )
        if not 0 <= score <= task.points:
            return None, f"{plain(text, 40)} is not between 0 and {most}."
        return score, ""
    if text.endswith("%"):
        return None, f"{shown} is not a number of points: write points out of {most}."
    if _UNIT.fullmatch(text):
        return None, f"{shown} is not a number: write the number alone."
    if re.search(r"\d", text) and _DATE.search(text):
        return None, (
            f"{shown} is not a number: a spreadsheet took a mark for a date; type it again, as "
            "text."
        )
    return None, f"{shown} is not a number."


def is_out_of(whole: float, task: Task) -> bool:
    """Whether that many points are the task's, as far as a file writes them."""
    return points(whole) == points(task.points)
