"""The rows of a file of marks: whose they are, and what they say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CamlabError
from autograder.gradebook.marks import ManualMark
from autograder.lab import Task
from autograder.report.score_cell import is_out_of, read_score
from autograder.text.garbled import garbled
from autograder.text.numbers import read_number
from autograder.text.plain_text import listed, plain, points
from autograder.text.spreadsheet import unguarded
from autograder.text.student_names import bare_name
from autograder.text.tables import read_table

MOST_BYTES = 20 * 2**20
_NEEDED = ("score", "comment")
_KNOWN = ("student", "number", "task", *_NEEDED, "max_score", "answer")


@dataclass(frozen=True)
class MarkedRow:
    """One line of the file, checked."""

    line: int
    student: str
    task: Task
    score: float | None
    comment: str
    answer: str | None  # that the mark is for, as the file has it; None: it has no such column

    def repeats(self, given: ManualMark | None) -> bool:
        """Whether it says nothing but what was given already."""
        comment = not self.comment or (
            given is not None and self.comment == _one_line_end(given.comment)
        )
        return comment and (self.score is None or self.repeats_score(given))

    def repeats_score(self, given: ManualMark | None) -> bool:
        """Whether its score is the one given, as far as a file writes it."""
        if given is None or given.score is None or self.score is None:
            return False
        return points(given.score) == points(self.score)


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The file's rows as (row number in a spreadsheet, cells by heading).

    Raises:
        CamlabError: it is no table, or not one of marks.
    """
    rows = read_table(path, "file", MOST_BYTES)
    heading = [column_name(cell) for cell in (rows or [[]])[0]]
    whose = [] if {"student", "number"} & set(heading) else ["student"]
    if missing := [*whose, *(name for name in _NEEDED if name not in heading)]:
        raise CamlabError(
            f"{path} has no column {', '.join(missing)} in its first row. Start from a file made "
            "by camlab marks --export."
        )
    if twice := [name for name in _KNOWN if heading.count(name) > 1]:
        raise CamlabError(
            f"{path} has more than one column {', '.join(twice)}. Remove all but one."
        )
    for line, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(heading) - len(cells))
            yield line, dict(zip(heading, padded, strict=False))


def column_name(heading: str) -> str:
    """What a column is called: `Score (of 2)` is the score."""
    return " ".join(re.sub(r"\([^()]*+\)", " ", heading).split()).casefold()


def read_row(
    line: int,
    cells: Mapping[str, str],
    tasks: Mapping[str, Task],
    students: Students,
    given: Mapping[str, Mapping[str, ManualMark]],
) -> MarkedRow | str:
    """A row, or why it is none.

    Args:
        line: where it stands.
        cells: its cells, by heading.
        tasks: those that people mark, by name.
        students: who there is.
        given: student -> task -> what was given before.
    """
    student, problem = students.of(cells)
    if problem:
        return f"{problem}."
    name = cells.get("task", "").strip() or (next(iter(tasks)) if len(tasks) == 1 else "")
    if name not in tasks:
        return f"people mark {', '.join(tasks)}, and not {plain(name, 60)!r}."
    task, before = tasks[name], given[student].get(name)
    score, problem = _score(cells, task, before)
    if problem:
        return problem
    comment = _one_line_end(unguarded(cells["comment"].strip()))
    if problem := garbled(comment, before.comment if before else ""):
        return f"the comment {problem}."
    return MarkedRow(line, student, task, score, comment, cells.get("answer"))


def _score(
    cells: Mapping[str, str], task: Task, given: ManualMark | None
) -> tuple[float | None, str]:
    # With extra credit it is more than the task's points: as it was written it comes back.
    if given is not None and given.score is not None:
        same = read_number(unguarded(cells["score"].strip()))
        if same is not None and points(same) == points(given.score):
            return given.score, ""
    score, problem = read_score(cells["score"], task)
    whole = read_number(unguarded(cells.get("max_score", "").strip()))
    if not problem and score is not None and whole is not None and not is_out_of(whole, task):
        return None, (
            f"max_score is {points(whole)}, but {task.name} has {points(task.points)} points: "
            "give a score out of these, and correct max_score."
        )
    return score, problem


def _one_line_end(text: str) -> str:
    return "\n".join(text.splitlines())


class Students:
    """Students by number, or by name as spreadsheets leave it: without zeros in front, in other
    capitals."""

    def __init__(self, known: Iterable[str], numbers: Mapping[str, str]) -> None:
        self._known = set(known)
        self._of_number = {
            number: student for student, number in numbers.items() if number not in self._known
        }
        self._alike: dict[str, list[str]] = defaultdict(list)
        for name in self._known:
            self._alike[bare_name(name)].append(name)

    def of(self, cells: Mapping[str, str]) -> tuple[str, str]:
        """The student of a row, or why there is none."""
        name, number = (cells.get(column, "").strip() for column in ("student", "number"))
        student, problem = self._find(name or number)
        other = self._of_number.get(number)
        if not problem and other is not None and other != student:
            return "", f"the number {number} does not stand for {plain(student, 60)}"
        return student, problem

    def _find(self, text: str) -> tuple[str, str]:
        if (numbered := self._of_number.get(text)) is not None:
            problem = f"the gradebook has no submission of number {text}"
            return (numbered, "") if numbered in self._known else ("", problem)
        text = unguarded(text)
        if text in self._known:
            return text, ""
        if not text:
            return "", "the student is missing"
        alike = self._alike[bare_name(text)]
        if len(alike) == 1:
            return alike[0], ""
        shown = plain(text, 60)
        if alike:
            return "", f"{shown!r} could be {listed(sorted(alike), 3)}"
        if re.fullmatch(r"\d[.,]?\d*E\+?\d+", text, re.IGNORECASE):
            why = "the spreadsheet shortened a number; format that column as text"
            return "", f"{shown!r} is no student: {why}"
        if garbled(text, ""):
            return "", f"{shown!r} is no student: the name {garbled(text, '')}"
        return "", f"the gradebook knows no submission of {shown!r}"
