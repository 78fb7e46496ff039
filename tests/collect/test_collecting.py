"""Downloads of four systems become nbgrader's `submitted/`, and nothing leads out of it."""

import os
import stat
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.collect import collect
from autograder.collect import download as download_module
from autograder.errors import CamlabError
from autograder.submission.find import find_submissions
from tests.conftest import copy_course


@pytest.fixture
def own_course(tmp_path):
    return copy_course(tmp_path / "course")


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def submitted(course) -> dict[str, bytes]:
    """Everything below `submitted`, by path."""
    return {
        path.relative_to(course.submitted).as_posix(): path.read_bytes()
        for path in sorted(course.submitted.rglob("*"))
        if path.is_file()
    }


def reasons(report) -> dict[str, str]:
    return {one.path: one.message for one in report.skipped}


def test_markus_names_folders_after_groups(own_course, tmp_path):
    files = {
        "lab09_submissions/c3ada/lab09.ipynb": b"ada",
        "lab09_submissions/group_0042/lab09.ipynb": b"pair",
        "lab09_submissions/group_0042/notes.txt": b"notes",
    }
    report = collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert report.system == "markus"
    assert submitted(own_course) == {
        "c3ada/lab09/lab09.ipynb": b"ada",
        "group_0042/lab09/lab09.ipynb": b"pair",
        "group_0042/lab09/notes.txt": b"notes",
    }


def test_markus_repositories_with_a_folder_for_the_assignment_are_read(own_course, tmp_path):
    files = {"c3ada/lab09/lab09.ipynb": b"ada", "c3bob/lab09/lab09.ipynb": b"bob"}
    collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert set(submitted(own_course)) == {"c3ada/lab09/lab09.ipynb", "c3bob/lab09/lab09.ipynb"}


GRADESCOPE = b"""\
submission_101:
  :submitters:
  - :name: Ada Lovelace
    :sid: '1001'
    :email: ada@example.org
  :created_at: 2026-11-02 10:00:00.5 Z
submission_102:
  :submitters:
  - :name: Bob
    :sid:
    :email: bob@example.org
  - :name: Eve
    :sid: '1003'
    :email: eve@example.org
  :created_at: 2026-11-03 11:30:00 Z
"""


def test_gradescope_says_in_its_metadata_who_handed_in_what_and_when(own_course, tmp_path):
    files = {
        "assignment_7_export/submission_metadata.yml": GRADESCOPE,
        "assignment_7_export/submission_101/lab09.ipynb": b"ada",
        "assignment_7_export/submission_102/lab09.ipynb": b"pair",
        "assignment_7_export/submission_103/lab09.ipynb": b"nobody's",
    }
    report = collect(own_course, zipped(tmp_path / "gradescope.zip", files))
    assert report.system == "gradescope"
    assert submitted(own_course) == {
        "1001/lab09/lab09.ipynb": b"ada",
        "1001/lab09/timestamp.txt": b"2026-11-02 10:00:00",
        "1003/lab09/lab09.ipynb": b"pair",
        "1003/lab09/timestamp.txt": b"2026-11-03 11:30:00",
        "bob/lab09/lab09.ipynb": b"pair",
        "bob/lab09/timestamp.txt": b"2026-11-03 11:30:00",
    }
    assert reasons(report) == {
        "assignment_7_export/submission_103/lab09.ipynb": "It is not clear whose it is."
    }
    with Gradebook(own_course.database_url, own_course.id) as gradebook:
        assert gradebook.find_student("1001").email == "ada@example.org"


def test_canvas_puts_names_and_ids_into_file_names(own_course, tmp_path):
    files = {
        "lovelaceada_4711_98765_lab09.ipynb": b"first",
        "lovelaceada_4711_98770_lab09-2.ipynb": b"third",
        "lovelaceada_4711_98769_lab09-1.ipynb": b"second",
        "doejane_LATE_4712_98766_my_lab (3).ipynb": b"jane",
    }
    report = collect(own_course, zipped(tmp_path / "canvas.zip", files))
    assert report.system == "canvas"
    assert submitted(own_course) == {
        "lovelaceada_4711/lab09/lab09.ipynb": b"third",
        "doejane_4712/lab09/lab09.ipynb": b"jane",
    }
    assert "was taken instead" in reasons(report)["lovelaceada_4711_98765_lab09.ipynb"]
    (jane,) = (one for one in report.collected if one.student == "doejane_4712")
    assert jane.remark.startswith("It was called my_lab (3).ipynb. Handed in late")


def test_a_roster_turns_canvas_ids_into_the_courses_names(own_course, tmp_path):
    roster = tmp_path / "gradebook.csv"
    roster.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section\n"
        "    Points Possible,,,,\n"
        '"Lovelace, Ada",4711,s1,c3ada,A\n'
    )
    files = {"lovelaceada_4711_98765_lab09.ipynb": b"ada"}
    collect(own_course, zipped(tmp_path / "canvas.zip", files), roster=roster)
    assert submitted(own_course) == {"c3ada/lab09/lab09.ipynb": b"ada"}
    with Gradebook(own_course.database_url, own_course.id) as gradebook:
        assert gradebook.find_student("c3ada").lms_user_id == "4711"


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace_4711_assignsubmission_file_/lab09.ipynb",
        "Ada Lovelace_4711_assignsubmission_file_lab09.ipynb",
        "Ada Lovelace_4711_assignsubmission_file/lab09.ipynb",
    ],
)
def test_moodle_names_files_or_folders_after_participants(own_course, tmp_path, name):
    report = collect(own_course, zipped(tmp_path / "moodle.zip", {name: b"ada"}))
    assert report.system == "moodle"
    assert submitted(own_course) == {"Ada_Lovelace_4711/lab09/lab09.ipynb": b"ada"}


def test_a_folder_is_read_like_a_zip_and_zips_inside_are_opened(own_course, tmp_path):
    folder = tmp_path / "download"
    (folder / "c3ada").mkdir(parents=True)
    (folder / "c3bob").mkdir()
    (folder / "c3ada" / "lab09.ipynb").write_bytes(b"ada")
    zipped(folder / "c3bob" / "work.zip", {"inside/lab09.ipynb": b"bob", "__MACOSX/x": b""})
    collect(own_course, folder)
    assert submitted(own_course) == {
        "c3ada/lab09/lab09.ipynb": b"ada",
        "c3bob/lab09/lab09.ipynb": b"bob",
    }


def test_whoever_handed_in_something_else_still_gets_a_row(own_course, tmp_path):
    files = {"c3ada/lab09.ipynb": b"ada", "c3bob/My report.pdf": b"%PDF"}
    report = collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert "c3bob/lab09/My report.pdf" in submitted(own_course)
    assert {one.student: one.remark for one in report.collected}["c3bob"] == (
        "No notebook was handed in."
    )
    rows = {one.student: one.read() for one in find_submissions(own_course.submitted, "lab09")}
    assert "It holds My report.pdf" in rows["c3bob"].message


def test_what_was_collected_before_is_kept_unless_one_insists(own_course, tmp_path):
    first = zipped(tmp_path / "first.zip", {"c3ada/lab09.ipynb": b"old", "c3b/lab09.ipynb": b"b"})
    second = zipped(tmp_path / "second.zip", {"c3ada/lab09.ipynb": b"new", "c3c/lab09.ipynb": b"c"})
    collect(own_course, first)
    report = collect(own_course, second)
    assert submitted(own_course)["c3ada/lab09/lab09.ipynb"] == b"old"
    assert submitted(own_course)["c3c/lab09/lab09.ipynb"] == b"c"
    assert "collected before" in reasons(report)["c3ada/lab09.ipynb"]
    collect(own_course, second, force=True)
    assert submitted(own_course)["c3ada/lab09/lab09.ipynb"] == b"new"


@pytest.mark.parametrize(
    "name",
    [
        "../../../escaped/lab09.ipynb",
        "/tmp/escaped/lab09.ipynb",
        "c3ada/../../escaped/lab09.ipynb",
        "..\\..\\escaped\\lab09.ipynb",
        "C:\\escaped\\lab09.ipynb",
        "//server/escaped/lab09.ipynb",
        "/./escaped/lab09.ipynb",
        "./../escaped/lab09.ipynb",
    ],
)
def test_no_name_leads_out_of_the_folder(own_course, tmp_path, name):
    files = {name: b"evil", "c3bob/lab09.ipynb": b"bob"}
    before = {path for path in tmp_path.rglob("*") if "course" not in path.parts}
    report = collect(own_course, zipped(tmp_path / "evil.zip", files))
    assert set(submitted(own_course)) == {"c3bob/lab09/lab09.ipynb"}
    assert "Its path leads out of the archive." in reasons(report).values()
    after = {path for path in tmp_path.rglob("*") if "escaped" in str(path)}
    assert after <= before


@pytest.mark.parametrize("name", ["..", ".hidden", "con", "a/../b", "-rf", "\u202eadA", "x" * 300])
def test_a_students_folder_has_a_harmless_name(own_course, tmp_path, name):
    folder = tmp_path / "download"
    for student in (name, "c3bob"):
        if student in ("..", "a/../b") or len(student) > 255:
            continue
        (folder / student).mkdir(parents=True)
        (folder / student / "lab09.ipynb").write_bytes(b"x")
    collect(own_course, folder)
    for student in os.listdir(own_course.submitted):
        assert not student.startswith((".", "-"))
        assert student.isprintable()
        assert student.lower() != "con"


def test_links_are_not_followed(own_course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(b"secret")
    folder = tmp_path / "download"
    (folder / "c3eve").mkdir(parents=True)
    (folder / "c3bob").mkdir()
    (folder / "c3eve" / "lab09.ipynb").symlink_to(secret)
    (folder / "c3bob" / "lab09.ipynb").write_bytes(b"bob")
    report = collect(own_course, folder)
    assert b"secret" not in submitted(own_course).values()
    assert "link" in reasons(report)["c3eve/lab09.ipynb"]


def test_a_folder_that_is_a_link_or_cannot_be_read_is_named_and_has_a_row(own_course, tmp_path):
    folder, elsewhere = tmp_path / "download", tmp_path / "elsewhere"
    for path in (folder / "c3ada", folder / "c3eve" / "shut", elsewhere):
        path.mkdir(parents=True)
        (path / "lab09.ipynb").write_bytes(b"work")
    (folder / "c3bob").symlink_to(elsewhere)
    (folder / "c3ada" / "data").symlink_to(elsewhere)
    (folder / "c3dan").symlink_to("c3dan")
    (folder / "c3eve" / "shut").chmod(0)
    report = collect(own_course, folder)
    (folder / "c3eve" / "shut").chmod(0o700)
    rows = {one.student: one.remark for one in report.collected}
    assert rows["c3ada"] == ""
    assert "It is a link to a folder" in rows["c3bob"]
    assert "link" in reasons(report)["c3bob"] and "link" in reasons(report)["c3ada/data"]
    assert "link" in reasons(report)["c3dan"]
    if os.geteuid():
        assert "The folder cannot be read" in reasons(report)["c3eve/shut"]
    (bob,) = (
        one for one in find_submissions(own_course.submitted, "lab09") if one.student == "c3bob"
    )
    assert "a link to a folder" in bob.read().message


def test_a_folder_that_the_system_refuses_to_open_is_named(own_course, tmp_path):
    """Root may read every folder; but nobody one with a path of more than 4,096 bytes."""
    folder = tmp_path / "download"
    for student in ("c3ada", "c3bob"):
        (folder / student).mkdir(parents=True)
    (folder / "c3ada" / "lab09.ipynb").write_bytes(b"work")
    opened = os.open(folder / "c3bob", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=opened)
        above, opened = opened, os.open("d" * 250, os.O_RDONLY, dir_fd=opened)
        os.close(above)
    os.close(opened)
    report = collect(own_course, folder)
    assert {one.student for one in report.collected} == {"c3ada", "c3bob"}
    ((path, reason),) = reasons(report).items()
    assert path.startswith("c3bob/ddd") and "The folder cannot be read" in reason


def test_links_in_a_zip_are_not_made(own_course, tmp_path):
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("c3eve/lab09.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("c3bob/lab09.ipynb", b"bob")
    report = collect(own_course, path)
    assert set(submitted(own_course)) == {"c3bob/lab09/lab09.ipynb", "c3eve/lab09/left_out.txt"}
    assert reasons(report)["c3eve/lab09.ipynb"] == "It is a link."
    (eve,) = (
        one for one in find_submissions(own_course.submitted, "lab09") if "eve" in one.student
    )
    assert "lab09.ipynb: It is a link." in eve.read().message


def test_a_zip_bomb_is_stopped_while_it_is_unpacked(own_course, tmp_path, monkeypatch):
    bomb = {f"s{n}/lab09.ipynb": b"\0" * (60 << 20) for n in range(2)}
    report = collect(
        own_course, zipped(tmp_path / "bomb.zip", {**bomb, "c3bob/lab09.ipynb": b"bob"})
    )
    assert {path for path in submitted(own_course) if path.endswith("ipynb")} == {
        "c3bob/lab09/lab09.ipynb"
    }
    assert "more than 50 MB" in reasons(report)["s0/lab09.ipynb"]
    monkeypatch.setattr(download_module, "MOST_BYTES", 1 << 20)
    with pytest.raises(CamlabError, match="holds more than"):
        collect(own_course, tmp_path / "bomb.zip")


def test_names_that_differ_only_in_capitals_are_left_to_a_person(own_course, tmp_path):
    files = {"c3Ada/lab09.ipynb": b"1", "c3ada/lab09.ipynb": b"2", "c3bob/lab09.ipynb": b"b"}
    report = collect(own_course, zipped(tmp_path / "markus.zip", files))
    assert set(submitted(own_course)) == {"c3bob/lab09/lab09.ipynb"}
    assert "differ only in capitals" in reasons(report)["c3Ada/lab09.ipynb"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path, "There is no file or folder"),
        (lambda path: path.write_bytes(b"not a zip") and path, "is not a zip file"),
        (lambda path: zipped(path, {"readme.txt": b"x"}), "No submission was recognised"),
        (
            lambda path: zipped(
                path, {"submission_metadata.yml": b"- [", "submission_1/lab09.ipynb": b"x"}
            ),
            "could not be read",
        ),
    ],
)
def test_a_download_that_is_none_is_a_sentence(own_course, tmp_path, make, sentence):
    path = tmp_path / "download.zip"
    make(path)
    with pytest.raises(CamlabError, match=sentence):
        collect(own_course, path)


def test_an_unknown_system_is_a_sentence(own_course, tmp_path):
    path = zipped(tmp_path / "x.zip", {"a/lab09.ipynb": b"x"})
    with pytest.raises(CamlabError, match="There are markus, gradescope, canvas, moodle"):
        collect(own_course, path, system="sakai")
