"""The doctor tells when students could import the reference."""

from __future__ import annotations

import os
import pwd

import pytest

from autograder.command.reference_access import who_could_import

STUDENT = pwd.struct_passwd(("ada", "x", 1501, 1501, "", "/home/ada", "/bin/bash"))
SERVICE = pwd.struct_passwd(("hub", "x", 1502, 1502, "", "/srv/hub", "/usr/sbin/nologin"))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package in a folder that everybody may enter, on a machine with one student."""
    monkeypatch.setattr(pwd, "getpwall", lambda: [STUDENT, SERVICE])
    folder = tmp_path / "environment" / "camlab_solutions"
    folder.mkdir(parents=True)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and parent.is_relative_to(tmp_path.parents[1]):
            parent.chmod(0o755)
    return folder


def test_a_student_of_a_shared_environment_is_named(package):
    assert who_could_import(package) == ["ada"]


def test_an_environment_that_only_staff_may_enter_is_quiet(package):
    package.parent.chmod(0o750)
    assert who_could_import(package) == []
