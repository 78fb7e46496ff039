"""Each student has files of their own, in their folder, on every system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.text.file_names import file_name
from tests.fuzz import few

NAMES = st.text(max_size=40) | st.text("abA-_. é/\\0123456789\udce9", max_size=20)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "CON", "é", "", "x" * 300, "a.", ".x"])
def test_a_file_named_after_a_student_stays_in_its_folder(name):
    made = file_name(name)
    assert "/" not in made
    assert not made.startswith(".")
    assert 0 < len(made.encode()) < 120
    assert made != name


def test_ordinary_names_are_file_names_as_they_are():
    assert file_name("c3smith_2") == "c3smith_2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("josé", file_name("josé")),
        (file_name("josé"), file_name(file_name("josé"))),
        ("jose\u0301", "josé"),
        ("Ann", "ann"),
        ("ann lee", "ann  lee"),
        ("jos\udce9", "jos\udce8"),
        ("a.", "a"),
    ],
)
def test_two_students_never_share_a_file(one, other):
    assert file_name(one).casefold() != file_name(other).casefold()


@few
@given(NAMES, NAMES)
def test_whatever_two_students_are_called_they_have_two_files(one, other):
    made = file_name(one)
    assert made.isascii() and "/" not in made and 0 < len(made) < 120
    if one != other:
        assert made.casefold() != file_name(other).casefold()
        assert made.casefold() != file_name(file_name(other)).casefold() or one == file_name(other)
