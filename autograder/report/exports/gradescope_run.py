"""The last step of `run_autograder` on Gradescope: `results.json` of one graded submission.

python -m autograder.report.exports.gradescope_run LAB GRADED RESULTS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from autograder.course import find_course
from autograder.files import write_atomically
from autograder.gradebook.marks import class_marks
from autograder.report.exports.gradescope_export import gradescope_results
from autograder.results import read_results


def write_gradescope_results(lab: str, graded: Path, target: Path) -> None:
    """Write what Gradescope reads.

    Args:
        lab: its name.
        graded: the folder that `camlab grade --out` wrote, of a class of one.
        target: Gradescope's `results.json`.
    """
    course = find_course(lab=lab).writing_to(graded)
    marks = class_marks(course.lab, read_results(course.results), None)
    (row,) = marks.rows
    results = gradescope_results(row, marks.weights)
    write_atomically(target, json.dumps(results, ensure_ascii=False, allow_nan=False).encode())


if __name__ == "__main__":
    write_gradescope_results(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
