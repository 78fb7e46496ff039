"""Downloads as systems, operating systems and students' zip programs make them: everybody has a
row under the right name, or a refusal that names both."""

from __future__ import annotations

import contextlib
import gzip
import json
import struct
import zipfile
import zlib
from io import BytesIO

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograder.collect import collect
from autograder.collect import download as download_module
from autograder.collect.download import Download
from autograder.collect.identities import folders_of
from autograder.collect.naming import student_folder
from autograder.collect.people import Person
from autograder.collect.placing import _iso
from autograder.collect.rosters import read_roster
from autograder.collect.summary_lines import collection_summary
from autograder.collect.systems import find_system, recogniser
from autograder.errors import CamlabError
from autograder.submission.find import find_submissions
from tests.collect.test_collecting import reasons, submitted, zipped
from tests.conftest import copy_course, release_unproved
from tests.fuzz import examples, few

BLANK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4}).encode()
WORKED = BLANK.replace(b"[]", b'[{"cell_type": "markdown", "metadata": {}, "source": "mine"}]')
OTHER = {"c3zed/lab09.ipynb": WORKED}


@pytest.fixture
def own_course(tmp_path):
    """A course that was released: as far as `collect` asks, with a notebook that is blank."""
    course = copy_course(tmp_path / "course")
    release_unproved(course)
    return course


def raw_zip(names: list[bytes], flag: int = 0, extra: bytes = b"") -> bytes:
    """A zip whose names are the given bytes, with or without the flag that says UTF-8.

    Args:
        extra: fields of the first entry.
    """
    body, central = b"", b""
    for name in names:
        fields = extra if name is names[0] else b""
        head = (20, flag, 0, 0, 0x5B62, zlib.crc32(WORKED), len(WORKED), len(WORKED), len(name),
                len(fields))  # fmt: skip
        at = len(body)
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, *head) + name + fields + WORKED
        central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, *head, 0, 0, 0, 0, at)
        central += name + fields
    end = struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, len(names), len(names), len(central), len(body), 0
    )
    return body + central + end


def zip_bytes(files: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.filename = name  # keep backslashes as they are
            archive.writestr(entry, content)
    return made.getvalue()


def students(report) -> set[str]:
    return {one.student for one in report.collected}


@pytest.mark.parametrize(
    ("names", "system", "whose"),
    [
        (["cam_team_a_4712_98766_lab09.ipynb", "cam_team_b_LATE_4713_98767_lab09.ipynb"],
         "canvas", ["cam_team_a_4712", "cam_team_b_4713"]),
        (["anon_Ab3dE_98765_lab09.ipynb", "anon_q1w2e_LATE_98767_lab09.ipynb",
          "LATE_anon_r5t6z_98768_lab09.ipynb", "anon_u7i8o_text.html"],
         "canvas", ["anon_Ab3dE", "anon_q1w2e", "anon_r5t6z", "anon_u7i8o"]),
        (["ada_4711_98765_text.html", "eve_4713_text.html", "dan_LATE_4714_link.html",
          "team_1_4715_text.html", "bob_4716_98767_link.html"],
         "canvas", ["ada_4711", "eve_4713", "dan_4714", "team_1_4715", "bob_4716"]),
        (["eve_4713_text.html"], "canvas", ["eve_4713"]),
        (["o'brien-smithmary_4711_98765_lab09.ipynb", "vandermeer_jan_4712_98766_lab09.ipynb"],
         "canvas", ["o'brien-smithmary_4711", "vandermeer_jan_4712"]),
        (["team_1_4712_98766_lab09.ipynb", "ada_4713_98767_lab09.ipynb",
          "bob_4714_98768_2026_lab09.ipynb"], "canvas", ["team_1_4712", "ada_4713", "bob_4714"]),
        (["Ada L_4711_assignsubmission_file/lab09.ipynb",
          "Participant 12_4712_assignsubmission_file/lab09.ipynb"],
         "moodle", ["Ada L_4711", "Participant 12_4712"]),
        (["123456-789 - Ada Lovelace - Nov 2, 2026 1000 AM/lab09.ipynb", "index.html",
          "123457-790 - Bob Ng - Nov 2, 2026 1130 PM/lab09.ipynb"],
         "brightspace", ["Ada Lovelace_123456", "Bob Ng_123457"]),
        (["123456-789 - Ada Lovelace- Nov 2, 2026 1000 AM - lab09.ipynb",
          "123457-790 - Bob Ng- Nov 2, 2026 1130 PM - lab09.ipynb"],
         "brightspace", ["Ada Lovelace_123456", "Bob Ng_123457"]),
        (["Lab 09_c3ada_attempt_2026-11-02-10-00-00_lab09.ipynb",
          "Lab 09_c3ada_attempt_2026-11-02-10-00-00.txt",
          "Lab 09_c3bob_attempt_2026-11-03-10-00-00_lab09.ipynb"],
         "blackboard", ["c3ada", "c3bob"]),
        (["123456-789 - Ada Lovelace - 2 November, 2026 1000 AM/lab09.ipynb",
          "123457-790 - Bob Ng - Sept 2, 2026 1:30 pm/lab09.ipynb",
          "123458-791 - Eve - 2 Nov 2026 1330/lab09.ipynb"],
         "brightspace", ["Ada Lovelace_123456", "Bob Ng_123457", "Eve_123458"]),
        (["Lab_10_CAM_c3ada_attempt_2026-11-02-10-00-00_lab09.ipynb"], "blackboard", ["c3ada"]),
        (["c3ada.zip", "c3bob.ZIP"], "markus", ["c3ada", "c3bob"]),
        (["all/c3ada.zip", "all/c3bob.zip"], "markus", ["c3ada", "c3bob"]),
        (["c3ada/work.zip"], "markus", ["c3ada"]),
        (["c3ada/lab09/lab09.ipynb", "c3ada/pics/a.jpg", "c3ada/data/b.csv"], "markus", ["c3ada"]),
        (["Lab 09: CAM/c3ada/lab09.ipynb", "Lab 09: CAM/c3bob/lab09.ipynb"],
         "markus", ["c3ada", "c3bob"]),
        (["all/of/it/c3ada/lab09.ipynb", "all/of/it/c3bob/x/lab09.ipynb"],
         "markus", ["c3ada", "c3bob"]),
        (["c3ada/lab09.ipynb", "c3ada/submission_metadata.yml", "c3bob/lab09.ipynb",
          "x_4711_assignsubmission_file_/lab09.ipynb"],
         "markus", ["c3ada", "c3bob", "x_4711_assignsubmission_file_"]),
    ],
)  # fmt: skip
def test_each_systems_names_are_read(names, system, whose):
    paths = [tuple(name.split("/")) for name in names]
    assert find_system(paths) == system
    recognise = recogniser(system, paths, lab="lab09")
    found = [recognise(path) for path in paths]
    assert list(dict.fromkeys(one.name for one in found if one)) == whose


@pytest.mark.parametrize(
    ("files", "student"),
    [
        ({"c3ada/work.zip": zip_bytes({"lab09\\": b"", "lab09\\lab09.ipynb": WORKED})}, "c3ada"),
        ({"c3ada\\": b"", "c3ada\\lab09.ipynb": WORKED}, "c3ada"),
        ({"./c3ada/lab09.ipynb": WORKED}, "c3ada"),
        ({"././c3ada/lab09.ipynb": WORKED}, "c3ada"),
        ({".//c3ada//lab09.ipynb": WORKED}, "c3ada"),
        ({"c3ada/./x//lab09.ipynb": WORKED}, "c3ada"),
        ({".\\c3ada\\.\\lab09.ipynb": WORKED}, "c3ada"),
        ({"c3ada/lab09 10:30.ipynb": WORKED}, "c3ada"),
        ({"c3ada/a.zip": zip_bytes({"b.zip": zip_bytes({"lab09.ipynb": WORKED})})}, "c3ada"),
        ({"c3ada/lab09.ipynb.txt": WORKED}, "c3ada"),
        ({"c3ada/lab09.ipynb": BLANK, "c3ada/lab09 (1).ipynb": WORKED}, "c3ada"),
        ({"c3ada/lab09.ipynb": BLANK, "c3ada/lab09-Copy1.ipynb": WORKED}, "c3ada"),
        ({"c3ada/lab09.ipynb": BLANK, "c3ada/Copy of lab09.ipynb": WORKED}, "c3ada"),
        ({"c3ada/deep/er/lab09.ipynb": WORKED}, "c3ada"),
        ({"王小明/lab09.ipynb": WORKED}, "王小明"),
    ],
)
def test_odd_archives_give_the_right_notebook_to_the_right_student(
    own_course, tmp_path, files, student
):
    path = tmp_path / "download.zip"
    path.write_bytes(zip_bytes({**files, **OTHER}))
    report = collect(own_course, path)
    assert students(report) == {student, "c3zed"}
    assert submitted(own_course)[f"{student}/lab09/lab09.ipynb"] == WORKED


@pytest.mark.parametrize(
    ("name", "sure"), [("Zoë".encode(), True), ("Zoë".encode("cp850"), False), (b"c3ada", True)]
)
def test_names_without_the_utf8_flag_are_read(own_course, tmp_path, name, sure):
    path = tmp_path / "download.zip"
    path.write_bytes(raw_zip([name + b"/lab09.ipynb", b"c3zed/lab09.ipynb"]))
    report = collect(own_course, path)
    assert students(report) == {"c3ada" if name.isascii() else "Zoë", "c3zed"}
    assert ("Names may be garbled" in str(collection_summary(report))) == (not sure)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gbk", "王小明"), ("cp932", "山田太郎"), ("cp850", "João"), ("cp1252", "Zoë"),
     ("cp866", "Иван"), ("euc-kr", "김철수")],
)  # fmt: skip
def test_names_in_another_encoding_are_read_from_their_field_or_called_garbled(
    own_course, tmp_path, encoding, name
):
    path, written = tmp_path / "download.zip", f"{name}/lab09.ipynb".encode(encoding)
    path.write_bytes(raw_zip([written, b"c3zed/lab09.ipynb"]))
    said = str(collection_summary(collect(own_course, path)))
    assert "Names may be garbled" in said
    utf8 = f"{name}/lab09.ipynb".encode()
    field = unicode_path(utf8, zlib.crc32(written))
    path.write_bytes(raw_zip([written, b"c3zed/lab09.ipynb"], extra=field))
    report = collect(own_course, path)
    assert name in students(report) | set(report.unchanged)
    assert "garbled" not in str(collection_summary(report))


@pytest.mark.parametrize(
    "field",
    [b"", b"u", struct.pack("<HHB", 0x7075, 1, 1), struct.pack("<HH", 0x7075, 0),
     struct.pack("<HH", 0, 0) * 9, struct.pack("<HHBI", 0x7075, 9, 1, 7) + b"c3zd",
     struct.pack("<HHBI", 0x7075, 9, 2, zlib.crc32("Zoë".encode("cp437"))) + b"c3zd"],
)  # fmt: skip
def test_a_field_that_is_not_the_names_own_renames_nobody(own_course, tmp_path, field):
    path, written = tmp_path / "download.zip", "Zoë/lab09.ipynb".encode("cp437")
    path.write_bytes(raw_zip([written, b"c3zed/lab09.ipynb"], extra=field))
    assert students(collect(own_course, path)) == {"Zoë", "c3zed"}


def unicode_path(name: bytes, checksum: int) -> bytes:
    return struct.pack("<HHBI", 0x7075, 5 + len(name), 1, checksum) + name


def test_other_files_lie_beside_the_notebook_and_a_time_of_ones_own_does_not(own_course, tmp_path):
    files = {
        "c3ada/lab09.ipynb": WORKED, "c3ada/helpers.py": b"x = 1", "c3ada/p/dog.jpg": b"jpg",
        "c3ada/timestamp.txt": b"2020-01-01", **OTHER,
    }  # fmt: skip
    report = collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert submitted(own_course)["c3ada/lab09/helpers.py"] == b"x = 1"
    assert submitted(own_course)["c3ada/lab09/p/dog.jpg"] == b"jpg"
    assert "c3ada/lab09/timestamp.txt" not in submitted(own_course)
    assert "kept for the time" in reasons(report)["c3ada/timestamp.txt"]


GRADESCOPE = """submission_1:
  :submitters:
  - :name: A One
    :sid: {sid}
    :email: {first}
  :created_at: 2026-11-02 10:00:00 -05:00
submission_2:
  :submitters:
  - :name: B Two
    :sid:
    :email: {second}
  :created_at: {time}
"""


def gradescope(tmp_path, sid="", first="sam.lee@a.org", second="sam.lee@b.org", time="2026-11-03"):
    metadata = GRADESCOPE.format(sid=sid, first=first, second=second, time=time).encode()
    return zipped(tmp_path / "gs.zip", {
        "e/submission_metadata.yml": metadata, "e/submission_1/lab09.ipynb": WORKED,
        "e/submission_2/lab09.ipynb": BLANK,
    })  # fmt: skip


def test_the_same_name_at_two_domains_is_two_students(own_course, tmp_path):
    report = collect(own_course, gradescope(tmp_path))
    assert students(report) == {"sam.lee@a.org", "sam.lee@b.org"}


@pytest.mark.parametrize(
    "time",
    ["2026-11-02 10:00:00 -05:00", "2026-11-02 10:00:00 -0500", "2026-11-02 10:00:00-05:00",
     "2026-11-02 10:00:00.123456789 -05:00", "2026-11-02 20:30:00 +0530", "2026-11-02 15:00:00 Z"],
)  # fmt: skip
def test_gradescopes_times_become_utc(own_course, tmp_path, time):
    collect(own_course, gradescope(tmp_path, time=time))
    written = submitted(own_course)["sam.lee@b.org/lab09/timestamp.txt"]
    assert written.startswith(b"2026-11-02 15:00:00")


def test_zeros_in_front_of_a_number_are_part_of_it(own_course, tmp_path):
    assert "0012345" in students(collect(own_course, gradescope(tmp_path, sid="0012345")))


@pytest.mark.parametrize("time", ["whenever", "0001-01-01 00:00:00", "2026-99-99", "9" * 40, ""])
def test_a_time_that_is_none_is_no_time(time):
    assert _iso(time) == ""


@pytest.mark.parametrize("deep", ["[" * 10_000, "- " * 10_000, "{a: " * 10_000])
def test_yaml_that_nests_without_end_is_a_sentence(own_course, tmp_path, deep):
    files = {"submission_metadata.yml": deep.encode(), "submission_1/lab09.ipynb": WORKED}
    with pytest.raises(CamlabError, match="could not be read"):
        collect(own_course, zipped(tmp_path / "gs.zip", files))


def test_a_students_metadata_swaps_nobodys_identity(own_course, tmp_path):
    theft = b"submission_1:\n  :submitters:\n  - {:sid: c3zed}\n"
    files = {"c3eve/lab09.ipynb": BLANK, "c3eve/submission_metadata.yml": theft, **OTHER,
             "c3eve/submission_1/lab09.ipynb": BLANK}  # fmt: skip
    collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert submitted(own_course)["c3zed/lab09/lab09.ipynb"] == WORKED


@pytest.mark.parametrize(
    ("one", "other"), [("ann lee", "ann_lee"), ("jose\u0301", "jos\u00e9"), ("c3Ada", "c3ada")]
)
def test_names_that_come_to_the_same_are_refused_and_both_shown(own_course, tmp_path, one, other):
    files = {f"{one}/lab09.ipynb": WORKED, f"{other}/lab09.ipynb": BLANK, **OTHER}
    report = collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert students(report) == {"c3zed"}
    for name in (one, other):
        assert all(shown in reasons(report)[f"{name}/lab09.ipynb"] for shown in (one, other))


def test_long_names_of_any_script_stay_apart():
    names = ["王" * 120, "王" * 121, "𝒳" * 200, "a" * 300]
    folders = folders_of([Person(name) for name in names]).folders
    assert len(set(folders.values())) == 4
    assert all(len(folder.encode()) < 200 for folder in folders.values())


def test_two_namesakes_of_whom_nothing_else_is_known_are_refused():
    found = folders_of([Person("Li Wei", only_here="1"), Person("Li Wei", only_here="2")])
    assert len(found.refused) == 2


def roster(tmp_path, text: str | bytes):
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


MOODLE = {
    "Ada Lovelace_4711_assignsubmission_file/lab09.ipynb": WORKED,
    "Participant 12_4712_assignsubmission_file/lab09.ipynb": WORKED,
    "Group A_4713_assignsubmission_file/lab09.ipynb": WORKED,
}
WORKSHEET = (
    '\ufeffIdentifier,"Full name","Email address",Status,"Last modified (submission)"\r\n'
    '"Participant 4711","Ada Lovelace",ada@example.org,Submitted,"Monday, 2 November 2026, '
    '10:00 AM"\r\n'
    '"Participant 4712",Bob,bob@example.org,Submitted,-\r\n'
    '"Participant 4720",Zoe,zoe@example.org,"No submission",-\r\n'
)  # fmt: skip


def test_moodles_worksheet_is_a_roster_with_times(own_course, tmp_path):
    path = zipped(tmp_path / "moodle.zip", MOODLE)
    report = collect(own_course, path, roster=roster(tmp_path, WORKSHEET))
    assert students(report) == {"ada", "bob", "Group_A_4713"}
    assert report.nothing == ("zoe",), "everybody of the roster has a row"
    assert (own_course.submitted / "zoe" / "lab09").is_dir()
    assert submitted(own_course)["ada/lab09/timestamp.txt"] == b"2026-11-02 10:00:00"


def test_a_roster_that_was_not_there_the_first_time_doubles_nobody(own_course, tmp_path):
    path = zipped(tmp_path / "moodle.zip", MOODLE)
    collect(own_course, path)
    before = set(submitted(own_course))
    report = collect(own_course, path, roster=roster(tmp_path, WORKSHEET))
    assert set(submitted(own_course)) == before
    assert "ada was collected as Ada_Lovelace_4711 before" in str(collection_summary(report))


@pytest.mark.parametrize(
    "text",
    [
        "ID,student\ngroup_0042,c3ada\ngroup_0042,c3bob\n",
        "group_0042,c3ada,c3bob\nc3zed,c3zed\n",
        "Group name;Members\r\ngroup_0042;c3ada\r\ngroup_0042;c3bob\r\n",
        "group name\tmembers\ngroup_0042\tc3ada\ngroup_0042\tc3bob\n".encode("utf-16"),
        "sep=;\r\nID;student\r\ngroup_0042;c3ada\r\ngroup_0042;c3bob\r\n",
    ],
)
def test_each_member_of_a_group_gets_the_result(own_course, tmp_path, text):
    files = {"group_0042/lab09.ipynb": WORKED, **OTHER}
    path = zipped(tmp_path / "markus.zip", files)
    report = collect(own_course, path, roster=roster(tmp_path, text))
    assert students(report) == {"c3ada", "c3bob", "c3zed"}


def test_numbers_that_excel_shortened_are_found_where_that_is_unique(tmp_path):
    known = read_roster(roster(tmp_path, "ID,student\n12345,c3ada\n7,c3bob\n007,c3eve\n"))
    assert [one.name for one in known.of("0012345")] == ["c3ada"]
    assert known.of("0007") == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "needs a column ID"),
        (b"\xff\xfe\x00", "cut off or changed"),
        (b"PK\x03\x04", "Excel workbook"),
        (b'ID,student\n"1,ada\n', "quotation mark"),
        ("ID,student\n1,Zo\u00eb\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_read_is_a_sentence(tmp_path, content, words):
    with pytest.raises(CamlabError, match=words):
        read_roster(roster(tmp_path, content))


def _damaged(kind: str) -> bytes:
    """A download of three whose list of files is damaged."""
    whole = zip_bytes({f"c3{name}/lab09.ipynb": WORKED for name in ("ada", "bob", "eve")})
    end = whole.index(b"PK\5\6")
    first = whole.index(b"PK\1\2")
    second = whole.index(b"PK\1\2", first + 1)

    def put(at: int, form: str, value: int) -> bytes:
        packed = struct.pack(form, value)
        return whole[:at] + packed + whole[at + len(packed) :]

    return {
        "cut off": lambda: whole[: second + 20],
        "without its end": lambda: whole[:end],
        "a line that is none": lambda: put(second, "<H", 0),
        "a name that is too long": lambda: put(second + 28, "<H", 9),
        "shorter than it says": lambda: put(end + 12, "<I", end - second),
        "fewer than there are": lambda: put(end + 10, "<H", 2),
        "elsewhere": lambda: put(end + 16, "<I", first + 7),
        "far away": lambda: put(end + 16, "<I", 0xFFFFFFFF),
        "one file elsewhere": lambda: put(second + 42, "<I", 3),
        "one file is another's": lambda: put(second + 42, "<I", 0),
        "one file is packed in an unknown way": lambda: put(second + 10, "<H", 99),
        "one file with another sum": lambda: put(second + 16, "<I", 1),
        "something behind it": lambda: whole + b"junk" * 5,
        "something before it": lambda: b"junk" * 5 + whole,
    }[kind]()


@pytest.mark.parametrize(
    "kind",
    ["cut off", "without its end", "a line that is none", "a name that is too long",
     "shorter than it says", "fewer than there are", "elsewhere", "far away"],
)  # fmt: skip
def test_a_damaged_download_blames_no_student(own_course, tmp_path, kind):
    (tmp_path / "any.zip").write_bytes(_damaged(kind))
    with pytest.raises(CamlabError, match="ownload it again"):
        collect(own_course, tmp_path / "any.zip")
    assert not own_course.submitted.exists()


@pytest.mark.parametrize(
    "kind",
    ["one file elsewhere", "one file is another's", "one file is packed in an unknown way",
     "one file with another sum"],
)  # fmt: skip
def test_a_damaged_file_is_left_out_by_name_and_the_rest_goes_on(own_course, tmp_path, kind):
    (tmp_path / "any.zip").write_bytes(_damaged(kind))
    report = collect(own_course, tmp_path / "any.zip")
    assert {path for path in submitted(own_course) if path.endswith("ipynb")} == {
        "c3ada/lab09/lab09.ipynb",
        "c3eve/lab09/lab09.ipynb",
    }
    assert "damaged" in reasons(report)["c3bob/lab09.ipynb"]
    (bob,) = (one for one in report.collected if one.student == "c3bob")
    assert "No notebook could be taken. It is damaged" in bob.remark


@pytest.mark.parametrize("kind", ["something behind it", "something before it"])
def test_what_lies_around_a_zip_does_no_harm(own_course, tmp_path, kind):
    (tmp_path / "any.zip").write_bytes(_damaged(kind))
    assert len(collect(own_course, tmp_path / "any.zip").collected) == 3


def test_a_students_damaged_zip_is_a_row_with_the_reason(own_course, tmp_path):
    files = {"c3ada/lab09.ipynb": WORKED, "c3bob/work.zip": _damaged("cut off")}
    report = collect(own_course, zipped(tmp_path / "any.zip", files))
    (bob,) = (one for one in report.collected if one.student == "c3bob")
    assert "cannot be read as one" in bob.remark


def test_an_empty_group_has_a_row(own_course, tmp_path):
    folder = tmp_path / "download"
    (folder / "c3bob").mkdir(parents=True)
    (folder / "c3ada").mkdir()
    (folder / "c3ada" / "lab09.ipynb").write_bytes(WORKED)
    assert students(collect(own_course, folder)) == {"c3ada", "c3bob"}
    assert (own_course.submitted / "c3bob" / "lab09").is_dir()


def test_a_second_download_says_who_is_new_and_who_handed_in_something_newer(own_course, tmp_path):
    first = {"c3ada/lab09.ipynb": BLANK, "c3bob/lab09.ipynb": WORKED}
    second = {"c3ada/lab09.ipynb": WORKED, "c3bob/lab09.ipynb": WORKED, "c3eve/lab09.ipynb": WORKED}
    collect(own_course, zipped(tmp_path / "first.zip", first))
    report = collect(own_course, zipped(tmp_path / "second.zip", second))
    assert (students(report), report.newer, report.unchanged) == ({"c3eve"}, ("c3ada",), ("c3bob",))
    said = str(collection_summary(report))
    assert "New: c3eve." in said
    assert "newer, left alone: c3ada." in said


@pytest.mark.parametrize(
    ("second", "newer"),
    [
        ({"h.py": b"1", "p/a.txt": b"1"}, False),
        ({"h.py": b"2", "p/a.txt": b"1"}, True),
        ({"h.py": b"1", "p/a.txt": b"22"}, True),
        ({"h.py": b"1", "p/a.txt": b"1", "new.py": b""}, True),
        ({"h.py": b"1"}, False),
    ],
)
def test_another_file_beside_the_same_notebook_is_something_newer(
    own_course, tmp_path, second, newer
):
    def download(beside):
        files = {"c3ada/lab09.ipynb": WORKED, **OTHER}
        files |= {f"c3ada/{name}": content for name, content in beside.items()}
        return zipped(tmp_path / "markus.zip", files)

    collect(own_course, download({"h.py": b"1", "p/a.txt": b"1"}))
    (own_course.submitted / "c3ada" / "lab09" / "of a TA.txt").write_bytes(b"")
    report = collect(own_course, download(second))
    assert report.newer == (("c3ada",) if newer else ())
    assert submitted(own_course)["c3ada/lab09/h.py"] == b"1"
    collect(own_course, download(second), force=True)
    assert submitted(own_course)["c3ada/lab09/h.py"] == second["h.py"]


def test_the_same_without_a_notebook_is_as_collected_before(own_course, tmp_path):
    path = zipped(tmp_path / "markus.zip", {"c3ada/report.pdf": b"%PDF", **OTHER})
    collect(own_course, path)
    report = collect(own_course, path)
    assert (report.newer, set(report.unchanged)) == ((), {"c3ada", "c3zed"})


def test_an_older_attempt_is_called_older(own_course, tmp_path):
    collect(own_course, gradescope(tmp_path, time="2026-11-03 10:00:00.7 -05:00"))
    other = zipped(tmp_path / "gs.zip", {
        "e/submission_metadata.yml": GRADESCOPE.format(
            sid="", first="sam.lee@a.org", second="sam.lee@b.org", time="2026-11-03 11:00 Z"
        ).encode(),
        "e/submission_1/lab09.ipynb": BLANK,
        "e/submission_2/lab09.ipynb": WORKED,
    })  # fmt: skip
    report = collect(own_course, other)
    assert (report.newer, report.older) == (("sam.lee@a.org",), ("sam.lee@b.org",))
    said = str(collection_summary(report))
    assert "newer, left alone: sam.lee@a.org." in said
    assert "Older than what was collected before, left alone: sam.lee@b.org." in said
    forced = {one.student: one.remark for one in collect(own_course, other, force=True).collected}
    assert forced == {"sam.lee@a.org": "", "sam.lee@b.org": "It is older than what it replaced."}


def test_what_is_no_notebook_takes_no_notebooks_place(own_course, tmp_path):
    collect(own_course, zipped(tmp_path / "first.zip", {"c3ada/lab09.ipynb": WORKED, **OTHER}))
    second = zipped(tmp_path / "second.zip", {"c3ada/report.pdf": b"%PDF", **OTHER})
    collect(own_course, second, force=True)
    assert submitted(own_course)["c3ada/lab09/lab09.ipynb"] == WORKED


@pytest.mark.parametrize(
    ("due", "late"),
    [("2026-11-01 12:00:00", b"2026-11-01 12:00:01"),
     ("2026-11-01 23:59:59", b"2026-11-02 00:00:00"),
     ("2026-12-31 23:59:59", b"2027-01-01 00:00:00")],
)  # fmt: skip
def test_late_without_a_time_is_late_where_the_due_date_is_known(own_course, tmp_path, due, late):
    with Gradebook(own_course.database_url, own_course.id) as gradebook:
        gradebook.add_assignment("lab09", duedate=due)
    name = "ada_LATE_4711_98765_lab09.ipynb"
    collect(own_course, zipped(tmp_path / "canvas.zip", {name: WORKED}))
    assert submitted(own_course)["ada_4711/lab09/timestamp.txt"] == late


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("2026-11-01 01:50:00 -04:00", "2026-11-01 01:10:00 -05:00"),
     ("2026-11-02 09:00:00 +09:00", "2026-11-02 01:00:00 Z")],
)  # fmt: skip
@pytest.mark.parametrize("swapped", [False, True])
def test_the_latest_of_several_counts_whatever_the_clocks_zone(
    own_course, tmp_path, earlier, later, swapped
):
    times = [later, earlier] if swapped else [earlier, later]
    works = [WORKED, BLANK] if swapped else [BLANK, WORKED]
    files = {f"e/submission_{number}/lab09.ipynb": work for number, work in enumerate(works)}
    about = "".join(
        f"submission_{number}:\n  :submitters:\n  - :sid: c3ada\n  :created_at: {time}\n"
        for number, time in enumerate(times)
    )
    files["e/submission_metadata.yml"] = about.encode()
    collect(own_course, zipped(tmp_path / "gs.zip", files))
    assert submitted(own_course)["c3ada/lab09/lab09.ipynb"] == WORKED


def test_a_time_that_cannot_be_read_is_said(own_course, tmp_path):
    report = collect(own_course, gradescope(tmp_path, time="11/02/2026"))
    (one,) = (one for one in report.collected if one.student == "sam.lee@b.org")
    assert "When it was handed in is not known" in one.remark
    assert "sam.lee@b.org/lab09/timestamp.txt" not in submitted(own_course)


ODD = st.sampled_from([
    "lab09.ipynb", "..", ".", "", "c3ada", "con", "x" * 300, "王" * 120, "a b", "*?",
    "ada_4711_98765_lab09.ipynb", "A_1_assignsubmission_file_", "e\u0301", "\u202e",
    "submission_1", "submission_metadata.yml", "__MACOSX",
])  # fmt: skip


@examples(40, 2_000)
@given(st.lists(st.lists(ODD, min_size=1, max_size=4), min_size=1, max_size=8), st.data())
def test_any_archive_ends_in_rows_or_a_sentence(tmp_path, paths, data):
    content = bytearray(zip_bytes({"/".join(path): WORKED for path in paths}))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "any.zip").write_bytes(bytes(content))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    with contextlib.suppress(CamlabError):
        download = Download(tmp_path / "any.zip")
        recognise = recogniser(find_system(download.names), download.names)
        for entry in download.unpack(scratch, recognise):
            recognise(entry.parts)
    assert {path.name for path in tmp_path.iterdir()} == {"any.zip", "scratch"}
    assert all(path.name.isdecimal() for path in scratch.iterdir())


@few
@given(st.text(max_size=200))
def test_any_name_gives_a_harmless_folder_or_none(name):
    folder = student_folder(name)
    assert not folder.startswith((".", "-")) and "/" not in folder and len(folder.encode()) < 255


VENV = {f"venv/lib/{number}.py": b"x" for number in range(2_500)}
DATA = {f"data/{number}.bin": bytes(200_000) for number in range(15)}


@pytest.mark.parametrize("beside", [VENV, DATA], ids=["venv", "data"])
@pytest.mark.parametrize("packed", ["", "zip", "zips", "folder"])
def test_nothing_that_lies_before_a_notebook_costs_it(
    own_course, tmp_path, monkeypatch, beside, packed
):
    monkeypatch.setattr(download_module, "MOST_OF_ONE", 2 << 20)
    work = {**beside, "z/helpers.py": b"h", "z/lab09.ipynb": WORKED}
    match packed:
        case "zip":
            work = {"all.zip": deflated(work)}
        case "zips":
            work = {"a.zip": deflated(beside), "z.zip": deflated({"lab09.ipynb": WORKED})}
    files = {**{f"c3ada/{name}": content for name, content in work.items()}, **OTHER}
    if packed == "folder":
        path = tmp_path / "download"
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
    else:
        path = zipped(tmp_path / "markus.zip", files)
    report = collect(own_course, path)
    assert submitted(own_course)["c3ada/lab09/lab09.ipynb"] == WORKED
    if packed != "zips" and beside is VENV:  # it lies deeper
        assert submitted(own_course)["c3ada/lab09/helpers.py"] == b"h"
    lines = str(collection_summary(report)).splitlines()
    assert len(lines) < 8, "one line for the rest"
    assert "file" in lines[1] and "left out:" in lines[1]


def deflated(files):
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_notebooks_without_end_are_bounded_too(own_course, tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "MOST_FILES_OF_ONE", 20)
    many = {f"c3ada/{number}.ipynb": WORKED for number in range(50)}
    report = collect(own_course, zipped(tmp_path / "markus.zip", {**many, **OTHER}))
    assert [one.others for one in report.skipped if "more than 20" in one.message] == [29]


OTHER_WORK = WORKED.replace(b"mine", b"another")
RUN = WORKED.replace(b'"metadata": {}, "source"', b'"metadata": {"x": 1}, "source"')


@pytest.mark.parametrize(
    ("notebooks", "chosen"),
    [
        ({"attempt1/lab09.ipynb": WORKED, "attempt2/lab09.ipynb": OTHER_WORK}, ""),
        ({"Version 1/lab09.ipynb": OTHER_WORK, "Version 2/lab09.ipynb": WORKED}, ""),
        ({"a/Lab09.ipynb": WORKED, "b/LAB09.ipynb": OTHER_WORK}, ""),
        ({"lab09 (2).ipynb": WORKED, "lab09-2.ipynb": OTHER_WORK}, ""),
        ({"attempt1/lab09.ipynb": WORKED, "attempt2/lab09.ipynb": RUN}, "attempt1/lab09.ipynb"),
        ({"attempt1/lab09.ipynb": BLANK, "attempt2/lab09.ipynb": WORKED}, "attempt2/lab09.ipynb"),
        ({"lab09.ipynb": WORKED, "old/lab09.ipynb": OTHER_WORK}, "lab09.ipynb"),
        ({"lab09.ipynb": WORKED, "lab09 (1).ipynb": OTHER_WORK}, "lab09.ipynb"),
        ({"lab09 (1).ipynb": OTHER_WORK, "lab09 (2).ipynb": WORKED}, "lab09 (2).ipynb"),
    ],
)
def test_of_two_that_differ_none_is_taken_silently_and_grading_agrees(
    own_course, tmp_path, notebooks, chosen
):
    files = {f"c3ada/{name}": content for name, content in notebooks.items()}
    path = zipped(tmp_path / "markus.zip", {**files, **OTHER})
    report = collect(own_course, path)
    (remark,) = (one.remark for one in report.collected if one.student == "c3ada")
    assert all(name in remark for name in notebooks if not chosen or name != chosen)
    release = nbformat.reads(BLANK, as_version=4)
    by_hand = own_course.root / "by hand"
    for name, content in notebooks.items():
        (by_hand / "c3ada" / "lab09" / name).parent.mkdir(parents=True, exist_ok=True)
        (by_hand / "c3ada" / "lab09" / name).write_bytes(content)
    for folder in (own_course.submitted, by_hand):
        graded = find_submissions(folder, "lab09", release)[0].read()
        if chosen:
            assert graded.content == notebooks[chosen]
        else:
            assert not graded.content
            assert "nobody can tell which is meant" in graded.message
            assert all(name in graded.message for name in notebooks)
            assert "belongs at lab09/lab09.ipynb" in graded.message


def test_what_lies_in_the_notebooks_folder_comes_before_what_lies_elsewhere(own_course, tmp_path):
    many = {f"c3ada/venv/{number}.py": b"" for number in range(300)}
    files = {**many, "c3ada/work/lab09.ipynb": WORKED, "c3ada/work/h.py": b"h", **OTHER}
    collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert submitted(own_course)["c3ada/lab09/h.py"] == b"h"


def test_files_whose_names_clash_lie_beside_the_notebook_once_nearest_first(own_course, tmp_path):
    many = {f"c3ada/venv/{number}.py": b"" for number in range(300)}
    files = {"c3ada/a/b": b"2", **many, "c3ada/a": b"1", "c3ada/h.py": b"3",
             "c3ada/lab09.ipynb": WORKED, **OTHER}  # fmt: skip
    collect(own_course, zipped(tmp_path / "markus.zip", files))
    there = submitted(own_course)
    assert (there["c3ada/lab09/a"], there["c3ada/lab09/h.py"]) == (b"1", b"3")
    left_out = there["c3ada/lab09/left_out.txt"].decode()
    assert "a/b: It cannot lie beside" in left_out
    assert "103 files more: Too many to lie beside" in left_out


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (gzip.compress(b"x", mtime=0), "d.tar.gz", "gzip archive. Unpack it"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "d.7z", "7-Zip archive. Unpack it"),
        (b"Rar!\x1a\7", "d.rar", "RAR archive. Unpack it"),
        (b"lab09.ipynb".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "d.tar", "tar archive"),
        (b"\n<!DOCTYPE html><html>", "d.zip", "web page, which may ask one to log in"),
        (b"", "d.zip", "it is empty"),
        (b"%PDF-1.7", "d.zip", "it is a PDF. Name the zip"),
        (WORKED, "lab09.ipynb", "it is a notebook. Name the zip"),
        (b"student,total\n", "marks.csv", "is not a zip file"),
        (b"PK\7\x08PK\3\4", "d.z01", "the first part of a zip that was split. Join"),
        (zip_bytes({"[Content_Types].xml": b"<", "word/document.xml": b"<"}), "d.zip", "Word"),
        (zip_bytes(OTHER)[:-18] + b"\2" + zip_bytes(OTHER)[-17:], "d.zip", "was split. Join"),
    ],
)
def test_what_is_no_download_is_called_what_it_is(own_course, tmp_path, content, name, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CamlabError, match=words):
        collect(own_course, tmp_path / name)


@pytest.mark.parametrize("name", ["lab09.rar", "work.7z", "work.tar.gz", "lab09.ipynb.gz"])
def test_an_archive_instead_of_a_notebook_is_named(own_course, tmp_path, name):
    path = zipped(tmp_path / "markus.zip", {f"c3ada/{name}": b"x", **OTHER})
    remarks = {one.student: one.remark for one in collect(own_course, path).collected}
    assert remarks["c3ada"].startswith(f"No notebook could be taken. It may be in {name}, which")
    graded = find_submissions(own_course.submitted, "lab09")[0].read().message
    assert f"The notebook may be in {name}: unpack that." in graded


def test_a_students_part_of_a_split_zip_is_called_one(own_course, tmp_path):
    part = zip_bytes(OTHER)[:-18] + b"\2" + zip_bytes(OTHER)[-17:]
    report = collect(own_course, zipped(tmp_path / "m.zip", {"c3ada/work.zip": part, **OTHER}))
    assert "one part of a zip that was split" in reasons(report)["c3ada/work.zip"]


@pytest.mark.parametrize("as_folder", [False, True])
@pytest.mark.parametrize("beside", [{}, {"c3ada/lab09.ipynb": WORKED}])
def test_a_copy_of_jupyters_own_is_named_where_it_is_all(own_course, tmp_path, as_folder, beside):
    copy = {f"{folder}.ipynb_checkpoints/lab09-checkpoint.ipynb": WORKED
            for folder in ("c3ada/", "")}  # fmt: skip
    files = {**copy, **beside, **OTHER}
    path = tmp_path / "download"
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    report = collect(own_course, path if as_folder else zipped(tmp_path / "m.zip", files))
    remarks = {one.student: one.remark for one in report.collected}
    assert remarks.keys() == {"c3ada", "c3zed"}, "the teacher's own copy is nobody"
    assert ("a copy that Jupyter keeps" in remarks["c3ada"]) == (not beside)
    assert (report.skipped == ()) == bool(beside)
    graded = find_submissions(own_course.submitted, "lab09")[0].read()
    assert ("a copy that Jupyter keeps" in graded.message) == (not beside)


def test_what_programs_leave_is_no_empty_folder(tmp_path):
    folder = tmp_path / "c3ada" / "lab09" / ".ipynb_checkpoints"
    folder.mkdir(parents=True)
    (folder / "lab09-checkpoint.ipynb").write_bytes(WORKED)
    (one,) = find_submissions(tmp_path, "lab09")
    assert "empty" not in one.read().message
    assert ".ipynb_checkpoints/lab09-checkpoint.ipynb" in one.read().message


def test_a_text_or_a_link_on_canvas_is_a_row_without_a_notebook(own_course, tmp_path):
    files = {
        "ada_4711_98765_lab09.ipynb": WORKED,
        "eve_4713_text.html": b"<p>",
        "dan_LATE_4714_link.html": b"<a>",
    }
    report = collect(own_course, zipped(tmp_path / "canvas.zip", files))
    remarks = {one.student: one.remark for one in report.collected}
    assert set(remarks) == {"ada_4711", "eve_4713", "dan_4714"}
    assert remarks["eve_4713"] == "No notebook was handed in."
    assert remarks["dan_4714"].startswith("No notebook was handed in. Handed in late")
    assert report.skipped == ()


def test_a_group_that_was_a_row_before_its_members_were_known_is_named(own_course, tmp_path):
    path = zipped(tmp_path / "markus.zip", {"g1/lab09.ipynb": WORKED, **OTHER})
    collect(own_course, path)
    known = roster(tmp_path, "ID,student\ng1,c3ada\ng1,c3bob\n")
    said = str(collection_summary(collect(own_course, path, roster=known)))
    assert said.count("g1 was collected as one row before") == 1
    assert "c3zed was" not in said
    (own_course.submitted / "g1" / "lab09" / "lab09.ipynb").unlink()
    (own_course.submitted / "g1" / "lab09").rmdir()
    (own_course.submitted / "g1").rmdir()
    assert "one row before" not in str(
        collection_summary(collect(own_course, path, roster=known, force=True))
    )


@pytest.mark.parametrize(
    ("standing", "comes"), [("c3ada", "C3ADA"), ("Li Wei", "Li Wei"), ("e\u0301va", "\u00e9va")]
)
def test_a_name_in_another_form_than_the_folder_is_no_second_row(
    own_course, tmp_path, standing, comes
):
    (own_course.submitted / standing / "lab09").mkdir(parents=True)
    path = zipped(tmp_path / "markus.zip", {f"{comes}/lab09.ipynb": WORKED, **OTHER})
    report = collect(own_course, path)
    assert students(report) == {"c3zed"}
    assert f"“{standing}”" in reasons(report)[f"{comes}/lab09.ipynb"]
    known = roster(tmp_path, f"ID,student\n7,{comes}\n")
    report = collect(own_course, zipped(tmp_path / "zed.zip", OTHER), roster=known)
    assert report.nothing == ()


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("Nov 2, 2026 1230 AM", "2026-11-02 00:30:00"),
        ("2 November, 2026 1000 AM", "2026-11-02 10:00:00"),
        ("Sept 2, 2026 1:05 pm", "2026-09-02 13:05:00"),
        ("2 Sep 2026 23:59", "2026-09-02 23:59:00"),
        ("Nov 31, 2026 1000 AM", ""),
    ],
)
def test_the_times_that_brightspace_writes_are_read(said, iso):
    paths = [(f"1-2 - Ada - {said}", "lab09.ipynb")]
    found = recogniser(find_system(paths), paths)(paths[0])
    assert (found.id, found.name, found.timestamp) == ("1", "Ada_1", iso)


ATTEMPT = "attempt_2026-11-02-10-00-00"


def blackboard(*users: str, texts: bool, assignment: str = "Lab10") -> dict[str, bytes]:
    files = {f"{assignment}_{user}_{ATTEMPT}_lab09.ipynb": WORKED for user in users}
    said = {f"{assignment}_{user}_{ATTEMPT}.txt": f"Name: Ada (x) ({user})".encode()
            for user in users}  # fmt: skip
    return {**files, **said} if texts else files


@pytest.mark.parametrize("users", [("c3_ada", "c3_bob"), ("c3_ada",), ("_ada_", "b_c_d")])
def test_blackboards_texts_say_which_user_it_is(own_course, tmp_path, users):
    files = blackboard(*users, texts=True, assignment="Lab_10_CAM")
    report = collect(own_course, zipped(tmp_path / "bb.zip", files))
    assert students(report) == {student_folder(user) for user in users}
    assert report.notes == ()


def test_one_of_blackboards_texts_tells_the_others_names(own_course, tmp_path):
    files = blackboard("c3_ada", texts=True) | blackboard("c3_bob", "c3_eve", texts=False)
    report = collect(own_course, zipped(tmp_path / "bb.zip", files))
    assert students(report) == {"c3_ada", "c3_bob", "c3_eve"}
    assert report.notes == ()


def test_a_user_of_blackboard_who_had_to_be_guessed_is_named(own_course, tmp_path):
    files = blackboard("c3_ada", "c3_bob", texts=False)
    report = collect(own_course, zipped(tmp_path / "bb.zip", files))
    (note,) = report.notes
    assert "ada of “Lab10_c3_ada”, bob of “Lab10_c3_bob”" in note


def test_paths_that_lead_out_are_not_called_nobodys_folder(own_course, tmp_path):
    names = ("/home/ta/c3ada/lab09.ipynb", "/home/ta/c3bob/lab09.ipynb")
    with pytest.raises(CamlabError) as refused:
        collect(own_course, zipped(tmp_path / "any.zip", dict.fromkeys(names, WORKED)))
    assert "nobody's folder" not in str(refused.value)


def test_a_text_that_names_another_user_takes_nobodys_place(own_course, tmp_path):
    files = blackboard("c3ada", "c3bob", texts=True)
    files[f"Lab10_c3bob_{ATTEMPT}.txt"] = b"Name: Bob (c3ada)\n"
    assert students(collect(own_course, zipped(tmp_path / "bb.zip", files))) == {"c3ada", "c3bob"}


def test_a_zip_for_each_student_is_called_after_the_student(own_course, tmp_path):
    inside = {"c3ada.zip": zip_bytes({"lab09.ipynb": WORKED}), "c3bob.zip": _damaged("cut off")}
    report = collect(own_course, zipped(tmp_path / "ed.zip", inside))
    assert {one.student: one.remark for one in report.collected} == {
        "c3ada": "",
        "c3bob": "No notebook could be taken. It is called a zip and cannot be read as one.",
    }


@pytest.mark.parametrize(
    ("folder", "packed", "taken"),
    [
        (WORKED, BLANK, "c3ada/lab09.ipynb"),
        (BLANK, WORKED, "c3ada.zip/lab09.ipynb"),
        (None, BLANK, "c3ada.zip/lab09.ipynb"),
    ],
)
def test_a_folder_and_a_zip_of_one_name_are_not_mixed(own_course, tmp_path, folder, packed, taken):
    inside = {"c3ada/notes.txt": b"notes"} if folder is None else {"c3ada/lab09.ipynb": folder}
    files = {**inside, "c3ada.zip": zip_bytes({"lab09.ipynb": packed}), **OTHER}
    report = collect(own_course, zipped(tmp_path / "any.zip", files))
    there = submitted(own_course)["c3ada/lab09/lab09.ipynb"]
    assert there == (BLANK if folder is None else WORKED), "blank only where there is no other"
    assert f"{taken} was taken" in " ".join(reasons(report).values())


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Working files/Ada/lab09.ipynb", "Submitted files/Ada/Version 1/lab09.ipynb"],
         "download of Teams"),
        (["c3ada/mine/lab09.ipynb", "c3ada/pics/a.jpg"], "not clear whether c3ada is one student"),
        (["lab09/lab09.ipynb", "lab09/pictures/a.jpg"], "the release, or one student"),
        (["lab09.zip", "lab09/lab09.ipynb"], "the release, or one student"),
        (["lab09.ipynb", "pictures/a.jpg"], "nobody's folder"),
        (["Ada Lovelace - lab09.ipynb", "Bob Ng - lab09.ipynb"], "nobody's folder"),
        (["nbgrader_config.py", "source/lab09/lab09.ipynb", "submitted/c3ada/lab09/lab09.ipynb"],
         "course folder"),
        (["csc/nbgrader_config.py", "csc/source/lab09/lab09.ipynb"], "course folder"),
        (["student/lab09/lab09.ipynb", "solution/lab09/lab09.ipynb"], "course folder"),
        (["[Content_Types].xml", "word/document.xml", "_rels/.rels"], "document"),
        (["mimetype", "content.xml", "Pictures/a.png"], "document"),
    ],
)  # fmt: skip
def test_what_is_no_download_is_refused_by_what_it_is(own_course, tmp_path, names, words):
    files = {name: WORKED for name in names}
    if "lab09.zip" in files:
        files["lab09.zip"] = zip_bytes({"lab09/lab09.ipynb": WORKED})
    with pytest.raises(CamlabError, match=words):
        collect(own_course, zipped(tmp_path / "wrong.zip", files))
    assert not own_course.submitted.exists()


@pytest.mark.parametrize(
    ("names", "whose"),
    [
        (["c3ada/nbgrader_config.py", "c3ada/lab09.ipynb"], {"c3ada"}),
        (["c3ada/report.pdf", "c3bob/report.pdf"], {"c3ada", "c3bob"}),
        (["student/lab09.ipynb", "c3bob/lab09.ipynb"], {"student", "c3bob"}),
        (["lab09/c3ada/lab09.ipynb", "lab09/c3bob/lab09.ipynb"], {"c3ada", "c3bob"}),
        (["lab09/lab09.ipynb", "c3bob/lab09.ipynb"], {"lab09", "c3bob"}),
    ],
)
def test_what_only_looks_like_none_is_collected(own_course, tmp_path, names, whose):
    files = {name: WORKED for name in names}
    assert students(collect(own_course, zipped(tmp_path / "right.zip", files))) == whose
