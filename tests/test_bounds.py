"""Every reader of a stranger's bytes takes time that grows with them and no faster."""

from __future__ import annotations

import contextlib
import importlib
import json
import time
from collections.abc import Callable

import nbformat
import numpy as np
import pytest

from autograder.answers import Answer, Failure
from autograder.bounds import BOUNDS, KILLED, LINEAR
from autograder.gradebook.notebook import showable
from autograder.judging.exception_hints import failure_hints
from autograder.judging.policy import read_policy
from autograder.judging.stopped import of_steps
from autograder.kernel.cell_places import place_in_traceback
from autograder.kernel.printed import overwritten
from autograder.kernel.wire import MalformedAnswerError, decode
from autograder.lab import Question
from autograder.report.marks_rows import column_name
from autograder.report.telling_line import telling_lines
from autograder.submission.added_code import added_code
from autograder.submission.parse import NotANotebookError, parse_notebook
from autograder.submission.restore import restore_from_release
from autograder.submission.scan import TooComplexError, without_outputs
from autograder.text.highlight import highlight_python
from autograder.text.markdown import markdown_to_html
from autograder.text.plain_text import plain_lines
from autograder.text.spreadsheet import guarded, unguarded
from tests.growth import grows_no_faster
from tests.lab09 import LAB, POLICY

# Tried where their own tests are: they read files, channels or whole archives.
ELSEWHERE = {
    "autograder.submission.find.find_submissions": "tests.submission.test_find",
    "autograder.submission.timestamps.read_timestamp": "tests.submission.test_find",
    "autograder.kernel.guest.framing.read_frame": "tests.kernel.test_any_frame",
    "autograder.collect.collecting.collect": "tests.collect.test_downloads",
    "autograder.report.marks_file.import_marks_file": "tests.report.test_marks_file",
}


def _scan(text: str) -> None:
    with contextlib.suppress(TooComplexError):
        without_outputs(text.encode())


def _parse(text: str) -> None:
    with contextlib.suppress(NotANotebookError):
        parse_notebook(text.encode())


def _cells(text: str) -> nbformat.NotebookNode:
    kinds = ("code", "markdown", "raw")
    return parse_notebook(
        json.dumps(
            {"cells": [{"cell_type": k, "source": text, "id": f"{k}-{i}"}
                       for i in range(5) for k in kinds]}
        ).encode()
    )  # fmt: skip


def _restore(text: str) -> None:
    release = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Question\n\nWhat?\n\nWhy?", id="question"),
            nbformat.v4.new_markdown_cell(
                "YOUR ANSWER HERE", id="answer",
                metadata={"nbgrader": {"grade_id": "answer", "grade": True, "solution": True,
                                       "locked": False, "points": 1, "schema_version": 3}},
            ),
        ]
    )  # fmt: skip
    with contextlib.suppress(NotANotebookError):
        restore_from_release(_cells(text), release)


def _place(text: str) -> None:
    cell = nbformat.v4.new_code_cell("1")
    place_in_traceback(cell, 1, text.split("\n"))


def _decode(text: str) -> None:
    item = {"kind": "scalar", "form": "str", "value": text[:20_000]}
    with contextlib.suppress(MalformedAnswerError):
        decode({"kind": "sequence", "form": "list", "items": [item] * (len(text) // 100)}, [])


def _showable(text: str) -> None:
    output = nbformat.v4.new_output
    cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_raw_cell(text)]
    cells[0].outputs = [
        output("stream", text=text),
        output("error", ename=text, evalue=text, traceback=text.split("\n")),
        output("display_data", data={"text/plain": text, "text/html": text}),
    ]
    showable(nbformat.v4.new_notebook(cells=cells), LAB)


def _failure_hints(text: str) -> None:
    failure_hints(
        (),
        [(Question("q", "task", "f", ()), Failure("raised", text, "E", "", 1, text))],
        (),
        ("f",),
    )


def _of_steps(text: str) -> None:
    policy, stopped = read_policy(POLICY), {"q": Answer("q", failure=Failure("raised", ""))}
    for task in LAB.tasks:
        of_steps(task, f"resnet.fc.weight[label]\n{text}", stopped, policy)


def _telling_lines(text: str) -> None:
    telling_lines(("ann",), {"ann": text, "bob": "return 1"}, ("bob",))


READERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "autograder.submission.scan.without_outputs": (
        _scan,
        ('\\"', '"', "{", "[", "{},", '"",', '"outputs":[', '"outputs":[]', ":", '"a":', "\\"),
    ),
    "autograder.submission.parse.parse_notebook": (
        _parse,
        ('{"cells":[', "[", '"', "\\", "<<<<<<< \n", "%PDF", "\0", "\ufeff", "é", "1"),
    ),
    "autograder.submission.restore.restore_from_release": (
        _restore,
        ("def ", "a = ", "a:", " ", "\n", "a ", "a\n", "](data:image/png;base64,", "=", "a, b; ",
         "YOUR ANSWER HERE", "async def ", "words and more words ", "attachment:a",
         "](attachment:a", "](data:image/png;base64,A", "]",
         "<!--", "<p ", "&lt;", "[//]:"),
    ),
    "autograder.submission.added_code.added_code": (
        lambda text: added_code(text, "x = 1\n"),
        ("y = 1\n", "import a\n", "y;", "(", "a", "-", "@d\n", "def f(): 1\n", "if y: z = 1\n",
         "from a import b\n", "# \n", "%a\n"),
    ),
    "autograder.kernel.printed.overwritten": (
        overwritten,
        ("\r", "a", "a\r", "\r\n", "\n", "a\r\n"),
    ),
    "autograder.kernel.cell_places.place_in_traceback": (
        _place,
        ("Cell In[1], line 1\n", "Cell In[1", "1", "\x1b[", "\x1b[1;", "Cell In[", "\n"),
    ),
    "autograder.kernel.wire.decode": (_decode, ("a", "\ud800", "\0", "é")),
    "autograder.gradebook.notebook.showable": (_showable, ("a", "\n", "\x1b[", "    \n", "<")),
    "autograder.text.markdown.markdown_to_html": (
        markdown_to_html,
        ("[", "*", "a", "\n", "](data:image/png;base64,", "](data:image/png;base64,A)"),
    ),
    "autograder.text.highlight.highlight_python": (
        highlight_python,
        (" \n", "a.", "'", '"', "'''", '"""', "\\", "r'", "#", "1.", "é", "'''\\", "f'{"),
    ),
    "autograder.text.plain_text.plain_lines": (plain_lines, ("a", "\t", "\n", "\x1b", "\u202e")),
    "autograder.text.spreadsheet.guarded": (
        lambda text: unguarded(guarded(text)),
        (";\n", "\n", "\n-", " ", ";", "'", "=", ";=", "\u200b"),
    ),
    "autograder.report.marks_rows.column_name": (column_name, ("(", " ", "( ", "()", ")")),
    "autograder.judging.exception_hints.failure_hints": (
        _failure_hints,
        ("dtype", "vector", "name '", "No module named ", "must match", " ", "f", "\n"),
    ),
    "autograder.judging.stopped.of_steps": (
        _of_steps,
        ("\n", " \n", " ", "\t", "#", "def ", "async ", "from ", "from a ", "import ", '"""', "a.",
         "resnet.", "(", "layer", "features ", "softmax", "\x1f", "\f"),
    ),
    "autograder.report.telling_line.telling_lines": (
        _telling_lines,
        ("a", "a ", "+", "\n", "a\n", "#", '"""', " \n", "return\n"),
    ),
}  # fmt: skip
CASES = [(name, atom) for name, (_, atoms) in READERS.items() for atom in atoms]
N = 20_000


def test_the_table_names_what_is_there_and_each_line_has_a_test():
    for bound in BOUNDS:
        module, _, name = bound.reader.rpartition(".")
        assert hasattr(importlib.import_module(module), name), bound.reader
        assert bound.how in (LINEAR, KILLED)
        if bound.how == LINEAR:
            assert (bound.reader in READERS) != (bound.reader in ELSEWHERE), bound.reader
        if bound.reader in ELSEWHERE:
            importlib.import_module(ELSEWHERE[bound.reader])


@pytest.mark.parametrize(("name", "atom"), CASES)
def test_four_times_the_bytes_take_about_four_times_as_long(name, atom):
    read, _ = READERS[name]

    def seconds(size: int) -> float:
        text = (atom * (size // len(atom) + 1))[:size]
        began = time.process_time()
        read(text)
        return time.process_time() - began

    assert grows_no_faster(seconds, N)


def test_the_ratio_sees_a_square():
    """The test can fail: something quadratic is found by its ratio."""

    def quadratic(size: int) -> float:
        began = time.process_time()
        for _ in range(size // 20):
            np.zeros(size * 4).sum()
        return time.process_time() - began

    assert not grows_no_faster(quadratic, N)
