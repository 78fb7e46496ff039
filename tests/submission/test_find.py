"""No folder and no file that a student can hand in stops the reading of a class."""

from __future__ import annotations

import json
import os
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.find import SubmittedFolder, find_submissions
from autograder.submission.timestamps import WRITTEN, parse_time, read_timestamp
from autograder.text.student_names import shown_name, unfit_name
from tests.fuzz import few
from tests.loading import loads

NOTEBOOK = json.dumps({"cells": []}).encode()


@pytest.fixture
def submitted(tmp_path):
    """A class in which ada handed something in."""
    _hand_in(tmp_path / "ada")
    return tmp_path


def _hand_in(folder) -> None:
    (folder / "lab09").mkdir(parents=True)
    (folder / "lab09" / "lab09.ipynb").write_bytes(NOTEBOOK)


def read(submitted) -> dict:
    return {one.student: one.read() for one in find_submissions(submitted, "lab09")}


TIMES = {
    "words": b"yesterday, I think",
    "markup": b"<b>",
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "nulls": b"\0\0\0",
    "latin": b"caf\xe9",
    "far": b"9999-12-31 23:59:59 UTC",
    "overflow": b"99999999999999999999999999 UTC",
    "year one": b"0001-01-01 00:00:00 UTC",
    "zone": b"2026-01-01 12:00:00 " + b"9" * 30,
    "long": b"2026-01-01" + b" " * 1000,
    "brackets": b"(" * 190,
    "hour": b"10:00",
    "month": b"may",
    "day": b"Nov 2",
    "number": b"5",
    "weekday": b"sat 10:00",
    "no day": b"Nov 2026",
    "day or month first": b"02/11/2026 10:00",
    "day or month first, with dots": b"02.11.2026",
    "year first or last": b"02/11/26",
    "unknown zone": b"2026-01-01 12:00:00 EDT",
}


@pytest.mark.parametrize("content", TIMES.values(), ids=TIMES)
def test_a_timestamp_that_is_none_is_said_and_nothing_else(submitted, content):
    (submitted / "ada" / "lab09" / "timestamp.txt").write_bytes(content)
    (file,) = read(submitted).values()
    assert file.content == NOTEBOOK
    (remark,) = file.remarks
    assert "timestamp.txt cannot be read" in remark
    assert SubmittedFolder("ada", submitted / "ada" / "lab09", "lab09").handed_in() is None


@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "loop", "elsewhere"])
def test_a_timestamp_that_is_no_file_is_said_and_nothing_else(submitted, kind):
    path = submitted / "ada" / "lab09" / "timestamp.txt"
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to(path)
        case "elsewhere":
            path.symlink_to("/etc/hostname")
    (file,) = read(submitted).values()
    assert file.content == NOTEBOOK
    assert any("timestamp.txt cannot be read" in remark for remark in file.remarks)


@pytest.mark.parametrize(
    "text",
    ["2026-01-01 12:00:00 UTC", "2026-01-01 07:00:00 -0500", "\ufeff2026-01-01 12:00:00 UTC\r\n",
     "2026-01-01T12:00:00Z", "2026-01-01 12:00:00", "2026-01-01 07:00:00 -05:00",
     "2026-01-01 07:00:00 -05", "2026-01-01 17:30:00 +0530", "2026-01-01 17:30:00 UTC+05:30",
     "2026-01-01 07:00:00 EST", "2026-01-01 07:00:00 America/Toronto", "1 January 2026 12:00",
     "Jan 1 2026 12:00 PM", "Thu Jan  1 07:00:00 EST 2026", "01/01/2026 12:00"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_times_are_read_as_nbgrader_and_windows_write_them(tmp_path, text, encoding):
    (tmp_path / "timestamp.txt").write_bytes(text.encode(encoding))
    time, problem = read_timestamp(tmp_path)
    assert problem == ""
    assert time == datetime(2026, 1, 1, 12)


@pytest.mark.parametrize("zone", ["", " UTC", " -0500"])
def test_a_time_is_read_without_waiting_for_nbgrader(tmp_path, root, zone):
    (tmp_path / "timestamp.txt").write_text(f"{datetime(2026, 1, 1, 12):{WRITTEN}}{zone}\n")
    program = (
        "from pathlib import Path; from autograder.submission.timestamps import read_timestamp\n"
        f"assert read_timestamp(Path({str(tmp_path)!r}))[0]"
    )
    assert not loads(program, "nbgrader", root)


@pytest.mark.parametrize(
    "day", ["25/11/2026", "11/25/2026", "25.11.2026", "20261125", "2026.11.25"]
)
def test_a_date_that_can_be_read_in_one_way_only_is_read(day):
    assert parse_time(day) == (datetime(2026, 11, 25), "")


@pytest.mark.parametrize(
    ("text", "why"),
    [("Nov 2", "no date"), ("02/11/2026", "more than one way"), ("2026-01-01 1:00 EDT", "zone")],
)
def test_what_is_missing_of_a_time_is_said_and_nothing_is_guessed(text, why):
    time, said = parse_time(text)
    assert time is None and why in said


@few
@given(st.binary(max_size=80) | st.text("0123456789-:+TZ .,UTCaprmon()/\t", max_size=60))
def test_any_timestamp_is_a_time_or_a_sentence(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    content = content if isinstance(content, bytes) else content.encode()
    (folder / "timestamp.txt").write_bytes(content)
    time, problem = read_timestamp(folder)
    assert (time is None) == problem.endswith(".")


def test_a_notebook_beside_data_without_end_is_found(submitted):
    folder = submitted / "ada" / "lab09"
    for number in range(2_100):
        (folder / f"data{number}.csv").write_bytes(b"")
    assert read(submitted)["ada"].content == NOTEBOOK


def test_a_link_to_anothers_folder_is_not_followed(submitted):
    (submitted / "mallory").symlink_to(submitted / "ada")
    (submitted / "loop").symlink_to(submitted / "loop")
    (submitted / "up").symlink_to(submitted)
    (submitted / "trudy").mkdir()
    (submitted / "trudy" / "lab09").symlink_to(submitted / "ada" / "lab09")
    files = read(submitted)
    assert files.keys() == {"ada", "mallory", "loop", "up", "trudy"}
    for student in ("mallory", "loop", "up", "trudy"):
        assert files[student].content == b""
        assert files[student].message.endswith(".")


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "device"])
def test_a_notebook_that_is_no_file_has_a_sentence(tmp_path, kind):
    path = tmp_path / "ada" / "lab09" / "lab09.ipynb"
    path.parent.mkdir(parents=True)
    match kind:
        case "link":
            path.symlink_to("/etc/passwd")
        case "fifo":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "device":
            path.symlink_to("/dev/zero")
    (file,) = read(tmp_path).values()
    assert file.content == b"" and file.message.endswith(".")


@pytest.mark.parametrize(
    "name",
    [b"jos\xe9", b"a\xff\xfe", "a\u202eb".encode(), b"a\x1b[31m", b"<script>", b'a"b', b"a\\b"],
)
def test_a_name_that_nbgrader_cannot_take_has_a_row_and_a_sentence(submitted, name):
    folder = os.fsencode(submitted) + b"/" + name
    os.makedirs(folder + b"/lab09")
    with open(folder + b"/lab09/lab09.ipynb", "wb") as file:
        file.write(NOTEBOOK)
    files = read(submitted)
    (student,) = files.keys() - {"ada"}
    assert student.isprintable() and student.encode()
    assert unfit_name(student)
    assert "Rename the folder" in files[student].message
    assert files["ada"].content == NOTEBOOK


def test_file_names_that_are_not_utf8_are_told_as_text(submitted):
    for name in (b"caf\xe9.txt", b"a\x1b[31m.txt"):
        with open(os.fsencode(submitted / "ada" / "lab09") + b"/" + name, "wb") as file:
            file.write(b"x")
    (file,) = read(submitted).values()
    assert file.content == NOTEBOOK
    for remark in file.remarks:
        assert remark.encode() and remark.isprintable()


@few
@given(st.text(max_size=12), st.text(max_size=12))
def test_shown_names_are_printable_and_stay_apart(one, other):
    assert shown_name(one).encode().decode().isprintable()
    assert (shown_name(one) == shown_name(other)) == (one == other)
    assert bool(unfit_name(one)) == bool(unfit_name(shown_name(one)))
