"""How nbgrader's own pages show what a student wrote (`c.HTMLExporter.filters`).

nbconvert's filters let HTML through, and take a time that grows with the square of a text; pages
are made in the process in which a TA's Formgrader runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import pass_context
from jinja2.runtime import Context

from autograder.text.highlight import highlight_python
from autograder.text.markdown import markdown_to_html

MAX_CODE = 200_000  # characters of one cell; more than that is cut on a page


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """A text cell, with its own pictures."""
    cell = context.get("cell")
    attachments = cell.get("attachments") if isinstance(cell, Mapping) else None
    return markdown_to_html(source, attachments if isinstance(attachments, Mapping) else None)


def highlight_code(
    source: str, language: str | None = None, metadata: object = None, **options: object
) -> str:
    """A code cell."""
    return highlight_python(source[:MAX_CODE])
