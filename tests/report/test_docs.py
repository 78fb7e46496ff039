"""What the pages for TAs and instructors say can be typed, and their pictures are there."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from autograder.command.cli import app

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("for-tas.md", "for-instructors.md")
MORE = ("marking.md", "markus.md")


def commands(page: str) -> list[list[str]]:
    text = (DOCS / page).read_text()
    found = re.findall(r"^camlab [^#\n]*", text, re.MULTILINE) + re.findall(
        r"`(camlab [^`]*)`", text
    )
    return [shlex.split(one) for one in found]


@pytest.mark.parametrize("page", PAGES + MORE)
def test_every_command_and_option_exists(page):
    assert commands(page)
    for _, name, *arguments in commands(page):
        known = typer.main.get_command(app).commands[name]
        if hasattr(known, "commands"):
            known = known.commands[arguments.pop(0)]
        options = {text for parameter in known.params for text in parameter.opts}
        for argument in arguments:
            if argument.startswith("--"):
                assert argument in options, f"camlab {name} {argument}"


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_is_there_and_has_words(page):
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", (DOCS / page).read_text())
    assert pictures
    for words, path in pictures:
        assert len(words) > 10
        assert (DOCS / path).is_file()


@pytest.mark.parametrize("page", PAGES)
def test_every_plugin_and_setting_exists(page):
    from autograder.nbgrader import export_plugins as plugins
    from autograder.nbgrader import feedback_exporter

    text = (DOCS / page).read_text()
    for name in re.findall(r"\b(\w+Exporter)\b", text):
        assert hasattr(plugins, name) or hasattr(feedback_exporter, name), name
