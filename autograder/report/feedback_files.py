"""Feedback pages and the class page as files: `camlab report`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import quote

from nbformat.v4 import new_notebook

from autograder.course import Course
from autograder.files import write_atomically
from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.class_page import class_page
from autograder.report.feedback import feedback_page
from autograder.report.graded_code import graded_code
from autograder.report.grader_accuracy import accuracy_sentence
from autograder.report.instructors_page import instructors_page
from autograder.report.likeness import find_likeness
from autograder.run import Run
from autograder.storage.output_cache import OutputCache
from autograder.storage.run_index import RunIndex
from autograder.storage.store import CompletedRun, encode
from autograder.storage.versions import code_digest

CLASS_PAGE = "class.html"
INSTRUCTORS_PAGE = "instructors.html"
PHOTOGRAPHS = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True)
class FeedbackMaker:
    """Makes the pages of one class."""

    course: Course
    weights: str
    show_reference: bool = True
    without_walls: bool = False

    @cached_property
    def runs(self) -> RunIndex:
        return RunIndex(self.course)

    @cached_property
    def pictures(self) -> Mapping[str, bytes]:
        """The photographs that students have."""
        names = (name for name in self.course.lab.files if name.endswith(PHOTOGRAPHS))
        return {name: (self.course.source / name).read_bytes() for name in names}

    @cached_property
    def class_names(self) -> Sequence[str]:
        """The list of names among the lab's files; empty when there is none."""
        for name in self.course.lab.files:
            if name.endswith(".json"):
                return json.loads((self.course.source / name).read_bytes())
        return ()

    def fingerprint(self, row: FinalRow) -> str:
        """Changes when the page of this row does."""
        parts = [
            *(self.weights, str(self.show_reference), str(self.without_walls)),
            self.runs.key_of(row.student),
            json.dumps(asdict(row), sort_keys=True),
            self._same_for_all,
        ]
        return "\n".join(parts)

    @cached_property
    def _same_for_all(self) -> str:
        reference = hashlib.sha256(encode(CompletedRun(Run(new_notebook(), self.runs.reference))))
        files = (hashlib.sha256(picture).hexdigest() for picture in self.pictures.values())
        return "\n".join((reference.hexdigest(), *files, code_digest("report", "lab.py")))

    def page_bytes(self, row: FinalRow) -> bytes:
        return self.page(row).encode()

    def page(self, row: FinalRow, fallback: Run | None = None) -> str:
        """One student's page.

        Args:
            row: the marks.
            fallback: the run to show when grading kept none.
        """
        return feedback_page(
            self.course.lab,
            row,
            weights=self.weights,
            without_walls=self.without_walls,
            run=self.runs.run_of(row.student) or fallback,
            reference=self.runs.reference,
            show_reference=self.show_reference,
            pictures=self.pictures,
            class_names=self.class_names,
        )


def write_report(
    course: Course,
    marks: ClassMarks,
    *,
    notes: Sequence[str] = (),
    on_page: Callable[[str], None] = lambda student: None,
) -> Path:
    """Write every student's feedback page, the class page and the instructors' page.

    Args:
        course: its `out` is where the pages go.
        marks: the class.
        notes: sentences for the top of the class page, such as which sandbox was used.
        on_page: told each student whose page is written.

    Returns:
        The class page; it leads to all others.
    """
    maker = FeedbackMaker(course, marks.weights, may_show_reference(course), marks.without_walls)
    written = OutputCache(course.store.parent / "written", course.out)
    for row in marks.rows:
        path = feedback_path(course, row.student)
        written.write(path, maker.fingerprint(row), partial(maker.page_bytes, row))
        on_page(row.student)
    codes = {row.student: graded_code(course, row.student) for row in marks.rows}
    likeness = find_likeness(course, codes)
    lecture = course.own(INSTRUCTORS_PAGE)
    write_atomically(lecture, instructors_page(course.lab, marks, codes).encode())
    path = course.own(CLASS_PAGE)
    page = class_page(
        marks,
        notes=notes,
        likeness=likeness,
        instructors=quote(lecture.name),
        accuracy=accuracy_sentence(course.lab.graders / "accuracy.json"),
    )
    write_atomically(path, page.encode())
    return path


def feedback_path(course: Course, student: str) -> Path:
    """Where nbgrader has a student's feedback."""
    return course.out / "feedback" / student / course.lab.name / f"{course.lab.name}.html"


def may_show_reference(course: Course) -> bool:
    """The course's setting; `c.FeedbackExporter.show_reference` in nbgrader_config.py."""
    return bool(course.nbgrader_config().FeedbackExporter.get("show_reference", True))
