"""The doctor attacks the sandbox that is asked for, and its exit code says what it found."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from autograder.command.cli import app
from autograder.kernel.sandbox_selection import obstacle
from autograder.kernel.trial import QUICK

run = CliRunner()


@pytest.mark.parametrize("kind", ["bwrap", "landlock"])
def test_each_attack_has_a_line(kind):
    if obstacle(kind):
        pytest.skip(obstacle(kind))
    said = run.invoke(app, ["doctor", "--sandbox", kind])
    assert said.exit_code == 0, said.output
    assert f"sandbox: {kind}, attacked here:" in said.output
    assert said.output.count(": stopped") == len(QUICK) >= 12
    assert "NOT STOPPED" not in said.output


def test_without_walls_the_exit_code_is_one():
    said = run.invoke(app, ["doctor", "--sandbox", "none"])
    assert said.exit_code == 1
    assert "students' code has no walls" in said.output


def test_an_unknown_sandbox_is_refused_in_a_sentence():
    said = run.invoke(app, ["doctor", "--sandbox", "cage"])
    assert said.exit_code != 0
    assert "There is no sandbox 'cage'" in str(said.exception)
