"""Camlab's steps of `nbgrader autograde` (see `nbgrader_config.py`)."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.course import find_course
from autograder.gradebook.notebook import with_marks
from autograder.nbgrader.autograde_session import autograde_session
from autograder.nbgrader.stock_steps import Resources, is_of_lab
from autograder.nbgrader.submission_exporter import REASON
from autograder.storage.run_index import keep_unkeyed_run
from autograder.submission import Submission
from autograder.submission.find import SubmittedFolder
from autograder.text.plain_text import plain


class RunAndMark(NbGraderPreprocessor):
    """Run the notebook in the sandbox, judge its answers, write marks where nbgrader reads them."""

    sandbox = Unicode(
        "auto", help='As `camlab grade --sandbox`; "none" accepts that there are no walls.'
    ).tag(config=True)

    def preprocess(
        self, notebook: NotebookNode, resources: Resources
    ) -> tuple[NotebookNode, Resources]:
        if not is_of_lab(resources):
            return notebook, resources
        course = find_course(lab=resources["nbgrader"]["assignment"])
        grader = autograde_session(course, self.sandbox)
        student = resources["nbgrader"]["student"]
        reason = notebook.metadata.pop(REASON, "")
        folder = course.submitted / student / course.lab.name
        file = SubmittedFolder(student, folder, course.lab.name, grader.setup.release).read()
        submission = Submission(student, None if reason else notebook, reason, beside=file.beside)
        graded = grader.grade_prepared(submission)
        keep_unkeyed_run(course, student, graded.run)
        if graded.result.message:
            self.log.warning("%s: %s", plain(student), plain(graded.result.message))
        ran = graded.run.notebook if graded.run else notebook
        return with_marks(ran, course.lab, graded.result.tasks), resources
