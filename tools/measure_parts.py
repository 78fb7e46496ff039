"""Print what each part of the lab costs a student: words to read, lines to write, seconds to run.

    python -m tests.lab.run_notebook release/solution/lab09/lab09.ipynb executed.ipynb
    python tools/measure_parts.py release/student/lab09/lab09.ipynb executed.ipynb

Words are those of the student's release, formulas and tables among them, without what is folded.
Minutes of reading are at `WORDS_A_MINUTE`; what thinking and writing take cannot be measured so.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_solution

WORDS_A_MINUTE = 200
HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<img[^>]*>|\(data:[^)]*\)")
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)


@dataclass
class Part:
    """One heading of the notebook and what stands below it."""

    title: str
    words: int = 0
    lines: int = 0
    seconds: float = 0.0


def parts(student: NotebookNode, executed: NotebookNode) -> Iterator[Part]:
    """Yield the parts in the notebook's order; cells are told apart by their ids."""
    ran = {cell.id: cell for cell in executed.cells}
    part = Part("Title")
    for cell in student.cells:
        heading = HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        if heading:
            yield part
            part = Part(heading[-1])
        if cell.cell_type == "markdown":
            part.words += len(PICTURE.sub("", FOLDED.sub("", cell.source)).split())
        elif not cell.metadata.get("jupyter", {}).get("source_hidden"):
            part.words += len(cell.source.split())
        done = ran.get(cell.id)
        if done is not None:
            part.lines += _lines_of_solution(cell, done)
            part.seconds += _seconds(done)
    yield part


def _lines_of_solution(cell: NotebookNode, done: NotebookNode) -> int:
    """Return how many lines the solution has in the place of "YOUR CODE HERE"."""
    if not is_solution(cell) or cell.cell_type != "code":
        return 0
    given = {line for line in cell.source.splitlines() if line.strip()}
    return sum(bool(line.strip()) and line not in given for line in done.source.splitlines())


def _seconds(cell: NotebookNode) -> float:
    times = cell.metadata.get("execution", {})
    ends = [times.get("iopub.execute_input"), times.get("shell.execute_reply")]
    if None in ends:
        return 0.0
    start, end = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in ends)
    return (end - start).total_seconds()


def main(student: str, executed: str) -> None:
    every = list(parts(nbformat.read(student, 4), nbformat.read(executed, 4)))
    total = Part("All")
    print("| part | words | to read, minutes | to write, lines | to run, seconds |")
    print("|---|---:|---:|---:|---:|")
    for part in every:
        total.words += part.words
        total.lines += part.lines
        total.seconds += part.seconds
    for part in [*every, total]:
        minutes = part.words / WORDS_A_MINUTE
        print(
            f"| {part.title} | {part.words} | {minutes:.1f} | {part.lines} | {part.seconds:.1f} |"
        )


if __name__ == "__main__":
    main(*sys.argv[1:3])
