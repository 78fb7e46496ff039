"""The database of what TAs ticked: one that cannot be used is a sentence."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from autograder.errors import CamlabError
from autograder.marking.readings import Reading, Readings


def garbage(path):
    path.write_bytes(b"garbage " * 100)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:5000])


def other_tables(path):
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE reading")
        database.execute("CREATE TABLE reading (x)")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / ".camlab" / "marking-lab10.db"
    with Readings(path).writing() as change:
        change.put(Reading("a", 1, "ann"))
    return path


@pytest.mark.parametrize("damage", [garbage, cut_off, other_tables])
def test_a_damaged_database_is_a_sentence(path, damage):
    damage(path)
    with pytest.raises(CamlabError, match=r"marking-lab10\.db.*or move it away"):
        Readings(path)
    shutil.move(path, path.with_suffix(".old"))
    assert Readings(path).all() == {}


def test_a_sound_database_keeps_what_it_holds(path):
    assert list(Readings(path).all()) == ["a"]


def test_an_empty_file_is_a_new_database(path):
    path.write_bytes(b"")
    assert Readings(path).all() == {}


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Root may write everywhere: it becomes nobody for as long as the block."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_database_that_may_not_be_written_is_a_sentence(short_folder):
    short_folder.chmod(0o755)
    path = short_folder / "marking-lab10.db"
    with Readings(path).writing() as change:
        change.put(Reading("a", 1, "ann"))
    path.chmod(0o444)
    with an_ordinary_user(), pytest.raises(CamlabError, match="cannot be opened or written"):
        Readings(path)
    path.chmod(0o644)
    assert list(Readings(path).all()) == ["a"], "nothing was lost"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / ".camlab").write_text("no folder")
    with pytest.raises(CamlabError, match="cannot be opened or written"):
        Readings(tmp_path / ".camlab" / "marking-lab10.db")


def test_a_folder_in_its_place_is_a_sentence(tmp_path):
    with pytest.raises(CamlabError, match="cannot be opened or written"):
        Readings(tmp_path)
