"""MarkUs: its autotester's JSON for each student, and its CSV of marks for the class.

The CSV is that of MarkUs's spreadsheets of marks: a row of names, a row of what each is out of,
then a row for each user name. An empty mark is one that is not there yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from autograder.files import write_atomically
from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.exports.explanation import explain, late
from autograder.text.file_names import file_name
from autograder.text.spreadsheet import write_csv

STATUS = {"full": "pass", "partial": "partial", "none": "fail", "not-run": "error"}


def export_markus(marks: ClassMarks, target: Path) -> Path:
    """Write `marks.csv` and `results/<student>.json` into a folder."""
    write_csv(target / "marks.csv", _lines(marks))
    for row in marks.rows:
        text = json.dumps(autotester_results(row), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(target / "results" / f"{file_name(row.student)}.json", text.encode())
    return target


def autotester_results(row: FinalRow) -> dict:
    """One student's results as MarkUs's autotester reports them: a group with a test for each task.

    A task that waits for a person is left out: MarkUs has its own rubrics for those.
    """
    milliseconds = round(row.result.seconds * 1000)
    tests = [
        {
            "name": mark.task,
            "output": explain(mark, row),
            "marks_earned": mark.points,
            "marks_total": mark.max_points,
            "status": STATUS[mark.status],
            "time": None,
        }
        for mark in row.result.tasks
        if mark.status != "manual"
    ]
    group = {
        "time": milliseconds,
        "timeout": None,
        "tests": tests,
        "stderr": "",
        "malformed": "",
        "extra_info": {},
        "annotations": [],
        "feedback": [],
        "tags": [],
        "overall_comment": " ".join(filter(None, (row.result.message, late(row)))),
    }
    return {"test_groups": [group], "error": None}


def _lines(marks: ClassMarks) -> Iterator[list[object]]:
    most = {mark.task: mark.max_points for row in marks.rows for mark in row.result.tasks}
    if any(row.late_penalty for row in marks.rows):
        # MarkUs knows no negative marks, so that a penalty shows only in a total.
        yield ["", marks.assignment]
        yield ["", marks.max_score]
        for row in marks.rows:
            yield [row.student, None if row.waits else row.total]
        return
    yield ["", *marks.tasks]
    yield ["", *(most.get(task, 0.0) for task in marks.tasks)]
    for row in marks.rows:
        points = (None if mark.status == "manual" else mark.points for mark in row.result.tasks)
        yield [row.student, *points]
