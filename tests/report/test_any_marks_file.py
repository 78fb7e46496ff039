"""Whatever a spreadsheet with marks holds, it is taken whole or refused in a sentence."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collect.rosters import read_roster
from autograder.errors import CamlabError
from autograder.gradebook.marks import read_gradebook
from autograder.judging.policy import read_policy
from autograder.report.marks_file import import_marks_file
from tests.fuzz import examples
from tests.report.sample_gradebook import LAB, make_gradebook
from tests.report.sample_results import small_class

SOME = examples(25, 1_000)

CELLS = st.sampled_from(
    ["ada", "'ada", "interpretation", "1,5", "1.5", "-1", "nan", "1e400", "", "=1", "x" * 50,
     "task", "²", "½",
     "student", "score", "comment", "email", "id", "1 000", "\x1b[31m", "\u202e", "\ud800"]
) | st.text(max_size=8)  # fmt: skip
TABLES = st.lists(st.lists(CELLS, max_size=6), max_size=6)
HEADINGS = st.permutations(["student", "task", "score", "max_score", "comment", "answer"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "cp437"])


def table(heading: list[str], lines: list[list[str]], delimiter: str, encoding: str) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([heading, *lines])
    return buffer.getvalue().encode(encoding, "replace")


FILES = st.binary(max_size=200) | st.builds(
    table, HEADINGS | st.lists(CELLS, max_size=6), TABLES, st.sampled_from(",;\t"), ENCODINGS
)


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    return make_gradebook(tmp_path_factory.mktemp("marks") / "gradebook.db", small_class())


@SOME
@given(content=FILES)
def test_any_file_of_marks_is_taken_or_refused(url, tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "marks.csv"
    path.write_bytes(content)
    before = read_gradebook(url, LAB)
    try:
        import_marks_file(url, LAB, path)
    except CamlabError as error:
        _assert_sentences(error)
        assert read_gradebook(url, LAB) == before
    for given_ in (
        mark for row in read_gradebook(url, LAB).values() for mark in row.manual.values()
    ):
        assert given_.score is None or 0 <= given_.score <= given_.max_score


@SOME
@given(content=FILES)
def test_any_roster_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "roster.csv"
    path.write_bytes(content)
    try:
        read_roster(path)
    except CamlabError as error:
        _assert_sentences(error)


@SOME
@given(
    st.binary(max_size=60) | st.text('[]="accept remark refuse.policy sentence\n#\\', max_size=80)
)
def test_any_policy_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "policy.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    read_policy.cache_clear()
    try:
        read_policy(path)
    except CamlabError as error:
        _assert_sentences(error)


def _assert_sentences(error: CamlabError) -> None:
    assert str(error).strip() and str(error).encode("utf-8", "surrogatepass")
