"""Gradescope: a `results.json` for each student."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from autograder.gradebook.marks import ClassMarks, FinalRow
from autograder.report.exports.explanation import explain, late
from autograder.report.exports.export import Export
from autograder.submission.groups import Group
from autograder.text.file_names import file_name

# Marks show when the instructor publishes them, so that nobody tries answers against the hints.
VISIBILITY = "after_published"
STAND_IN = "These marks come from stand-in weights, not from ImageNet's."
WAITS = "A person marks this task."


def _write(marks: ClassMarks, target: Path, groups: Mapping[str, Group]) -> Path:
    """Write `<student>/results.json` into a folder."""
    for row in marks.rows:
        results = gradescope_results(row, marks.weights)
        text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(target / file_name(row.student) / "results.json", text.encode())
    return target


EXPORT = Export("exports/gradescope", "GradescopeExporter", _write)


def gradescope_results(row: FinalRow, weights: str, visibility: str = VISIBILITY) -> dict[str, Any]:
    """One student's results: a test for each task, the total after any late penalty.

    All texts are shown as plain text. A task that waits for a person has no score yet.
    """
    said = [row.result.message, late(row), STAND_IN if weights == "stand-in" else ""]
    return {
        "score": row.total,
        "execution_time": row.result.seconds,
        "output": "\n".join(filter(None, said)),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [_test(number, row, visibility) for number in range(1, len(row.result.tasks) + 1)],
    }


def _test(number: int, row: FinalRow, visibility: str) -> dict[str, Any]:
    mark = row.result.tasks[number - 1]
    test: dict[str, Any] = {
        "name": mark.task,
        "number": str(number),
        "output": WAITS if mark.status == "manual" else explain(mark, row),
        "output_format": "text",
        "tags": [hint.mistake for hint in mark.hints],
        "visibility": visibility,
    }
    if mark.status != "manual":
        test["score"] = mark.points
        test["max_score"] = mark.max_points
        test["status"] = "passed" if mark.status == "full" else "failed"
    return test
