"""Whatever bytes come in, a notebook fit to run comes out, or a sentence."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Sequence

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.utils import is_grade, is_locked

from autograder.submission import SubmittedFile, prepare
from tests.fuzz import examples

HANG_SECONDS = 5.0  # of processor time
SOME = examples(60, 2_500)  # of each of four tests

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "predict", "test_compute_cam", "\ud800", "a\0b", "x" * 100, "code"]),
    st.lists(st.integers() | st.text(max_size=3), max_size=2),
    st.dictionaries(
        st.sampled_from(["grade_id", "image/png", "\ud800"]), st.integers(), max_size=2
    ),
)
key = st.sampled_from(
    ["id", "cell_type", "source", "metadata", "outputs", "execution_count", "attachments"]
)
place = st.integers(0, 200)
kind = st.sampled_from(["code", "markdown", "raw"])
# What an editor can do to cells.
edit = st.one_of(
    st.tuples(st.just("delete"), place),
    st.tuples(st.just("double"), place, place),
    st.tuples(st.just("move"), place, place),
    st.tuples(st.just("retype"), place, kind),
    st.tuples(st.just("split"), place),
    st.tuples(st.just("merge"), place),
    st.tuples(st.just("drop_all"), st.sampled_from(["id", "metadata"])),
    st.tuples(st.just("minor"), st.integers(0, 6)),
)
# What no editor does.
damage = st.one_of(
    st.tuples(st.just("set"), place, key, odd),
    st.tuples(st.just("drop"), place, key),
    st.tuples(st.just("drop_all"), key),
    st.tuples(
        st.just("nbgrader"), place, st.sampled_from(["grade_id", "locked", "points", "grade"]), odd
    ),
    st.tuples(
        st.just("top"), st.sampled_from(["nbformat", "metadata", "cells", "worksheets"]), odd
    ),
)


def apply(notebook: dict, step: tuple) -> None:
    cells = notebook["cells"]
    match step:
        case ("set", at, name, value):
            cells[at % len(cells)][name] = value
        case ("drop", at, name):
            cells[at % len(cells)].pop(name, None)
        case ("drop_all", name):
            for cell in cells:
                cell.pop(name, None)
        case ("delete", at):
            cells.pop(at % len(cells))
        case ("double", at, to):
            cells.insert(to, copy.deepcopy(cells[at % len(cells)]))
        case ("move", at, to):
            cells.insert(to, cells.pop(at % len(cells)))
        case ("retype", at, to):
            cell = cells[at % len(cells)]
            cell["cell_type"] = to
            if to == "code":
                cell |= {"outputs": [], "execution_count": None}
                cell.pop("attachments", None)
            else:
                cell.pop("outputs", None)
                cell.pop("execution_count", None)
        case ("split", at):
            cell = cells[at % len(cells)]
            half = len(cell["source"]) // 2
            rest = {**copy.deepcopy(cell), "source": cell["source"][half:], "metadata": {}}
            cell["source"] = cell["source"][:half]
            cells.insert(at % len(cells) + 1, {**rest, "id": f"split{at}"})
        case ("merge", at):
            following = cells.pop((at + 1) % len(cells))
            cells[at % len(cells)]["source"] += "\n\n" + following["source"]
        case ("minor", minor):
            notebook["nbformat_minor"] = minor
        case ("nbgrader", at, name, value):
            cells[at % len(cells)]["metadata"].setdefault("nbgrader", {})[name] = value
        case ("top", name, value):
            notebook[name] = value


@pytest.fixture(scope="module")
def check(student_notebook):
    """Prepare bytes, and hold what comes out against what is promised of it."""
    locked = {_grade_id(c): c for c in student_notebook.cells if _grade_id(c) and is_locked(c)}
    graded = {_grade_id(c) for c in student_notebook.cells if _grade_id(c) and is_grade(c)}

    def check(content: bytes) -> bool:
        began = time.process_time()
        done = prepare(SubmittedFile("ada", content), student_notebook)
        assert time.process_time() - began < HANG_SECONDS
        assert all(said.encode() and said.endswith(".") for said in done.remarks)
        if done.notebook is None:
            assert done.message.endswith((".", "?")) and done.message.encode()
            return False
        json.dumps(done.notebook, ensure_ascii=False).encode()
        nbformat.validate(done.notebook)
        found = [_grade_id(cell) for cell in done.notebook.cells if _grade_id(cell)]
        assert len(set(found)) == len(found) and graded <= set(found)
        for cell in done.notebook.cells:
            given = locked.get(_grade_id(cell))
            assert given is None or (cell.source, cell.metadata) == (given.source, given.metadata)
        return True

    return check


@pytest.fixture(scope="module")
def mutated(student_notebook):
    base = json.loads(json.dumps(student_notebook))

    def mutated(steps: Sequence[tuple]) -> dict:
        notebook = copy.deepcopy(base)
        for step in steps:
            try:
                apply(notebook, step)
            except (TypeError, KeyError, AttributeError, IndexError, ZeroDivisionError):
                continue  # an earlier step took away what this one needs
        return notebook

    return mutated


def _grade_id(cell: nbformat.NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


@SOME
@given(steps=st.lists(edit, min_size=1, max_size=5))
def test_what_an_editor_can_do_stays_readable(check, mutated, steps):
    assert check(json.dumps(mutated(steps)).encode())


@SOME
@given(steps=st.lists(edit | damage, min_size=1, max_size=4))
def test_a_changed_structure_is_read_or_refused(check, mutated, steps):
    check(json.dumps(mutated(steps)).encode("utf-8", "surrogatepass"))


@SOME
@given(
    st.binary(max_size=60) | st.sampled_from([b'"', b"\\", b"[", b"{", b"]", b"}", b"\xff", b"\0"]),
    st.integers(0, 10**6),
    st.integers(0, 200) | st.just(10**7),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "latin-1"]),
)
def test_changed_bytes_are_read_or_refused(check, student_notebook, put, at, cut, encoding):
    text = json.dumps(student_notebook, ensure_ascii=False)
    content = text.encode(encoding, "replace")
    at %= len(content)
    check(content[:at] + put + content[at + cut :])


@SOME
@given(st.binary(max_size=200) | st.text('{}[]",:\\ntrue1e-.\ud800 cellsource', max_size=200))
def test_any_bytes_are_read_or_refused(check, content):
    check(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("top", ["cells", "worksheets"])
@pytest.mark.parametrize("value", [None, 1, "", {}, [], [None], [[]], [{"cells": None}]])
def test_what_is_no_list_of_cells_is_read_or_refused(check, top, value):
    check(json.dumps({top: value, "nbformat": 4}).encode())
    check(json.dumps({"cells": None, "worksheets": value}).encode())


@pytest.mark.parametrize("to", ["code", "raw", "markdown"])
def test_every_cell_can_be_retyped_alone(check, student_notebook, to):
    base = json.loads(json.dumps(student_notebook))
    for index in range(len(base["cells"])):
        notebook = copy.deepcopy(base)
        apply(notebook, ("retype", index, to))
        assert check(json.dumps(notebook).encode())


@pytest.mark.parametrize("to", ["code", "raw"])
def test_a_text_with_a_drawing_that_was_retyped_is_read(student_notebook, to):
    release = copy.deepcopy(student_notebook)
    drawn = next(cell for cell in release.cells if cell.cell_type == "markdown")
    drawn.source += "\n![](attachment:a.png)"
    drawn.attachments = {"a.png": {"image/png": "aGk="}}
    notebook = json.loads(json.dumps(release))
    apply(notebook, ("retype", release.cells.index(drawn), to))  # "Y" in Jupyter
    done = prepare(SubmittedFile("ada", json.dumps(notebook).encode()), release)
    nbformat.validate(done.notebook)


@pytest.mark.parametrize("minor", [0, 3, 4])
def test_the_shortest_notebook_of_an_older_format_is_read(check, minor):
    for cells in ([], [{"cell_type": "code"}], [{"cell_type": "markdown", "source": [""]}]):
        assert check(json.dumps({"cells": cells, "nbformat_minor": minor}).encode())
