"""What a student did is found wherever an editor, a zip program or a habit put it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.submission import SubmittedFile, prepare
from autograder.submission.find import MAX_BESIDE, SubmittedFolder, find_submissions
from autograder.submission.written import is_blank_answer

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGA"
TEXT = "The two maps look alike near the ears. The tabby map is hotter on the face."
FUNCTIONS = ("predict", "get_resnet_features", "compute_cam", "compute_gradcam")


@pytest.fixture(scope="module")
def worked(student_notebook, solved) -> NotebookNode:
    notebook = deepcopy(student_notebook)
    for name in FUNCTIONS:
        cell(notebook, name).source = solved[name]
    cell(notebook, "interpretation").source = TEXT
    return notebook


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def place(notebook: NotebookNode, grade_id: str) -> int:
    return notebook.cells.index(cell(notebook, grade_id))


def blank_answer(notebook: NotebookNode) -> int:
    cell(notebook, "interpretation").source = "YOUR ANSWER HERE\n"
    return place(notebook, "interpretation")


def own(text: str, kind: str = "markdown") -> NotebookNode:
    new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
    return new(text)


def answer_of(notebook: NotebookNode) -> str:
    return cell(notebook, "interpretation").source


def prepared(notebook: NotebookNode, release: NotebookNode, minor: int = 5):
    content = json.dumps({**notebook, "nbformat_minor": minor}).encode()
    return prepare(SubmittedFile("ada", content), release)


def without_metadata(notebook: NotebookNode) -> None:
    for one in notebook.cells:
        one.metadata = NotebookNode()
        one.pop("id")


def ids_in_metadata(notebook: NotebookNode) -> None:
    for one in notebook.cells:
        one.metadata["id"] = one.pop("id")


def ids_only(notebook: NotebookNode) -> None:
    for one in notebook.cells:
        one.metadata = NotebookNode({"id": one.pop("id")})


@pytest.mark.parametrize("strip", [without_metadata, ids_in_metadata, ids_only])
@pytest.mark.parametrize("minor", [0, 4, 5])
def test_without_ids_or_metadata_all_is_found_and_said_in_one_sentence(
    worked, student_notebook, strip, minor
):
    notebook = deepcopy(worked)
    strip(notebook)
    found = prepared(notebook, student_notebook, minor)
    for name in FUNCTIONS:
        assert cell(found.notebook, name).source == cell(worked, name).source
    assert answer_of(found.notebook) == TEXT
    assert len(found.remarks) <= 1
    nbformat.validate(found.notebook)


def test_a_blank_notebook_without_metadata_stays_blank(student_notebook):
    notebook = deepcopy(student_notebook)
    without_metadata(notebook)
    found = prepared(notebook, student_notebook)
    assert is_blank_answer(answer_of(found.notebook), "YOUR ANSWER HERE")
    assert len(found.notebook.cells) == len(student_notebook.cells)


def test_functions_typed_into_cells_of_ones_own_are_not_missing(worked, student_notebook):
    notebook = deepcopy(worked)
    moved = "\n\n".join(notebook.cells.pop(place(notebook, name)).source for name in FUNCTIONS)
    notebook.cells.append(own(moved, "code"))
    found = prepared(notebook, student_notebook)
    assert not any("missing" in remark for remark in found.remarks)


def below(notebook: NotebookNode) -> None:
    notebook.cells.insert(blank_answer(notebook) + 1, own(TEXT))


def above(notebook: NotebookNode) -> None:
    notebook.cells.insert(blank_answer(notebook), own(TEXT))


def copied(notebook: NotebookNode) -> None:
    copy = deepcopy(cell(notebook, "interpretation"))
    copy["id"] = "second"
    notebook.cells.insert(blank_answer(notebook) + 1, copy)


def in_the_question(notebook: NotebookNode) -> None:
    notebook.cells[blank_answer(notebook) - 1].source += "\n\n" + TEXT


def in_a_code_cell_below(notebook: NotebookNode) -> None:
    notebook.cells.insert(blank_answer(notebook) + 1, own(TEXT, "code"))


def as_comments_below(notebook: NotebookNode) -> None:
    notebook.cells.insert(blank_answer(notebook) + 1, own(f"# {TEXT}", "code"))


def at_the_very_end(notebook: NotebookNode) -> None:
    blank_answer(notebook)
    notebook.cells.append(own(TEXT))


def as_code(notebook: NotebookNode) -> None:
    cell(notebook, "interpretation").cell_type = "code"


def as_raw(notebook: NotebookNode) -> None:
    cell(notebook, "interpretation").cell_type = "raw"


def in_place_of_its_cell(notebook: NotebookNode) -> None:
    notebook.cells[blank_answer(notebook)] = own(TEXT)


ODD_PLACES: list[Callable[[NotebookNode], None]] = [
    below, above, copied, in_the_question, in_a_code_cell_below, as_comments_below,
    at_the_very_end, as_code, as_raw, in_place_of_its_cell,
]  # fmt: skip


@pytest.mark.parametrize("put", ODD_PLACES)
def test_a_written_answer_is_found_in_odd_places(worked, student_notebook, put):
    notebook = deepcopy(worked)
    put(notebook)
    found = prepared(notebook, student_notebook)
    assert TEXT in answer_of(found.notebook)
    texts = [c.source for c in found.notebook.cells if c.cell_type == "markdown"]
    assert sum(TEXT in text for text in texts) <= 2, "shown in its place, and at most as it was"


def test_a_split_answer_is_whole_again(worked, student_notebook):
    notebook = deepcopy(worked)
    first = cell(notebook, "interpretation")
    second = deepcopy(first)
    first.source, second.source, second["id"] = TEXT[:40], TEXT[40:], "second"
    notebook.cells.insert(place(notebook, "interpretation") + 1, second)
    answer = answer_of(prepared(notebook, student_notebook).notebook)
    assert "".join(answer.split()) == "".join(TEXT.split())


def test_the_releases_own_words_are_no_answer(student_notebook):
    notebook = deepcopy(student_notebook)
    notebook.cells[place(notebook, "interpretation")].source = "YOUR ANSWER HERE\r\n\r\n"
    notebook.cells.insert(
        place(notebook, "interpretation") + 1, own("# a plot\nplt.show()", "code")
    )
    found = prepared(notebook, student_notebook)
    assert is_blank_answer(answer_of(found.notebook), "YOUR ANSWER HERE")


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("", True), ("YOUR ANSWER HERE", True), (" YOUR ANSWER HERE \n\n", True), ("-", True),
        (" \t\n\u00a0", True), ("*your answer here*", True), ("\u200b\u2060\ufeff", True),
        ("\u3164", True), ("<!-- \nYOUR ANSWER HERE -->", True), ("<!-- later -->", True),
        ("&nbsp;<br/>\n<p></p>", True), ("[//]: # (later)", True), ("___", True),
        ("<!-- later --> the ears", False), ("<!-- the ears", False), ("<b>ears</b>", False),
        ("<img src='a.png'>", False), ("$x_1$", False), ("0", False),
        ("YOUR ANSWER HERE: the ears", False), ("![](attachment:a.png)", False), ("猫", False),
    ],
)  # fmt: skip
def test_nothing_with_words_in_it_is_blank(text, blank):
    assert is_blank_answer(text, "YOUR ANSWER HERE\n") is blank


def test_pictures_of_an_answer_come_with_it(worked, student_notebook):
    notebook = deepcopy(worked)
    index = blank_answer(notebook)
    picture = own(f"{TEXT}\n\n![map](attachment:map.png)")
    picture["attachments"] = {"map.png": {"image/png": PNG}}
    notebook.cells.insert(index + 1, picture)
    found = cell(prepared(notebook, student_notebook).notebook, "interpretation")
    assert found.attachments["map.png"]["image/png"] == PNG


def test_a_drawing_turned_into_code_is_text_again(worked, student_notebook):
    notebook = deepcopy(worked)
    drawing = next(c for c in notebook.cells if "](data:image" in c.source)
    drawing.cell_type = "code"
    nbformat.validate(prepared(notebook, student_notebook).notebook)


def test_what_was_put_back_is_one_sentence_for_each_kind(worked, student_notebook):
    notebook = deepcopy(worked)
    given = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("locked")]
    for one in given:
        one.source = "pass"
    (remark,) = prepared(notebook, student_notebook).remarks
    assert re.match("The given cells “imports”, “[a-z]+”, “[a-z]+” and ", remark)
    assert remark.endswith("were changed; they were put back.")


@pytest.fixture
def read(tmp_path, student_notebook):
    """A student's folder with the given files, read."""

    def read(files: dict[str, bytes]) -> SubmittedFile:
        for path, content in files.items():
            file = tmp_path / "submitted" / "ada" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (folder,) = find_submissions(tmp_path / "submitted", "lab09", student_notebook)
        return folder.read()

    return read


def notebook_with(text: str) -> bytes:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


MINE = notebook_with("mine")


@pytest.mark.parametrize("name", ["lab09 (1).ipynb", "lab09-Copy1.ipynb", "Copy of lab09.ipynb",
                                  "lab09_copy.ipynb", "LAB09.ipynb", "final.ipynb"])  # fmt: skip
def test_a_worked_copy_comes_before_a_blank_notebook(read, student_notebook, name):
    blank = json.dumps(student_notebook).encode()
    file = read({"lab09/lab09.ipynb": blank, f"lab09/{name}": MINE})
    assert file.content == MINE
    assert any(name in remark for remark in file.remarks)
    assert "Not graded: lab09.ipynb." in file.remarks


def test_the_required_name_comes_before_another_worked_notebook(read):
    file = read({"lab09/lab09.ipynb": MINE, "lab09/lab09-Copy1.ipynb": notebook_with("older")})
    assert file.content == MINE
    assert "Not graded: lab09-Copy1.ipynb." in file.remarks


def test_where_nobody_can_tell_both_are_named(read):
    file = read({"lab09/final.ipynb": MINE, "lab09/other.ipynb": notebook_with("other")})
    assert "final.ipynb, other.ipynb" in file.message


@pytest.mark.parametrize(
    "path",
    ["lab09/lab09.ipynb.txt", "lab09/lab09.json", "Lab09/lab09.ipynb", "lab09/lab09/lab09.ipynb",
     "lab09/a/b/lab09.ipynb", "lab09.ipynb", "submission/lab09.ipynb"],
)  # fmt: skip
def test_a_notebook_is_found_in_a_folder_or_under_a_name_of_its_own(read, path):
    assert read({path: MINE}).content == MINE


def test_what_was_handed_in_instead_is_named(read):
    assert "It holds lab09.html" in read({"lab09/lab09.html": b"<html>"}).message


def test_files_beside_the_notebook_come_with_it_within_limits(read):
    file = read({
        "lab09/lab09.ipynb": MINE, "lab09/helpers.py": b"x = 1", "lab09/pictures/dog.jpg": b"jpg",
        "lab09/timestamp.txt": b"2026", "lab09/.DS_Store": b"x", "lab09/film.mp4":
        b"\0" * (MAX_BESIDE + 1),
    })  # fmt: skip
    assert dict(file.beside) == {"helpers.py": b"x = 1", "pictures/dog.jpg": b"jpg"}
    assert any("film.mp4" in remark for remark in file.remarks)


def test_links_beside_the_notebook_are_left_out(read, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "submitted" / "ada" / "lab09").mkdir(parents=True)
    (tmp_path / "submitted" / "ada" / "lab09" / "data.txt").symlink_to(tmp_path / "secret")
    assert b"secret" not in read({"lab09/lab09.ipynb": MINE}).beside.values()


def test_another_labs_notebook_is_not_this_one(tmp_path):
    folder = tmp_path / "ada" / "lab08"
    folder.mkdir(parents=True)
    (folder / "lab08.ipynb").write_bytes(MINE)
    assert SubmittedFolder("ada", tmp_path / "ada" / "lab09", "lab09").read().message


def test_the_untouched_release_has_no_answer_anywhere(student_notebook):
    """Its diagrams, which reading turns into attachments, are nobody's words."""
    untouched = prepare(
        SubmittedFile("ada", json.dumps(student_notebook).encode()), student_notebook
    )
    assert untouched.remarks == ()
    given = cell(student_notebook, "interpretation").source
    assert is_blank_answer(cell(untouched.notebook, "interpretation").source, given)
