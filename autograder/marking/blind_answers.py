"""Written answers as a TA gets them: a number for a name, the text, the student's pictures."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.cells import cell_with, grade_id, is_grade
from autograder.course import Course
from autograder.gradebook.blind_order import blind_numbers
from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.lab import Task
from autograder.storage.autograded import autograded_path
from autograder.submission.find import SubmittedFolder, find_submissions
from autograder.submission.handed_in import HandedInPicture, pictures_handed_in
from autograder.text.markdown import markdown_to_html

SHARE_FOR_TWO = 10  # one answer in so many is given to two TAs
_IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class BlindAnswer:
    """One answer. Whose it is stays on this side."""

    number: str
    student: str
    task: Task
    for_two: bool  # given to two TAs

    @property
    def key(self) -> str:
        return f"{self.task.name}/{self.number}"


def answers_to_mark(course: Course, marks: ClassMarks) -> tuple[BlindAnswer, ...]:
    """The answers that people mark, in an order that has nothing to do with names.

    Blank answers and submissions that could not be run have their marks already.
    """
    secret = course.secret()
    numbers = blind_numbers(secret, course.lab.name, (row.student for row in marks.rows))
    rows = {row.student: row for row in marks.rows}
    found = []
    for task in course.lab.tasks:
        if task.by_machine:
            continue
        students = [student for student in numbers if _is_marked_by_people(rows[student], task)]
        double = _for_two(secret, [f"{task.name}/{numbers[student]}" for student in students])
        for student in students:
            key = f"{task.name}/{numbers[student]}"
            found.append(BlindAnswer(numbers[student], student, task, key in double))
    return tuple(found)


def _is_marked_by_people(row: FinalRow, task: Task) -> bool:
    given = row.manual.get(task.name)
    mark = next(mark for mark in row.result.tasks if mark.task == task.name)
    return mark.status == "manual" or (given is not None and given.score is not None)


def _for_two(secret: bytes, keys: Sequence[str]) -> set[str]:
    """A tenth of the answers, at least one: the same for all TAs, spread over the order."""
    count = math.ceil(len(keys) / SHARE_FOR_TWO) if len(keys) > 1 else 0

    def place(key: str) -> bytes:
        return hmac.digest(secret, b"read by two\n" + key.encode(), hashlib.sha256)

    return set(sorted(keys, key=place)[:count])


class AnswerReader:
    """Reads what is shown of an answer; nothing of it is run, or opened on this side."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._handed_in: dict[tuple[str, str], tuple[HandedInPicture, ...]] = {}
        self._last: tuple[tuple[str, int], NotebookNode | None] | None = None

    def html(self, answer: BlindAnswer) -> str:
        """The text, rendered so that nothing in it runs or is loaded."""
        cell = self._answer_cell(answer)
        if cell is None:
            return ""
        return markdown_to_html(cell.source, cell.get("attachments"))

    def made_here(self, answer: BlindAnswer) -> tuple[HandedInPicture, ...]:
        """The pictures that the student's code drew when it was graded."""
        notebook = self._autograded(answer.student)
        wanted = {grade_id(cell) for cell in self._drawing_cells(answer.task)} - {""}
        found: list[HandedInPicture] = []
        for cell in notebook.cells if notebook else ():
            if cell.cell_type == "code" and grade_id(cell) in wanted:
                found += _outputs(cell)
        return tuple(found)

    def handed_in(self, answer: BlindAnswer) -> tuple[HandedInPicture, ...]:
        """The pictures in the file that the student handed in."""
        folder = self._folders.get(answer.student)
        content = folder.read().content if folder else b""
        if not content:
            return ()
        place = (hashlib.sha256(content).hexdigest(), answer.task.name)
        if place not in self._handed_in:
            cells = self._drawing_cells(answer.task)
            grade_ids = [grade_id(cell) for cell in cells if grade_id(cell)]
            sources = [cell.source for cell in cells]
            self._handed_in[place] = pictures_handed_in(content, grade_ids, sources)
        return self._handed_in[place]

    def _drawing_cells(self, task: Task) -> list[NotebookNode]:
        """The code between the answer and the graded cell before it: what the question is about."""
        found: list[NotebookNode] = []
        for cell in self._source.cells:
            if grade_id(cell) == task.answer_id:
                break
            if is_grade(cell):
                found = []
            elif cell.cell_type == "code":
                found.append(cell)
        return found

    def _answer_cell(self, answer: BlindAnswer) -> NotebookNode | None:
        notebook = self._autograded(answer.student)
        cells = notebook.cells if notebook else ()
        return cell_with(cells, answer.task.answer_id)

    def _autograded(self, student: str) -> NotebookNode | None:
        path = autograded_path(self._course, student)
        if not path.is_file():
            return None
        place = (student, path.stat().st_mtime_ns)
        if self._last is None or self._last[0] != place:
            self._last = (place, _read(path))
        return self._last[1]

    @cached_property
    def _source(self) -> NotebookNode:
        """The lab's notebook; the cells that students are given are the same in their release."""
        lab = self._course.lab
        return nbformat.read(self._course.source / lab.notebook_name, as_version=4)

    @cached_property
    def _folders(self) -> dict[str, SubmittedFolder]:
        if not self._course.submitted.is_dir():
            return {}
        found = find_submissions(self._course.submitted, self._course.lab.name)
        return {folder.student: folder for folder in found}


def _read(path: Path) -> NotebookNode | None:
    """A notebook; None where it cannot be read. Megabytes: no schema is asked."""
    try:
        return nbformat.v4.reads(path.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _outputs(cell: NotebookNode) -> Iterator[HandedInPicture]:
    for output in cell.get("outputs", ()):
        for kind in _IMAGES:
            text = output.get("data", {}).get(kind)
            if text:
                try:
                    yield HandedInPicture(kind, base64.b64decode("".join(text)))
                except (binascii.Error, ValueError):
                    continue
