"""nbgrader's first step, reading a file, made to survive every file (`nbgrader autograde`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from autograder.course import find_course, find_root
from autograder.gradebook.notebook import unreadable
from autograder.lab_loader import is_lab
from autograder.nbgrader.autograde_session import autograde_session
from autograder.nbgrader.stock_steps import Resources
from autograder.submission import prepare
from autograder.submission.find import SubmittedFolder

REASON = "camlab_reason"  # in a notebook's metadata, between nbgrader's two passes


class TolerantExporter(NotebookExporter):
    """Gives nbgrader a notebook for whatever bytes a student handed in."""

    def from_filename(  # type: ignore[override] # text, as nbconvert's own NotebookExporter
        self, filename: str, resources: Resources | None = None, **options: Any
    ) -> tuple[str, Resources]:
        """Read a submission as `camlab grade` does; nbgrader's second pass reads our own file."""
        path = Path(filename).absolute()
        root, assignment = find_root(path.parent), path.parent.name
        if root / "submitted" not in path.parents or not is_lab(assignment, root):
            theirs: tuple[str, Resources] = super().from_filename(  # type: ignore[assignment] # text
                filename, resources=resources, **options
            )
            return theirs
        course = find_course(root, assignment)
        release = autograde_session(course).setup.release
        folder = SubmittedFolder(path.parent.parent.name, path.parent, course.lab.name, release)
        submission = prepare(folder.read(), release)
        notebook = submission.notebook
        if notebook is None:
            notebook = unreadable(release, submission.message)
            notebook.metadata[REASON] = submission.message
        return self.from_notebook_node(  # type: ignore[no-untyped-call] # nbconvert's
            notebook, resources=resources, **options
        )
