"""What reads a stranger's bytes outside of the sandbox, and why it always ends soon.

A reader either does work that grows with the bytes and no faster, on no more bytes than it allows,
or it can be killed while it works. Whoever adds a reader adds a line here; `tests/test_bounds.py`
runs each of the first kind on n and on 4n of the worst that we know for it.
"""

from __future__ import annotations

from dataclasses import dataclass

LINEAR, KILLED = "linear", "killed"


@dataclass(frozen=True)
class Bound:
    """One reader."""

    reader: str  # its dotted name
    reads: str
    how: str  # LINEAR or KILLED
    most: str  # what it allows; beyond that there is a sentence for the student


BOUNDS = (
    Bound("autograder.submission.find.find_submissions", "folders and files of a class",
          LINEAR, "50 MB for a notebook, 2,000 names in a folder, 16 MB beside it"),
    Bound("autograder.submission.timestamps.read_timestamp", "timestamp.txt",
          LINEAR, "200 bytes"),
    Bound("autograder.submission.scan.without_outputs", "a notebook's JSON",
          LINEAR, "60 levels, 500,000 parts, 2,000,000 in outputs, 16 MB without them"),
    Bound("autograder.submission.parse.parse_notebook", "cells, sources, pasted pictures",
          LINEAR, "1,000 cells, 2 MB of text, 6 MB of pictures in a cell"),
    Bound("autograder.submission.restore.restore_from_release", "cells beside the release's",
          LINEAR, "what was parsed"),
    Bound("autograder.submission.added_code.added_code", "what was added to given cells",
          LINEAR, "100,000 characters of a cell"),
    Bound("autograder.kernel.sandbox.Sandbox", "the code of cells and answers",
          KILLED, "`Limits`: time, memory, processes, files"),
    Bound("autograder.kernel.printed.overwritten", "what cells print",
          LINEAR, "`Limits.output`, 8 MB in all cells together"),
    Bound("autograder.kernel.cell_places.place_in_traceback", "tracebacks of cells",
          LINEAR, "`Limits.output`"),
    Bound("autograder.kernel.guest.framing.read_frame", "frames with answers",
          LINEAR, "4 MB of JSON, 4,096 arrays, `Limits.answers` of bytes, the question's time"),
    Bound("autograder.kernel.wire.decode", "answers in a frame",
          LINEAR, "10,000 parts, each array's bytes used once"),
    Bound("autograder.gradebook.notebook.showable", "outputs, on their way to a page",
          LINEAR, "20,000 characters of each output"),
    Bound("autograder.text.markdown.markdown_to_html", "texts on Formgrader's pages",
          LINEAR, "20,000 characters; longer ones are not rendered"),
    Bound("autograder.text.highlight.highlight_python", "code on Formgrader's pages",
          LINEAR, "200,000 characters of a cell"),
    Bound("autograder.text.plain_text.plain_lines", "text on pages, in terminals and logs",
          LINEAR, "20,000 characters"),
    Bound("autograder.text.spreadsheet.guarded", "text in spreadsheets",
          LINEAR, "what it is given"),
    Bound("autograder.judging.exception_hints.failure_hints", "what exceptions say",
          LINEAR, "2,000 characters of each"),
    Bound("autograder.judging.stopped.of_steps", "code of a function that stopped",
          LINEAR, "what was parsed"),
    Bound("autograder.report.telling_line.telling_lines", "code, for the instructors' page",
          LINEAR, "what was parsed"),
    Bound("autograder.collect.collecting.collect", "archives and rosters",
          LINEAR, "200,000 files, 200 MB of one student and 200 of notebooks, 20 GB, as unpacked"),
    Bound("autograder.report.marks_file.import_marks_file", "spreadsheets with marks",
          LINEAR, "20 MB"),
)  # fmt: skip
