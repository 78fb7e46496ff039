"""Autograded notebooks can be shown by Formgrader, whatever a student wrote."""

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter

from autograder.gradebook.notebook import with_marks
from autograder.lab_loader import find_lab
from autograder.submission.restore import restore_from_release


def markdown(source: str, **fields) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_markdown_cell(source, id="text")
    cell.update(fields)
    return nbformat.v4.new_notebook(cells=[cell])


@pytest.mark.parametrize(
    "source",
    [
        "![x](attachment:absent.png)",
        "![x](&#97;ttachment:absent.png)",
        "![x][ref]\n\n[ref]: attachment:absent.png",
    ],
)
def test_a_picture_that_is_not_there_does_not_stop_formgrader(source):
    shown = with_marks(markdown(source), find_lab("lab09"), ())
    page, _ = HTMLExporter().from_notebook_node(shown)
    assert "absent.png" in page


def test_a_text_that_can_be_shown_stays_as_it_is():
    source = "**Both** maps:\n\n- ears $x^2$\n- eyes"
    assert with_marks(markdown(source), find_lab("lab09"), ()).cells[0].source == source


def test_the_releases_drawings_come_back_with_their_text():
    drawing = {"cam.png": {"image/png": "aGVsbG8="}}
    source = "![how it works](attachment:cam.png)"
    release = markdown(source, attachments=drawing)
    restored, _ = restore_from_release(markdown(source), release)
    assert restored.cells[0].attachments == drawing
    assert with_marks(restored, find_lab("lab09"), ()).cells[0].source == source
    changed, _ = restore_from_release(markdown(source + "!"), release)
    assert "attachments" not in changed.cells[0]
