"""Parts of the benchmark about large classes and many machines; each yields rows of the table."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from distributed import Client

import autograder
from autograder.course import Course
from autograder.demo import make_class
from autograder.grading.class_setup import read_release, set_up_class
from autograder.grading.keys import class_key, entry_key
from autograder.kernel import choose_sandbox
from autograder.lab import SampleStudent
from autograder.limits import Limits
from autograder.storage.store import Store
from autograder.submission import SubmittedFile
from benchmarks.figure import Figure
from benchmarks.measuring import Measured
from benchmarks.own_cluster import own_cluster
from benchmarks.scratch_course import ScratchCourse, make_scratch_course

STORED = 400
SIMULATED = 4  # worker processes
REPEATS = 3


def growth(folder: Path, sizes: Sequence[int]) -> Iterator[Figure]:
    """Classes of several sizes; the smallest is what the others are compared with."""
    scratch = make_scratch_course(folder / "course", max(sizes), unfinished=True)
    jobs = os.cpu_count() or 1
    base: Measured | None = None
    for size in sorted(sizes):
        run = scratch.grade(scratch.students[:size], f"out-{size}", memory=True)
        base = base or run
        yield Figure(
            "growth",
            f"{size} unfinished submissions",
            f"{run.steady_seconds(jobs):.2f} s each",
            f"{run.peak_memory / 2**20:.0f} MB at most",
            f"{run.steady_seconds(jobs) / base.steady_seconds(jobs):.2f}",
        )


def cluster(folder: Path, submissions: int) -> Iterator[Figure]:
    """Two workers of a Dask cluster on this machine against `--jobs 2`, turn about."""
    scratch = make_scratch_course(folder / "course", max(4, submissions // 2 // 2 * 2))
    here, there = [], []
    with own_cluster(folder / "cluster", workers=2) as running:
        for turn in range(REPEATS):
            here.append(scratch.grade(scratch.students, f"here-{turn}", jobs=2))
            there.append(
                scratch.grade(scratch.students, f"there-{turn}", jobs=2, scheduler=running.address)
            )
    alone, far = (median(run.steady_seconds(2) for run in runs) for runs in (here, there))
    yield Figure(
        "cluster",
        f"seconds per submission, two Dask workers and --jobs 2, median of {REPEATS}",
        f"{far:.2f} s",
        f"{alone:.2f} s",
        f"{alone / far:.2f}",
    )


def rejudging(folder: Path, submissions: int) -> Iterator[Figure]:
    """Judge 400 stored answers again, after a grader was changed in a way that touches all rows."""
    scratch, real = _stored_class(folder / "course", STORED)
    plain = scratch.grade(scratch.students, "out", fresh=False)
    yield Figure("rejudging", f"first judging of {STORED} stored runs ({real} real ones, copied)",
                 f"{plain.seconds:.1f} s")  # fmt: skip
    here, package = Path(autograder.__file__).parents[1], folder / "package"
    for name in ("autograder", "camlab_solutions"):
        shutil.copytree(here / name, package / name)
    policy = package / "autograder" / "labs" / "lab09" / "graders" / "policy.toml"
    shares, changed = "form = 0.2\nclasses = 0.4", "form = 0.1\nclasses = 0.5"
    text = policy.read_text()
    if shares not in text:
        raise RuntimeError(f"{policy} has other shares for predict: nothing would be judged anew")
    policy.write_text(text.replace(shares, changed, 1))
    again = scratch.grade(scratch.students, "out", fresh=False, package=package)
    yield Figure(
        "rejudging",
        f"whole command after a change of points in the policy, {STORED} stored answers",
        f"{again.seconds:.1f} s",
        f"{len(again.results)} notebooks anew",
    )


def simulation(folder: Path, submissions: int) -> Iterator[Figure]:
    """Four worker processes: cheap real submissions, then replayed ones, against the model."""
    cheap = make_scratch_course(folder / "course", 10 * submissions, unfinished=True)
    few = cheap.students[: 2 * submissions]
    processors = min(SIMULATED, os.cpu_count() or 1)
    alone = cheap.grade(few, "alone", jobs=1)
    with own_cluster(folder / "cluster", SIMULATED) as running:
        run = cheap.grade(few, "cheap", scheduler=running.address)
    cost = alone.steady_seconds()
    yield _simulated("real unfinished submissions", len(few), run.steady_seconds(SIMULATED),
                     cost / processors)  # fmt: skip
    solved = make_scratch_course(folder / "solved", 3)
    full = solved.grade(solved.students, "out", jobs=1)
    recorded = next(path for path in (solved.course.root / "out").rglob("*.run")
                    if not path.stem.startswith("reference-"))  # fmt: skip
    caller = _replayed(folder / "none", cheap, cheap.students, recorded, 0.0, memory=True)
    yield Figure(
        "simulation",
        f"what the caller does for each of {len(cheap.students)} full solutions that cost nothing",
        f"{1000 * caller.steady_seconds(SIMULATED):.0f} ms",
        f"{caller.peak_memory / 2**20:.0f} MB at most",
    )
    burnt = full.steady_seconds()
    run = _replayed(folder / "burnt", cheap, few, recorded, burnt)
    yield _simulated(f"full solutions replayed at {burnt:.2f} s", len(few),
                     run.steady_seconds(SIMULATED),
                     (burnt + caller.steady_seconds(SIMULATED)) / processors)  # fmt: skip
    yield from _scheduler_alone(folder / "scheduler")


def _simulated(what: str, count: int, measured: float, foretold: float) -> Figure:
    return Figure(
        "simulation",
        f"{count} {what}, {SIMULATED} worker processes: seconds per submission, and the model's",
        f"{measured:.2f} s",
        f"{foretold:.2f} s",
        f"{measured / foretold:.2f}",
    )


def _replayed(
    folder: Path,
    scratch: ScratchCourse,
    students: Sequence[str],
    recorded: Path,
    seconds: float,
    memory: bool = False,
) -> Measured:
    replay = {"CAMLAB_REPLAY": str(recorded), "CAMLAB_REPLAY_SECONDS": str(seconds)}
    with own_cluster(folder, 0, **replay, PYTHONPATH=str(Path(__file__).parents[1])) as running:
        for _ in range(SIMULATED):
            running.start_worker("--preload", "benchmarks.replay")
        running.wait_for_workers(SIMULATED)
        return scratch.grade(students, folder.name, scheduler=running.address, memory=memory)


def _scheduler_alone(folder: Path, tasks: int = 5000) -> Iterator[Figure]:
    """How many tasks a second the scheduler gets through when they do nothing."""
    with (
        own_cluster(folder, SIMULATED) as running,
        Client(running.address, set_as_default=False) as client,
    ):
        started = time.perf_counter()
        client.gather(client.map(abs, range(tasks), pure=False))
        rate = tasks / (time.perf_counter() - started)
    yield Figure("simulation", "tasks a second through Dask's scheduler", f"{rate:.0f}")


def _stored_class(folder: Path, size: int) -> tuple[ScratchCourse, int]:
    """A class whose runs are in the store; some are real, the others are copies of those."""
    scratch = make_scratch_course(folder, 1)
    course = scratch.course
    pupils = [pupil for pupil in course.lab.sample_class() if pupil.content is None]
    pupils = [pupil for pupil in pupils if pupil.name != "katherine"]  # an endless loop
    release, solution = _notebooks(course)
    everyone = course.root / "everyone"
    make_class(tuple(pupils), course.lab, release, solution, everyone)
    scratch.grade([pupil.name for pupil in pupils], "out")
    store = Store(course.writing_to(course.root / "out").store)
    setup = set_up_class(course, read_release(course))
    key = class_key(setup, Limits(), choose_sandbox("auto").kind)
    students = []
    for number in range(size):
        model = pupils[number % len(pupils)]
        content = (everyone / model.name / course.lab.name / course.lab.notebook_name).read_bytes()
        finished = store.load(entry_key(key, SubmittedFile("", content)))
        notebook = json.loads(content)
        notebook["metadata"]["copy"] = number
        copy = json.dumps(notebook).encode()
        store.save(entry_key(key, SubmittedFile("", copy)), finished)
        name = f"s{number:05}"
        make_class((SampleStudent(name, model.story, content=copy),), course.lab, release, solution,
                   everyone)  # fmt: skip
        students.append(name)
    return ScratchCourse(course, tuple(students)), len(pupils)


def _notebooks(course: Course):
    import nbformat

    name = course.lab.notebook_name
    return (
        nbformat.read(folder / name, as_version=4)
        for folder in (course.student_release, course.solution_release)
    )
