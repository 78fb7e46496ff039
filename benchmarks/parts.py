"""The parts of the benchmark; each yields rows of the table."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from autograder.cells import cell_with
from benchmarks.figure import Figure
from benchmarks.floor import measure_floor
from benchmarks.measuring import Measured
from benchmarks.plain_course import PlainCourse
from benchmarks.scratch_course import ScratchCourse, make_scratch_course


def contest(folder: Path, submissions: int) -> Iterator[Figure]:
    """Stock nbgrader and Camlab on the same submissions, turn about."""
    scratch = make_scratch_course(folder / "course", submissions)
    plain = PlainCourse(folder / "plain", scratch)
    stock, ours = [], []
    for half in _halves(scratch.students):
        stock.append(plain.autograde(half))
        ours.append(scratch.grade(half, "out"))
    stock_seconds, our_seconds = (
        sum(run.seconds for run in runs) / submissions for runs in (stock, ours)
    )
    yield _against(
        "contest", "seconds per submission, whole command", our_seconds, stock_seconds, " s"
    )
    jobs = min(os.cpu_count() or 1, len(_halves(scratch.students)[0]) - 1)
    if jobs:
        yield _against(
            "contest",
            "seconds per submission, once under way",
            median(run.steady_seconds(jobs) for run in ours),
            median(run.steady_seconds() for run in stock),
            " s",
        )
    yield _against("contest", "first result of a cold start", _first(ours), _first(stock), " s")


def memory(folder: Path, submissions: int) -> Iterator[Figure]:
    """Peaks of the whole tree of processes: stock nbgrader, two children, four."""
    scratch = make_scratch_course(folder / "course", 8)
    plain = PlainCourse(folder / "plain", scratch)
    stock = plain.autograde(scratch.students[:2], memory=True).peak_memory / 2**20
    two, four = (
        scratch.grade(scratch.students, f"out-{jobs}", jobs=jobs, memory=True).peak_memory / 2**20
        for jobs in (2, 4)
    )
    yield _against("memory", "peak of all processes (PSS), --jobs 2", two, stock, " MB")
    yield _against("memory", "peak of all processes (PSS), --jobs 4", four, stock, " MB")
    yield Figure("memory", "each child beyond two", f"{(four - two) / 2:.0f} MB")


def floor(folder: Path, submissions: int) -> Iterator[Figure]:
    """Camlab against the same work in a bare, warm process."""
    scratch = make_scratch_course(folder / "course", max(3, min(submissions, 6)))
    root, name = scratch.course.root, scratch.course.lab.name
    notebook = root / "everyone" / scratch.students[0] / name / scratch.course.lab.notebook_name
    rounds = measure_floor(notebook, root, 2)
    run = scratch.grade(scratch.students, "out", jobs=1)
    rounds += measure_floor(notebook, root, 2)
    yield _against(
        "floor", "camlab --jobs 1 beside a bare warm process", run.steady_seconds(),
        median(rounds), " s",
    )  # fmt: skip


def workers(folder: Path, submissions: int) -> Iterator[Figure]:
    """One submission at a time, then two."""
    scratch = make_scratch_course(folder / "course", max(4, submissions // 2 // 2 * 2))
    one = scratch.grade(scratch.students, "one", jobs=1)
    two = scratch.grade(scratch.students, "two", jobs=2)
    alone, together = one.steady_seconds(1), two.steady_seconds(2)
    yield Figure(
        "workers",
        "seconds per submission, --jobs 2 and --jobs 1",
        f"{together:.2f} s",
        f"{alone:.2f} s",
        f"{alone / together:.2f}",
    )


def loops(folder: Path, submissions: int) -> Iterator[Figure]:
    """One student in twenty hands in an endless loop; beside the same class without."""
    scratch = make_scratch_course(folder / "course", max(20, submissions // 20 * 20))
    fine = scratch.students
    few = len(fine) // 20
    spoiled = [*(_endless(scratch, student) for student in fine[:few]), *fine[few:]]
    without, with_loops = (scratch.grade(them, them[0]) for them in (fine, spoiled))
    yield _against(
        "loops",
        f"{few} of {len(fine)} with an endless loop, and none: whole command",
        with_loops.seconds,
        without.seconds,
        " s",
    )


def _endless(scratch: ScratchCourse, student: str) -> str:
    """Hand in the student's notebook under another name, with a loop where a function was."""
    course, name = scratch.course, f"loop-{student}"
    everyone = course.root / "everyone"
    shutil.copytree(everyone / student, everyone / name)
    path = everyone / name / course.lab.name / course.lab.notebook_name
    notebook = json.loads(path.read_bytes())
    cell = cell_with(notebook["cells"], "compute_cam")
    cell["source"] = "def compute_cam(features, label):\n    while True:\n        pass\n"
    path.write_text(json.dumps(notebook))
    return name


def _halves(students: Sequence[str]) -> list[Sequence[str]]:
    middle = (len(students) + 1) // 2
    return [half for half in (students[:middle], students[middle:]) if half]


def _first(runs: Sequence[Measured]) -> float:
    return median(run.first_result for run in runs)


def _against(part: str, what: str, ours: float, theirs: float, unit: str) -> Figure:
    digits = 0 if unit == " MB" else 2
    return Figure(
        part, what, f"{ours:.{digits}f}{unit}", f"{theirs:.{digits}f}{unit}", f"{theirs / ours:.2f}"
    )
