"""From a submitted file to a notebook fit to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.submission.find import NO_FILES, SubmittedFile
from autograder.submission.newer_fstrings import rewrite_newer_fstrings
from autograder.submission.parse import NotANotebookError, parse_notebook
from autograder.submission.restore import restore_from_release


@dataclass(frozen=True)
class Submission:
    """A submission whose given cells are the release's, or the reason why it cannot be run."""

    student: str
    notebook: NotebookNode | None
    message: str = ""
    remarks: tuple[str, ...] = ()  # what was mended in the notebook
    beside: Mapping[str, bytes] = field(default_factory=lambda: NO_FILES)


def prepare(file: SubmittedFile, release: NotebookNode) -> Submission:
    """Make a notebook fit to run. Never raises for what a student can do.

    Args:
        file: what was handed in.
        release: the student release's notebook, from which given cells are restored.
    """
    if file.message:
        return Submission(file.student, None, file.message)
    try:
        submitted = parse_notebook(file.content)
    except NotANotebookError as error:
        return Submission(file.student, None, str(error))
    notebook, remarks = restore_from_release(submitted, release)
    if rewritten := rewrite_newer_fstrings(notebook):
        remarks = (*remarks, rewritten)
    return Submission(file.student, notebook, "", remarks, file.beside)
