"""No folder and no file that a student can hand in stops the reading of a class."""

from __future__ import annotations

import json
import os
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.find import SubmittedFolder, find_submissions
from autograder.submission.timestamps import WRITTEN, read_timestamp
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
     "2026-01-01T12:00:00Z", "2026-01-01 12:00:00"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_times_are_read_as_nbgrader_and_windows_write_them(tmp_path, text, encoding):
    (tmp_path / "timestamp.txt").write_bytes(text.encode(encoding))
    time, problem = read_timestamp(tmp_path)
    assert problem == ""
    assert time == datetime(2026, 1, 1, 12)


@pytest.mark.parametrize(("zone", "waits"), [("", False), (" UTC", False), (" -0500", True)])
def test_what_camlab_wrote_is_read_without_waiting_for_nbgrader(tmp_path, root, zone, waits):
    (tmp_path / "timestamp.txt").write_text(f"{datetime(2026, 1, 1, 12):{WRITTEN}}{zone}\n")
    program = (
        "from pathlib import Path; from autograder.submission.timestamps import read_timestamp\n"
        f"assert read_timestamp(Path({str(tmp_path)!r}))[0]"
    )
    assert loads(program, "nbgrader", root) == waits


@few
@given(st.binary(max_size=80) | st.text("0123456789-:+TZ .,UTCaprmon()/\t", max_size=60))
def test_any_timestamp_is_a_time_or_a_sentence(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    content = content if isinstance(content, bytes) else content.encode()
    (folder / "timestamp.txt").write_bytes(content)
    time, problem = read_timestamp(folder)
    assert (time is None) == problem.endswith(".")


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
