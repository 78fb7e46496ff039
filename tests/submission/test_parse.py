"""Notebooks as editors and file systems leave them are read; what is none is named."""

from __future__ import annotations

import codecs
import contextlib
import json
import time

import pytest

from autograder.submission.parse import NotANotebookError, parse_notebook
from autograder.submission.scan import MAX_PARTS
from tests.growth import grows_no_faster

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGA"


def notebook(*cells: dict, **top: object) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, **top}).encode()


def code(source: object, **rest: object) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], **rest}


def text(source: str, **rest: object) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **rest}


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4, 5, 99, "5", None])
def test_cells_without_ids_are_numbered_whatever_the_format_says(minor):
    parsed = parse_notebook(notebook(code("x = 1"), text("words"), nbformat_minor=minor))
    assert [(cell.id, cell.source) for cell in parsed.cells] == [
        ("cell-0", "x = 1"),
        ("cell-1", "words"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_whole_notebook_with_zeros_behind_is_read(encoding):
    content = notebook(text("words")).decode().encode(encoding) + bytes(4096)
    assert parse_notebook(content).cells[0].source == "words"


def test_colabs_ids_in_the_metadata_count_as_ids():
    cell = {**code("x = 1"), "metadata": {"id": "predict"}}
    assert parse_notebook(notebook(cell)).cells[0].id == "predict"


def test_an_id_that_is_there_twice_belongs_to_the_first():
    parsed = parse_notebook(notebook(code("1", id="same"), code("2", id="same")))
    assert [cell.id for cell in parsed.cells] == ["same", "cell-1"]


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": None, "metadata": None, "outputs": None},
        {"cell_type": "code", "source": ["x = 1", 5], "metadata": []},
        {"cell_type": 7, "source": {"a": 1}},
    ],
)
def test_a_cell_without_its_parts_is_a_cell_all_the_same(cell):
    assert len(parse_notebook(notebook(cell, code("1"))).cells) == 2


def test_line_ends_of_windows_are_line_ends():
    assert parse_notebook(notebook(code("a\r\nb\rc"))).cells[0].source == "a\nb\nc"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-32"),
    ],
)
def test_text_in_any_unicode_form_is_read(encode):
    content = encode(notebook(text("Zoë 王")).decode())
    assert parse_notebook(content).cells[0].source == "Zoë 王"


def test_headings_and_inputs_of_old_formats_are_read():
    sheet = {"cells": [{"cell_type": "heading", "level": 2, "source": "Part"},
                       {"cell_type": "code", "input": ["x = 1"]}]}  # fmt: skip
    parsed = parse_notebook(json.dumps({"worksheets": [sheet], "nbformat": 3}).encode())
    assert [cell.source for cell in parsed.cells] == ["## Part", "x = 1"]


def test_pasted_pictures_are_kept_and_nothing_else_is():
    attached = {
        "map.png": {"image/png": PNG},
        "unseen.png": {"image/png": PNG},
        "page.html": {"text/html": "<script>"},
    }
    shown = "![a](attachment:map.png) ![b](attachment:page.html)"
    (cell,) = parse_notebook(notebook(text(shown, attachments=attached))).cells
    assert cell.attachments == {"map.png": {"image/png": PNG}}


def test_a_picture_written_into_the_text_is_taken_out_of_it():
    large = "iVBORw0KGgo" + "A" * 3_000_000
    (cell,) = parse_notebook(notebook(text(f"See ![it](data:image/png;base64,{large})."))).cells
    assert cell.source == "See ![it](attachment:picture-1.png)."
    assert cell.attachments["picture-1.png"]["image/png"] == large


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n\xff\xfe", "it is a PDF"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"PK\x03\x04\xff", "a zip archive"),
        (b"\x00\x05\x16\x07\x00", "AppleDouble"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n>>>>>>> mine\n]}', "git conflict (line 2)"),
        (b'{"cells": [], "x": "caf\xe9"}', "not UTF-8 text (byte 24 is not)"),
        (b'{"cells": [{"cell_type": "co', "ends in the middle"),
        (b'{"cells": [{"cell_type": "code", ', "ends in the middle"),
        (b'{"cells": [{"cell_type": "code"}\n', "ends in the middle"),
        (b'{"cells": [{"outputs": [{"text": "a', "ends in the middle"),
        (b'{"cells": [{"cell_type": "code" "id": "a"}]}', "it is not JSON"),
        (notebook(text("words")) * 2, "it is not JSON"),
        (b"# %%\nx = 1", "it is not JSON"),
        (bytes(5000), "nothing but zeros"),
        (bytes(5000) + b"\n", "nothing but zeros"),
        (bytes(4096) + notebook(text("words")), "zeros fill a part"),
        (notebook(text("words"))[:40] + bytes(4096), "zeros fill a part"),
        (notebook(text("words"))[:40] + bytes(4096) + b"}]}", "zeros fill a part"),
        (b"ab\0c", "it is not JSON"),
        (b'{"cells": ' + b"9" * 5000 + b"}", "it is not JSON"),
        (b"[]", "it has no cells"),
    ],
)
def test_what_is_no_notebook_is_named(content, words):
    with pytest.raises(NotANotebookError) as caught:
        parse_notebook(content)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "made",
    [
        lambda n: b'{"cells": ["' + b'\\"' * n,
        lambda n: b'{"cells": ' + b'"a\\' * n,
        lambda n: b'{"cells": [' + b'"x' * n,
        lambda n: notebook(text("![a](data:image/png;base64," * n)),
        lambda n: notebook(text("](data:image/png;base64," + "A" * n)),
    ],
)
def test_four_times_the_bytes_take_four_times_as_long(made):
    def seconds(size: int) -> float:
        content, started = made(size), time.process_time()
        with contextlib.suppress(NotANotebookError):
            parse_notebook(content)
        return time.process_time() - started

    assert grows_no_faster(seconds, 25_000)


@pytest.mark.parametrize(
    ("start", "repeated", "end"),
    [
        (b'{"cells": "', b'\\"', b""),
        (b'{"cells": [', b'{"source": "', b""),
        (b'{"cells": [{"outputs": [', b"{},", b"{}]}]}"),
        (b'{"cells": [{"outputs": [', b"[", b""),
        (b'{"cells": [', b"{},", b"{}]}"),
        (b'{"cells": [{"metadata": {"tags": [', b'{"a": 1},', b"{}]}}]}"),
        (b'{"cells": [{"source": "', b"\\ud800", b'"}]}'),
        (b'{"cells": [{"attachments": {"a": {"image/png": "', b" ", b'!"}}}]}'),
        (b'{"cells": [{"source": "', b"](data:image/png;base64,A", b'"}]}'),
        (b"", b"<<<<<<< ", b""),
    ],
)  # fmt: skip
def test_reading_grows_with_the_size_and_no_faster(start, repeated, end):
    def seconds(times: int) -> float:
        content, began = start + repeated * times + end, time.process_time()
        with contextlib.suppress(NotANotebookError):
            parse_notebook(content)
        return time.process_time() - began

    assert grows_no_faster(seconds, 10_000)


def test_outputs_are_not_read_however_many_there_are():
    cell = {**code("x = 1"), "outputs": [{}] * 50_000 + [{"text": '"]}\\'}]}
    parsed = parse_notebook(json.dumps({"cells": [cell, code("y = 2")]}).encode())
    assert [cell.source for cell in parsed.cells] == ["x = 1", "y = 2"]


@pytest.mark.parametrize("parts", [b"[],", b"{},", b'"",', b"1,"])
def test_what_memory_could_not_hold_is_refused_before_it_is_parsed(parts):
    with pytest.raises(NotANotebookError, match="parts"):
        parse_notebook(b'{"cells": [' + parts * MAX_PARTS + b"1]}")
