"""No cell of ours is a formula in any spreadsheet, and what was guarded comes back."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.text.spreadsheet import guarded, unguarded
from tests.fuzz import few

SIGNS = "=+-@＝＋－＠"
STARTS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("x")', "\t")
INVISIBLE = "\u200b\u200e\u202e\u2060\ufeff\xad\x00\x1b"


@pytest.mark.parametrize("text", STARTS)
def test_a_text_that_could_be_a_formula_is_guarded_and_comes_back(text):
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["ada", "'quoted'", "a=b", "", "1.5", "a - b, -3; c", "x\ny"])
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text
    assert unguarded(text) == text


def test_numbers_stay_numbers():
    numbers = (0.0, 1.0, 0.25, -0.5, None)
    assert [guarded(number) for number in numbers] == ["0", "1", "0.25", "-0.5", ""]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text",
    ["a;=1", "a\t=1", "a\n=1", "a\r\n+1", "a;\u00a0=1", "a;\u3000@x", "a;\u200b=1", "\u2003-1",
     'a;"=1"', "x\u2028=1", "a;'=1", "\ufeff=1"],
)  # fmt: skip
def test_no_spreadsheet_sees_a_formula_whatever_separates_its_cells(text, delimiter):
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([guarded("ada"), guarded(text), guarded(1.5)])
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        lines = buffer.getvalue().splitlines() if quoting == csv.QUOTE_NONE else None
        rows = csv.reader(
            lines or io.StringIO(buffer.getvalue(), newline=""),
            delimiter=delimiter,
            quoting=quoting,
        )
        for cell in (one for row in rows for one in row):
            assert not cell.strip().strip(INVISIBLE + ' \t"').startswith(tuple(SIGNS)), cell
    assert unguarded(guarded(text)) == text


@few
@given(st.text("=-@;'\" \t\n\r\u00a0\u200bab1,＝", max_size=30) | st.text(max_size=30))
def test_whatever_was_guarded_comes_back(text):
    text = text.replace("\0", "")
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("atom", [";\n", "\n", "\n-", " ", ";", "'", "=", ";="])
def test_guarding_grows_with_the_size(atom):
    began = time.process_time()
    unguarded(guarded(atom * 100_000))
    assert time.process_time() - began < 3
