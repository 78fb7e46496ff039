"""Autograded notebooks can be shown by Formgrader, whatever a student wrote."""

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter

from autograder.gradebook.notebook import with_marks
from autograder.submission.restore import restore_from_release
from tests.lab09 import LAB


def markdown(source: str, **fields) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_markdown_cell(source, id="text")
    cell.update(fields)
    return nbformat.v4.new_notebook(cells=[cell])


@pytest.fixture(scope="module")
def exporter(course) -> HTMLExporter:
    """nbconvert's own, configured as a course configures it."""
    return HTMLExporter(config=course.nbgrader_config())


@pytest.mark.parametrize(
    "source",
    [
        "![x](attachment:absent.png)",
        "![x](&#97;ttachment:absent.png)",
        "![x][ref]\n\n[ref]: attachment:absent.png",
    ],
)
def test_a_picture_that_is_not_there_does_not_stop_formgrader(source, exporter):
    shown = with_marks(markdown(source), LAB, ())
    page, _ = exporter.from_notebook_node(shown)
    assert "absent.png is not shown" in page


def test_a_picture_that_was_pasted_is_shown(exporter):
    notebook = markdown("![x](attachment:map.png)", attachments={"map.png": {"image/png": "aGk="}})
    page, _ = exporter.from_notebook_node(with_marks(notebook, LAB, ()))
    assert 'src="data:image/png;base64,aGk="' in page


def test_a_text_stays_as_it_is():
    source = "**Both** maps:\n\n- ears $x^2$\n- <b>eyes</b>"
    assert with_marks(markdown(source), LAB, ()).cells[0].source == source


def test_a_raw_cell_is_shown_as_text(exporter):
    notebook = markdown("<b>raw</b>", cell_type="raw")
    page, _ = exporter.from_notebook_node(with_marks(notebook, LAB, ()))
    assert "&lt;b&gt;raw&lt;/b&gt;" in page


def test_the_releases_drawings_come_back_with_their_text():
    drawing = {"cam.png": {"image/png": "aGVsbG8="}}
    source = "![how it works](attachment:cam.png)"
    release = markdown(source, attachments=drawing)
    restored, _ = restore_from_release(markdown(source), release)
    assert restored.cells[0].attachments == drawing
    assert with_marks(restored, LAB, ()).cells[0].source == source
    changed, _ = restore_from_release(markdown(source + "!"), release)
    assert "attachments" not in changed.cells[0]
