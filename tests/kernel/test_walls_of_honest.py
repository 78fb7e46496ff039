"""What walls must not do: cost an honest student anything, or show what is the grader's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder.errors import CamlabError
from autograder.kernel import Sandbox, shown
from autograder.kernel.memory_use import memory_use
from autograder.lab import Questions
from tests.kernel.conftest import notebook_of


def test_a_kernel_killed_by_a_signal_that_is_not_ours_is_disturbed(
    landlock_sandbox: Sandbox,
) -> None:
    run = landlock_sandbox.run(notebook_of("import os; os.kill(os.getpid(), 9)"), Questions(()))
    assert run.disturbed


def test_a_kernel_that_crashes_by_itself_is_not(landlock_sandbox: Sandbox) -> None:
    run = landlock_sandbox.run(notebook_of("import ctypes; ctypes.string_at(0)"), Questions(()))
    assert run.message and not run.disturbed


def test_a_course_within_an_environment_is_refused_by_name(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    course = tmp_path / "lib" / "course"
    course.mkdir(parents=True)
    with pytest.raises(CamlabError, match=str(course)):
        shown.refuse_private([course])


def test_an_environment_in_the_course_shows_its_parts_only(tmp_path: Path, monkeypatch) -> None:
    for name in ("bin", "lib", "include", ".camlab", "submitted"):
        (tmp_path / name).mkdir()
    (tmp_path / "gradebook.db").write_text("")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    folders = shown.python_folders()
    assert {p.name for p in folders if p.is_relative_to(tmp_path)} == {"bin", "lib", "include"}
    shown.refuse_private([tmp_path])


def test_memory_is_counted_once_where_processes_share_it() -> None:
    mine = memory_use([os.getpid()], 2**60)
    assert 0 < mine < 2**40
    assert memory_use([os.getpid()], 0) <= mine + 2**26
