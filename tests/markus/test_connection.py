"""The key stays a secret, and what is read from tables is checked."""

from __future__ import annotations

from datetime import datetime

import pytest

from autograder.errors import CamlabError
from autograder.markus.connection import connect, read_key
from autograder.markus.late import read_hours_late

DUE = datetime.fromisoformat("2026-11-20T22:00:00-05:00")


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    monkeypatch.delenv("MARKUS_API_KEY", raising=False)
    path = tmp_path / "markus.key"
    path.write_text("c2VjcmV0\n")
    path.chmod(0o600)
    return path


def test_the_key_comes_from_a_file_that_nobody_else_can_read(key_file):
    assert read_key(key_file) == "c2VjcmV0"
    key_file.chmod(0o640)
    with pytest.raises(CamlabError, match="Others can read the key") as caught:
        read_key(key_file)
    assert "c2VjcmV0" not in str(caught.value)


def test_the_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("MARKUS_API_KEY", "c2VjcmV0")
    assert read_key() == "c2VjcmV0"


def test_without_a_key_one_is_told_where_to_put_it(key_file, tmp_path):
    with pytest.raises(CamlabError, match="chmod 600"):
        read_key(tmp_path / "absent")
    key_file.write_text("two words")
    with pytest.raises(CamlabError, match="must hold the key and nothing else"):
        read_key(key_file)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("http://markus.example.edu", "without encryption"), ("markus.example.edu", "not an address")],
)
def test_the_key_is_not_sent_where_it_could_be_read(url, sentence):
    with pytest.raises(CamlabError, match=sentence), connect(url, "key"):
        pass


def test_hours_late_are_read_from_hours_or_from_times(tmp_path):
    path = tmp_path / "late.csv"
    path.write_bytes('\ufeffGroup name,hours late\ng1,"2,5"\ng2,\ng3,0\n'.encode())
    assert read_hours_late(path, DUE, {"g1", "g2", "g3"}) == {"g1": 2.5}
    path.write_text("group,submitted\ng1,2026-11-21T00:30:00-05:00\ng2,2026-11-20 21:00\n")
    assert read_hours_late(path, DUE, {"g1", "g2"}) == {"g1": 2.5}


def test_every_wrong_row_of_the_table_is_named(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("group,hours\ng9,1\ng1,soon\ng1,-1\ng1,nan\n")
    with pytest.raises(CamlabError) as caught:
        read_hours_late(path, DUE, {"g1"})
    assert [line[:8] for line in str(caught.value).splitlines()[1:]] == [
        "  Row 2:", "  Row 3:", "  Row 4:", "  Row 5:"
    ]  # fmt: skip
    path.write_text("who,when\n")
    with pytest.raises(CamlabError, match="needs a column `Group name`"):
        read_hours_late(path, DUE, {"g1"})
