"""Whatever lies in our own folders is read as it was written, counts as absent, or is told in a
sentence; nothing of it is overwritten that cannot be made again."""

from __future__ import annotations

import json
import os

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.answers import Answer, Array, Scalar, Sequence
from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.results import read_results, write_results
from autograder.run import CellError, Run
from autograder.storage.container import read_container, write_container
from autograder.storage.output_cache import OutputCache
from autograder.storage.store import MAGIC, CompletedRun, Store, decode, encode
from tests.conftest import copy_course
from tests.fuzz import examples
from tests.report.sample_results import class_of, row, small_class

SOME = examples(80, 1_000)

RUN = Run(
    nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="one")]),
    {
        "map": Answer("map", Array(np.zeros((2, 2)), "torch.Tensor")),
        "list": Answer("list", Sequence((Scalar(0.5, "float"),), "list")),
    },
    (CellError("predict", 2, "SyntaxError", "invalid syntax", 1, "def f("),),
)
ENTRY = encode(CompletedRun(RUN))
PARTS = {name: read_container(MAGIC, ENTRY)[name] for name in ("meta", "arrays", "notebook")}
LEAVES = st.none() | st.integers(-1, 5) | st.sampled_from(["", "array", "<f8", "O", 1e400, 2**70])
RESULTS = small_class()


def changed(data: object, path: list[int], value: object) -> object:
    """The data with one place of it replaced; which one, the numbers say."""
    if not path or not isinstance(data, list | dict) or not data:
        return value
    keys = sorted(data) if isinstance(data, dict) else range(len(data))
    place = keys[path[0] % len(keys)]
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[place] = changed(copy[place], path[1:], value)
    return copy


PATHS = st.lists(st.integers(0, 30), max_size=6)


@SOME
@given(st.integers(0, len(ENTRY)), st.binary(max_size=8), st.integers(0, 40))
def test_a_damaged_entry_is_absent(at, put, cut):
    content = ENTRY[:at] + put + ENTRY[at + cut :]
    assert content == ENTRY or decode(content) is None


@SOME
@given(PATHS, LEAVES, st.binary(max_size=20))
def test_an_entry_of_another_form_is_absent_though_its_checksum_is_right(path, value, arrays):
    meta = json.dumps(changed(json.loads(PARTS["meta"]), path, value), allow_nan=True).encode()
    found = decode(write_container(MAGIC, {**PARTS, "meta": meta}))
    if found is not None:
        repr(found.run.answers)
    decode(write_container(MAGIC, {**PARTS, "arrays": arrays}))
    decode(write_container(MAGIC, {"meta": arrays}))


@SOME
@given(PATHS, LEAVES)
def test_a_results_file_that_was_changed_is_read_or_told(tmp_path_factory, path, value):
    file = tmp_path_factory.getbasetemp() / "results.json"
    write_results(RESULTS, file)
    content = json.dumps(changed(json.loads(file.read_bytes()), path, value)).encode()
    file.write_bytes(content)
    try:
        found = read_results(file)
        write_results(found, file)
    except CamlabError as error:
        assert str(error).endswith(".")
        assert file.read_bytes() == content


@SOME
@given(st.integers(0, 2000), st.binary(max_size=8), st.integers(0, 10**6))
def test_a_results_file_that_was_cut_off_is_told(tmp_path_factory, at, put, cut):
    file = tmp_path_factory.getbasetemp() / "results.json"
    write_results(RESULTS, file)
    content = file.read_bytes()
    file.write_bytes(content[:at] + put + content[at + cut :])
    try:
        read_results(file)
    except CamlabError as error:
        assert str(error).endswith(".")


def test_results_come_back_as_they_were(tmp_path):
    write_results(RESULTS, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == RESULTS


@pytest.mark.parametrize("text", ["a\u202eb", "a\x1b[31mb", "a\x9bb", "a\u200bb", "a\ufeffb"])
def test_nothing_unseen_stands_raw_in_the_results(tmp_path, text):
    path = tmp_path / "results.json"
    write_results(class_of(row("ada", message=text)), path)
    written = path.read_text()
    assert all(mark.isprintable() or mark == "\n" for mark in written)
    assert read_results(path).submissions[0].message == text


@pytest.mark.parametrize("kind", ["missing", "folder", "loop"])
def test_results_that_are_no_file_are_told(tmp_path, kind):
    path = tmp_path / "results.json"
    if kind == "folder":
        path.mkdir()
    if kind == "loop":
        path.symlink_to(path)
    with pytest.raises(CamlabError, match="cannot be read"):
        read_results(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"caf\xe9", b"x" * 10**6])
def test_a_note_of_our_own_that_was_damaged_is_made_again(tmp_path, content):
    written = OutputCache(tmp_path / "notes", tmp_path)
    made = []

    def make() -> bytes:
        made.append(1)
        return b"page"

    written.write(tmp_path / "page", "one", make)
    (note,) = [path for path in (tmp_path / "notes").rglob("*") if path.is_file()]
    note.write_bytes(content)
    written.write(tmp_path / "page", "one", make)
    written.write(tmp_path / "page", "one", make)
    assert len(made) == 2


def test_two_students_whose_names_are_not_utf8_have_notes_of_their_own(tmp_path):
    written = OutputCache(tmp_path / "notes", tmp_path)
    for name in ("jos\udce9", "jos\udce8"):
        written.write(tmp_path / name, "one", name.encode("utf-8", "surrogateescape").__bytes__)
    assert (tmp_path / "jos\udce8").read_bytes() == b"jos\xe8"
    assert len([path for path in (tmp_path / "notes").rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("wrong", ["marked", "", "FULL"])
def test_results_with_a_status_that_there_is_not_are_refused(tmp_path, wrong):
    path = tmp_path / "results.json"
    write_results(RESULTS, path)
    assert read_results(path) == RESULTS
    text = path.read_text()
    for status in ('"graded"', '"full"'):
        assert status in text
        path.write_text(text.replace(status, f'"{wrong}"', 1))
        with pytest.raises(CamlabError, match="camlab grade"):
            read_results(path)


def test_a_store_that_is_no_folder_has_nothing(tmp_path):
    (tmp_path / "store").write_bytes(b"")
    assert Store(tmp_path / "store").load("ab" * 32) is None


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return copy_course(tmp_path_factory.mktemp("course"))


@pytest.mark.parametrize("content", [b"", b"x" * 31])
def test_a_secret_that_was_cut_off_is_refused_and_left_alone(course, content):
    path = course.root / ".camlab" / "secret"
    write_atomically(path, content)
    with pytest.raises(CamlabError, match="cut off"):
        course.secret()
    assert path.read_bytes() == content
    path.unlink()
    assert len(course.secret()) == 32 == len(course.secret())


def test_a_secret_that_leads_nowhere_is_refused(course):
    path = course.root / ".camlab" / "secret"
    path.unlink(missing_ok=True)
    path.symlink_to("/nowhere/secret")
    with pytest.raises(CamlabError, match="cannot be read"):
        course.secret()
    path.unlink()


@pytest.mark.parametrize("rest", ["c.X = (", "raise KeyError('x')", "undefined", "1/0", "\0"])
def test_a_configuration_that_does_not_run_is_told(course, rest):
    path = course.root / "nbgrader_config.py"
    whole = path.read_text()
    path.write_text(f"{whole[: len(whole) // 2].rpartition(chr(10))[0]}\n{rest}\n")
    try:
        with pytest.raises(CamlabError, match="Mend it"):
            course.nbgrader_config()
    finally:
        path.write_text(whole)
    assert os.path.isfile(path)
