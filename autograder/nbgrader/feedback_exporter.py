"""Our feedback pages through `nbgrader generate_feedback` and Formgrader's button.

In nbgrader_config.py:

c.GenerateFeedback.exporter_class = "autograder.nbgrader.feedback_exporter.FeedbackExporter"
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from sqlalchemy.engine import make_url
from traitlets import Bool

from autograder.course import Course, find_course, find_root
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.lab_loader import is_lab
from autograder.nbgrader.stock_steps import Resources
from autograder.report.feedback_files import FeedbackMaker
from autograder.results import read_results
from autograder.storage.run_index import run_from_notebook

# The class that was read last: nbgrader asks for one page after the other.
_read: dict[tuple[str, str, int, int], ClassMarks] = {}


class FeedbackExporter(HTMLExporter):
    """Turns an autograded notebook into its student's feedback page.

    Notebooks of other assignments in the same course get nbgrader's own page.
    """

    show_reference = Bool(
        True, help="Whether students may see the reference's heat maps beside theirs."
    ).tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own HTML exporter gives text too
        self, nb: NotebookNode, resources: Resources | None = None, **options: Any
    ) -> tuple[str, Resources]:
        """The page, and resources that make nbgrader store it as HTML."""
        about = (resources or {}).get("nbgrader", {})
        root, assignment = find_root(), about.get("assignment", "")
        if not is_lab(assignment, root):
            return super().from_notebook_node(nb, resources, **options)
        course = find_course(root, assignment)
        course, marks = _class(course, about["db_url"])
        row = next((row for row in marks.rows if row.student == about["student"]), None)
        if row is None:
            return super().from_notebook_node(nb, resources, **options)
        maker = FeedbackMaker(course, marks.weights, self.show_reference, marks.without_walls)
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call] # nbconvert's
        resources["output_extension"] = self.file_extension
        return maker.page(row, fallback=run_from_notebook(nb)), resources


def _class(course: Course, db_url: str) -> tuple[Course, ClassMarks]:
    """The class that a gradebook holds, explained by the `results.json` beside it."""
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and url.database:
        course = replace(course, out=Path(url.database).absolute().parent)
    key = (course.lab.name, db_url, _stamp(course.gradebook), _stamp(course.results))
    if key not in _read:
        _read.clear()
        results = read_results(course.results) if course.results.is_file() else None
        _read[key] = class_marks(course.lab, results, db_url)
    return course, _read[key]


def _stamp(path: Path) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
