"""F-strings that need Python 3.12 give in an older one what they give there."""

from __future__ import annotations

import ast
import sys
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.submission.newer_fstrings import for_older_python, rewrite_newer_fstrings

NAMES = {
    "a": 3,
    "b": "x",
    "w": 9,
    "scores": {"cat": [0.5, 2], "k": 1.5},
    "image": SimpleNamespace(shape=(1, 2)),
}
# Any Python reads these, and says itself what they should give.
OLD = (
    "f'a{a}b'", "f'{a!r:>9}'", "f'{{}}{a}'", "f'}}{a}{{'", "f'{scores[\"k\"]:.2f}'", "f''",
    "f'{a:{w}}|{b:>{w}.{2}}'", "f'{a:x>{w}}'", "f'{a:{\"<\"}{w}}'", "f'{b:}'", "f'{a:%}'",
    "f'{a=}'", "f'{a = }'", "f'{a=!s}'", "f'{a=:>5}'", "f'{a==3}'", "f'{a!=3}'", "f'{a>=3}'",
    "f'{(lambda x: x)(a)}'", "f'{ {1: 2}[1] }'", "f'{scores[\"cat\"][0:1]}'", "f'{a,b}'",
    "f'''{a}\n'x' {b}'''", "rf'\\d{a}'", "fR'{a}\\w'", "F'{a}'", "f'\\n{b}\\''", "b'x'",
    "f'\\N{BULLET}{a}'", "f'{image.shape}'", "f'{[x for x in (1, 2) if x <= 1]}'",
    "f'{f\"{a}\"}'", "'plain {a}'", "{f'{a}': 1}", "(f'{a}'  # one\n 'b' f'{b!r}')",
    "f'{a}' 'c' f\"{b}\"", "str(f'{a}') + '#  f{'",
)  # fmt: skip
NEW = {
    'f"{scores["k"]:.2f}"': "1.50",
    'f"{", ".join(["a", "b"])}"': "a, b",
    "f'{'\\n'.join(['a', 'b'])}'": "a\nb",
    'f"{f"{f"{a}"}"}"': "3",
    'f"{a  # three\n}"': "3",
    'f"{\n    a\n}!"': "3!",
    'f"{scores["cat"][0]!r:>{w}}"': "      0.5",
    'f"{b if b != "y" else "n"}" f"{a}"': "x3",
}


@pytest.mark.parametrize("text", OLD)
def test_what_an_older_python_reads_gives_the_same_when_rewritten(text):
    assert eval(for_older_python(text), dict(NAMES)) == eval(text, dict(NAMES))


@pytest.mark.parametrize("text", NEW)
def test_what_only_a_newer_python_reads_gives_what_it_gives_there(text):
    assert eval(for_older_python(text), dict(NAMES)) == NEW[text]
    if sys.version_info >= (3, 12):
        assert eval(text, dict(NAMES)) == NEW[text]
    else:
        with pytest.raises(SyntaxError):
            ast.parse(text)


def test_text_after_a_line_is_no_part_of_its_string():
    source = 'x = f"{a}"\n"""A comment."""\n'
    names = dict(NAMES)
    exec(for_older_python(source), names)
    assert names["x"] == "3"


@pytest.mark.parametrize(
    "text",
    ["f'{' * 9", "f'{a", "f\"{scores[\"k\"", "'", "f'{" * 5_000, "f'{f\"{" * 5_000,
     "f'{a:{b:{" * 5_000, "f'" + "(" * 50_000, "'''", "f'\\N{", "f'{a"],
)  # fmt: skip
def test_what_is_no_string_stays_as_it_is(text):
    assert for_older_python(text) == text


needs_it = pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them itself")


@needs_it
def test_a_cell_that_needs_it_is_rewritten_and_named():
    cell = new_code_cell('%time x = 1\nprint(f"{scores["k"]}")')
    assert rewrite_newer_fstrings(new_notebook(cells=[new_code_cell("1"), cell])) == (
        "The f-strings in cell 2 need a newer Python than the one that grades; they were "
        "rewritten for it, which costs nothing."
    )
    assert cell.source == '%time x = 1\nprint("".join((format((scores["k"]), ""), )))'


@pytest.mark.parametrize(
    "source", ["print(f'{a}')", "def f(:\n    return f'{a}'", "f'{'", "# f'{", "f'{a!x}'"]
)
def test_a_cell_that_is_read_or_is_broken_otherwise_is_left_alone(source):
    cell = new_code_cell(source)
    assert rewrite_newer_fstrings(new_notebook(cells=[cell])) == ""
    assert cell.source == source


@needs_it
def test_a_given_cell_is_left_alone():
    cell = new_code_cell('f"{scores["k"]}"')
    cell.metadata["nbgrader"] = {"grade_id": "given", "locked": True, "solution": False}
    assert rewrite_newer_fstrings(new_notebook(cells=[cell])) == ""
