"""The doctor tells when students could import the reference."""

from __future__ import annotations

import pwd
import tempfile
from pathlib import Path

import pytest

from autograder.command.reference_access import who_could_import

STUDENT = pwd.struct_passwd(("ada", "x", 1501, 1501, "", "/home/ada", "/bin/bash"))
SERVICE = pwd.struct_passwd(("hub", "x", 1502, 1502, "", "/srv/hub", "/usr/sbin/nologin"))


@pytest.fixture
def package(monkeypatch):
    """A package in a folder that everybody may enter, on a machine with one student."""
    monkeypatch.setattr(pwd, "getpwall", lambda: [STUDENT, SERVICE])
    with tempfile.TemporaryDirectory() as name:  # pytest's own are its user's alone
        folder = Path(name) / "environment" / "camlab_solutions"
        folder.mkdir(parents=True)
        for opened in (folder, folder.parent, Path(name)):
            opened.chmod(0o755)
        yield folder


def test_a_student_of_a_shared_environment_is_named(package):
    assert who_could_import(package) == ["ada"]


def test_an_environment_that_only_staff_may_enter_is_quiet(package):
    package.parent.chmod(0o750)
    assert who_could_import(package) == []
