"""A finished run is found again exactly, and a damaged one is never trusted."""

from __future__ import annotations

import math
from dataclasses import replace

import nbformat
import numpy as np
import pytest

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence
from autograder.run import CellError, Run
from autograder.storage.store import CompletedRun, Store, encode

KEY = "ab" * 32


@pytest.fixture
def run() -> Run:
    answers = (
        Answer("map", Array(np.array([[1.5, np.nan]], np.float32), "torch.Tensor", True)),
        Answer("empty", Array(np.zeros((0, 7)), "numpy.ndarray")),
        Answer(
            "list",
            Sequence(
                (Scalar("kot", "str"), Scalar(0.1, "float"), Scalar(None, "NoneType")), "list"
            ),
        ),
        Answer("infinite", Scalar(-math.inf, "float")),
        Answer("generator", Opaque("generator")),
        Answer("raised", failure=Failure("raised", "It stops.", "KeyError", "predict", 3, "x[1]")),
    )
    return Run(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="one")]),
        {answer.question: answer for answer in answers},
        (CellError("predict", 2, "SyntaxError", "invalid syntax", 1, "def f("),),
        "",
        1.25,
    )


def test_what_was_written_into_named_cells_comes_back_without_the_notebook(tmp_path, run):
    cells = [
        nbformat.v4.new_code_cell("1", metadata={"nbgrader": {"grade_id": "predict"}}),
        nbformat.v4.new_markdown_cell("no name"),
        nbformat.v4.new_code_cell("2", metadata={"nbgrader": {"grade_id": "predict"}}),
    ]
    run = replace(run, source=nbformat.v4.new_notebook(cells=cells))
    store = Store(tmp_path)
    store.save(KEY, CompletedRun(run))
    kept = store.load(KEY).run
    assert kept.named_cells == run.named_cells
    assert kept.named_cells == {"predict": {"cell_type": "code", "source": "1"}}


def test_a_run_comes_back_as_it_was_saved(tmp_path, run):
    store = Store(tmp_path)
    store.save(KEY, CompletedRun(run, ("A cell was lost.",), ("interpretation",), (60.0, 30.0)))
    kept = store.load(KEY)
    found = kept.run
    assert (kept.remarks, kept.blank_answers) == (("A cell was lost.",), ("interpretation",))
    assert found.notebook == run.notebook
    assert (found.errors, found.message, found.seconds) == (run.errors, "", 1.25)
    assert list(found.answers) == list(run.answers)
    for key, answer in run.answers.items():
        if isinstance(answer.value, Array):
            np.testing.assert_array_equal(found.answers[key].value.values, answer.value.values)
            assert found.answers[key].value.values.dtype == answer.value.values.dtype
            assert found.answers[key].value.requires_grad == answer.value.requires_grad
        else:
            assert found.answers[key] == answer


def test_an_unknown_run_is_absent(tmp_path):
    assert Store(tmp_path).load(KEY) is None


@pytest.mark.parametrize("damage", ["one byte", "cut off", "another version", "empty"])
def test_a_damaged_run_counts_as_absent(tmp_path, run, damage):
    store = Store(tmp_path)
    store.save(KEY, CompletedRun(run))
    (path,) = tmp_path.rglob("*.run")
    content = bytearray(path.read_bytes())
    match damage:
        case "one byte":
            content[len(content) // 2] ^= 1
        case "cut off":
            del content[-10:]
        case "another version":
            content[:13] = b"camlab-run 9\n"
        case "empty":
            content.clear()
    path.write_bytes(bytes(content))
    assert store.load(KEY) is None


def test_no_temporary_file_is_left(tmp_path, run):
    Store(tmp_path).save(KEY, CompletedRun(run))
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".run"]


def test_the_same_run_gives_the_same_bytes_and_keeps_them(tmp_path, run):
    store = Store(tmp_path)
    store.save(KEY, CompletedRun(run))
    (path,) = tmp_path.rglob("*.run")
    assert encode(CompletedRun(run)) == path.read_bytes() == store.load(KEY).encoded


@pytest.mark.parametrize(
    ("timed_out", "times", "holds"),
    [
        (False, (60.0, 30.0), True),
        (False, (120.0, 30.0), True),
        (False, (59.0, 30.0), False),
        (True, (60.0, 30.0), True),
        (True, (120.0, 30.0), False),
    ],
)
def test_more_time_is_worth_a_new_run_only_to_whoever_had_too_little(run, timed_out, times, holds):
    completed = CompletedRun(replace(run, timed_out=timed_out), times=(60.0, 30.0))
    assert completed.holds_under(times) is holds
