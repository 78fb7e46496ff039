"""An autograded notebook: the run's outputs, made safe, with the marks in the test cells."""

from __future__ import annotations

import json
from copy import deepcopy

import nbformat
from nbformat import NotebookNode

from autograder.cells import grade_id
from autograder.gradebook.mark_text import mark_lines
from autograder.lab import Lab
from autograder.results import TaskMark
from autograder.storage.notebook_bytes import cells_in, notebook_bytes
from autograder.text.plain_text import points

# What a page may show of a submission's outputs; anything else could carry a script.
SAFE_TYPES = ("text/plain", "image/png", "image/jpeg")
MAX_TEXT = 20_000  # characters of one output


def with_marks(notebook: NotebookNode, lab: Lab, marks: tuple[TaskMark, ...]) -> NotebookNode:
    """Write marks where nbgrader reads them: one number as a test cell's only result.

    nbgrader takes a cell without any result for full marks, so every test cell gets a number.
    """
    return nbformat.from_dict(
        json.loads(put_marks(notebook_bytes(showable(notebook, lab)), lab, marks))
    )


def showable(notebook: NotebookNode, lab: Lab) -> NotebookNode:
    """A copy that a page may show: without scripts, and without results in the test cells."""
    notebook = deepcopy(notebook)
    grade_ids = {task.grade_id for task in lab.tasks}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            _make_text(cell)
        else:
            cell.outputs = _safe_outputs(cell, only_printed=grade_id(cell) in grade_ids)
    return notebook


def put_marks(text: bytes, lab: Lab, marks: tuple[TaskMark, ...]) -> bytes:
    """Write marks into what `notebook_bytes` made of a notebook that `showable` gave.

    The lines of the test cells alone are read: a class of thousands is marked again in minutes.
    """
    waiting = {lab.task(mark.task).grade_id: mark for mark in marks}
    whole, end = memoryview(text), 0
    pieces: list[memoryview | bytes] = []
    for place, cell in cells_in(text, set(waiting)):
        if cell["cell_type"] == "code" and grade_id(cell) in waiting:
            cell["outputs"] += _mark_outputs(waiting.pop(grade_id(cell)))
            pieces += [whole[end : place.start], json.dumps(cell, sort_keys=True).encode()]
            end = place.stop
    return b"".join([*pieces, whole[end:]])


def _make_text(cell: NotebookNode) -> None:
    """A raw cell as a text that shows what was typed: pages write raw cells out as HTML."""
    if cell.cell_type == "raw":
        cell.cell_type = "markdown"
        cell.source = "\n".join(f"    {line}" for line in cell.source.splitlines())


def unreadable(release: NotebookNode, reason: str) -> NotebookNode:
    """What stands in for a submission that could not be read: the release, and why."""
    notebook = deepcopy(release)
    notice = nbformat.v4.new_markdown_cell(
        "**This submission could not be run.** " + _escape(reason), id="camlab-notice"
    )
    notebook.cells.insert(0, notice)
    return notebook


def _escape(text: str) -> str:
    """Text that stays text in Markdown."""
    return "".join(
        f"&#{ord(mark)};" if not mark.isalnum() and mark != " " else mark for mark in text
    )


def _safe_outputs(cell: NotebookNode, *, only_printed: bool) -> list[NotebookNode]:
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream":
            if not (only_printed and output.name == "stderr"):
                output.text = output.text[:MAX_TEXT]
                kept.append(output)
        elif only_printed:
            continue  # a test cell's errors and results would be taken for its mark
        elif output.output_type == "error":
            output.evalue = output.evalue[:MAX_TEXT]
            output.traceback = ["\n".join(output.traceback)[-MAX_TEXT:]]
            kept.append(output)
        else:
            output.data = NotebookNode(
                {kind: output.data[kind] for kind in SAFE_TYPES if kind in output.data}
            )
            output.metadata = NotebookNode()
            if output.data:
                kept.append(output)
    return kept


def _mark_outputs(mark: TaskMark) -> list[NotebookNode]:
    head = f"{mark.task}: {points(mark.points)} of {points(mark.max_points)}"
    lines = [head, *mark_lines(mark)]
    return [
        nbformat.v4.new_output("stream", name="stdout", text="\n".join(lines) + "\n"),
        nbformat.v4.new_output(
            "execute_result", data={"text/plain": repr(mark.points)}, execution_count=None
        ),
    ]
