"""What feedback pages show besides marks: each submission's run and the reference's answers.

Grading keeps runs in its store under keys that depend on everything they were made from. Beside it
lies, for each student, the key of their latest run, so that pages can be made later (after a TA has
marked the written answers) without running or asking anything again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from autograder.answers import Answer
from autograder.cells import name_of
from autograder.course import Course
from autograder.files import write_atomically
from autograder.run import CellError, Run
from autograder.storage.store import CompletedRun, Store
from autograder.text.file_names import file_name

_REFERENCE = "reference-"  # and the lab: the key of the reference's answers


def keep_reference(course: Course, answers: Mapping[str, Answer]) -> None:
    """Keep the reference's answers of the class that is being graded, in place of earlier ones."""
    Store(course.store).save(_reference_key(course), CompletedRun(Run(new_notebook(), answers)))


def keep_run(course: Course, student: str, key: str | None) -> None:
    """Note under which key a student's run lies in the store; None when there is no run."""
    _write_key(_pointer(course, student), key or "")


def keep_unkeyed_run(course: Course, student: str, run: Run | None) -> None:
    """Keep a run that grading did not put into the store (`nbgrader autograde`)."""
    if run is None:
        keep_run(course, student, None)
        return
    name = f"nbgrader autograde {course.lab.name} {student}"
    key = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    Store(course.store).save(key, CompletedRun(run))
    keep_run(course, student, key)


class RunIndex:
    """Reads what was kept; whatever is missing or damaged counts as absent."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._store = Store(course.store)
        self._reference: Mapping[str, Answer] | None = None

    @property
    def reference(self) -> Mapping[str, Answer]:
        """The reference's answers by question key; empty when none were kept."""
        if self._reference is None:
            kept = self._store.load(_reference_key(self._course))
            self._reference = kept.run.answers if kept else {}
        return self._reference

    def key_of(self, student: str) -> str:
        """The key of a student's run; empty where there is none."""
        return _read_key(_pointer(self._course, student))

    def run_of(self, student: str) -> Run | None:
        key = self.key_of(student)
        kept = self._store.load(key) if key else None
        return kept.run if kept else None


def run_from_notebook(notebook: NotebookNode) -> Run:
    """What an autograded notebook tells of its run, when nothing else was kept."""
    errors = []
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                errors.append(CellError(name_of(cell), index, output.ename, output.evalue))
    return Run(notebook, {}, tuple(errors))


def _reference_key(course: Course) -> str:
    return f"{_REFERENCE}{course.lab.name}"


def _pointer(course: Course, student: str) -> Path:
    """A small file that holds the key of a student's run."""
    return course.store.parent / "latest" / course.lab.name / file_name(student)


def _write_key(path: Path, key: str) -> None:
    write_atomically(path, key.encode(), durable=False)


def _read_key(path: Path) -> str:
    try:
        key = path.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
    return key if key.isalnum() else ""
