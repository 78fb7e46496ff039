"""MarkUs: its autotester's JSON for each row, and two CSVs of marks for the class.

`marks.csv` is for MarkUs's spreadsheets of marks: a row of names, a row of what each is out of,
then a row for each user name. `grades.csv` is for the Grades tab of an assignment (2.10.1 and
later), which knows groups: a heading with `Group name` and the criteria, a row of what each is out
of, then a row for each group. An empty mark is one that is not there yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.files import write_atomically
from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.exports.explanation import explain, overall_comment
from autograder.report.exports.export import Export
from autograder.submission.groups import Group
from autograder.text.file_names import file_name
from autograder.text.spreadsheet import write_csv

STATUS = {"full": "pass", "partial": "partial", "none": "fail", "not-run": "error"}


def _write(marks: ClassMarks, target: Path, groups: Mapping[str, Group]) -> Path:
    """Write `marks.csv`, `grades.csv` and `results/<student>.json` into a folder.

    Args:
        groups: who stands behind a row, by row; where it is not known, the row is a user and a
            group of the same name.
    """
    write_csv(target / "marks.csv", _spreadsheet(marks, groups))
    write_csv(target / "grades.csv", _grades_tab(marks, groups))
    for row in marks.rows:
        text = json.dumps(autotester_results(row), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(target / "results" / f"{file_name(row.student)}.json", text.encode())
    return target


EXPORT = Export("exports/markus", "MarkUsExporter", _write)


def autotester_results(row: FinalRow) -> dict[str, object]:
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
        "extra_info": None,  # or all of it, with the number of a test group that MarkUs has
        "annotations": [],
        "feedback": [],
        "tags": [],
        "overall_comment": overall_comment(row),
    }
    return {"status": "finished", "error": None, "test_groups": [group]}


def _grades_tab(marks: ClassMarks, groups: Mapping[str, Group]) -> Iterator[list[object]]:
    yield ["Group name", *marks.tasks]
    yield ["", *_maxima(marks)]
    for row in marks.rows:
        group = groups.get(row.student)
        yield [group.name if group else row.student, *_points(row)]


def _spreadsheet(marks: ClassMarks, groups: Mapping[str, Group]) -> Iterator[list[object]]:
    if any(row.late_penalty for row in marks.rows):
        # A spreadsheet of marks knows no negative ones, so that a penalty shows only in a total.
        yield ["", marks.assignment]
        yield ["", marks.max_score]
        for row in marks.rows:
            for user in _users(row, groups):
                yield [user, None if row.waits else row.total]
        return
    yield ["", *marks.tasks]
    yield ["", *_maxima(marks)]
    for row in marks.rows:
        for user in _users(row, groups):
            yield [user, *_points(row)]


def _users(row: FinalRow, groups: Mapping[str, Group]) -> tuple[str, ...]:
    group = groups.get(row.student)
    return group.members if group and group.members else (row.student,)


def _maxima(marks: ClassMarks) -> Iterator[float]:
    most = {mark.task: mark.max_points for row in marks.rows for mark in row.result.tasks}
    return (most.get(task, 0.0) for task in marks.tasks)


def _points(row: FinalRow) -> Iterator[float | None]:
    return (None if mark.status == "manual" else mark.points for mark in row.result.tasks)
