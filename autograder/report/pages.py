"""Pages that open from a mail: one file each, everything in it escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.text.markdown import markdown_to_html
from autograder.text.plain_text import criterion_name, plain, plain_lines, points

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """Fill a template. Every value is escaped, and no name may be missing."""
    return _environment().get_template(template).render(css=_style(), **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        breakable=_breakable,
        plain=plain,
        plain_lines=plain_lines,
        markdown=_markdown,
        points=points,
        criterion_name=criterion_name,
    )
    return environment


@cache
def _style() -> Markup:
    return Markup((TEMPLATES / "page.css").read_text())


def _markdown(text: str) -> Markup:
    """A comment as its writer meant it; nothing in it can be more than text and its form."""
    return Markup(markdown_to_html(text[:20_000]))


def _breakable(name: str) -> Markup:
    """A name that a narrow column may break after its underscores."""
    return Markup(str(escape(name)).replace("_", "_<wbr>"))
