"""The table of who was late: read as spreadsheets save it, and refused where it is not clear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from autograder.errors import CamlabError
from autograder.markus.late import read_hours_late

DUE = datetime(2026, 11, 1, 23, 0, tzinfo=timezone(timedelta(hours=-5)))
NAMES = {"one", "two", "Zoë"}
BOTH = "Group name,hours late,submitted\n"


def late(tmp_path, content, due=DUE):
    path = tmp_path / "late.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_hours_late(path, due, NAMES)


def refusal(tmp_path, content, due=DUE) -> str:
    with pytest.raises(CamlabError) as caught:
        late(tmp_path, content, due)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "Group name,hours late\none,2.5\ntwo,0\nZoë,\n",
        "Group name;hours late\r\none;2,5\r\n",
        "sep=;\nGroup name;hours late\none;2,5\n",
        "Group name\thours late\none\t2.5\n".encode("utf-16"),
        "Group name,submitted\none,2026-11-02 01:30\n",
        "Group name,submitted\none,2026-11-02T06:30:00Z\ntwo,2026-11-01T22:59:00-05:00\n",
        f"{BOTH}one,,2026-11-02 01:30\ntwo,,\n",
        f"{BOTH}one,2.5,2026-11-09 01:30\ntwo\n",
    ],
)
def test_hours_and_times_are_read(tmp_path, content):
    assert late(tmp_path, content) == {"one": 2.5}


def test_a_due_date_without_an_offset_is_this_machines(tmp_path):
    due = datetime(2026, 11, 1, 23, 0)
    assert late(tmp_path, "Group,submitted\none,2026-11-02 01:30\n", due) == {"one": 2.5}
    told = (due.astimezone(UTC) + timedelta(hours=2.5)).isoformat()
    assert late(tmp_path, f"Group,submitted\none,{told}\n", due) == {"one": 2.5}


@pytest.mark.parametrize("rows", ["one,2\none,2\n", "one,5\none,0\n", "one,0\none,5\n"])
def test_a_group_that_stands_twice_is_refused(tmp_path, rows):
    assert "Row 3: one is in row 2 already" in refusal(tmp_path, "Group,hours\n" + rows)


@pytest.mark.parametrize(
    "value", ["-2", "nan", "inf", "2 h", "2:30", "99999", "1_0", "9" * 200_000]
)
def test_hours_that_are_none_are_named(tmp_path, value):
    said = refusal(tmp_path, f"Group,hours\none,{value}\n")
    assert "Row 2: how late one was cannot be read" in said and len(said) < 400


@pytest.mark.parametrize("value", ["yesterday", "9999-12-31 23:59", "12/11/2026"])
def test_times_that_are_none_are_named(tmp_path, value):
    said = refusal(tmp_path, f"Group,submitted\none,{value}\n")
    assert f"Row 2: how late one was cannot be read ({value!r})" in said


def test_without_a_due_date_times_count_from_nothing(tmp_path):
    assert "Row 2: MarkUs has no due date" in refusal(
        tmp_path, "Group,submitted\none,2026-11-02 01:30\n", None
    )
    assert late(tmp_path, f"{BOTH}one,2.5,2026-11-02 01:30\n", None) == {"one": 2.5}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 a workbook", "is an Excel workbook"),
        ("Group,hours\nZoë,2\n".encode("latin-1"), "is not UTF-8 text"),
        (b"", "needs a column `Group name`"),
        (b'Group,hours\n"one,2\n', "Is a quotation mark missing?"),
        (b"Group,hours\nthree,2\n", "MarkUs has no group 'three'"),
    ],
)
def test_other_files_are_a_sentence(tmp_path, content, sentence):
    assert sentence in refusal(tmp_path, content)
