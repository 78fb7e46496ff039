"""Where a submission's seconds go: the stages of grading, one after the other."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from autograder.course import find_course
from autograder.gradebook.writer import GradebookWriter
from autograder.grading import grade_class as grading
from autograder.grading import runner
from autograder.grading.grade_class import GradingOptions
from autograder.grading.submission_grader import SubmissionGrader
from autograder.kernel import sandbox
from autograder.kernel.children import Children
from benchmarks.figure import Figure
from benchmarks.scratch_course import make_scratch_course

# What is called for each submission, in order. None of them calls another one.
STAGES: tuple[tuple[str, object, str], ...] = (
    ("read it and put back what was changed", runner, "prepare"),
    ("a process of its own: begin", Children, "new_child"),
    ("run its cells", sandbox, "execute_cells"),
    ("ask the questions", sandbox._SubmissionRun, "_ask"),
    ("a process of its own: end", Children, "end_child"),
    ("judge the answers", SubmissionGrader, "graded"),
    ("keep the run, write the notebook", grading._Grading, "_kept"),
    ("write to the gradebook", GradebookWriter, "write"),
)


class Clock:
    """Seconds by stage, and when each submission was done."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {stage: [] for stage, _, _ in STAGES}
        self.done: list[float] = []

    @contextmanager
    def timing(self, stage: str, owner: object, name: str) -> Iterator[None]:
        """Within, calls of `owner.name` count for `stage`."""
        function: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[stage].append(time.perf_counter() - started)

        setattr(owner, name, timed)
        try:
            yield
        finally:
            setattr(owner, name, function)


def stages(folder: Path, submissions: int) -> Iterator[Figure]:
    """One submission at a time; medians, without the first one, which waits for the start."""
    count = max(3, min(submissions, 8))
    scratch = make_scratch_course(folder / "course", count)
    course = find_course(scratch.course.root).writing_to(folder / "out")
    clock = Clock()
    with ExitStack() as stack:
        for stage, owner, name in STAGES:
            stack.enter_context(clock.timing(stage, owner, name))
        grading.grade_class(
            course,
            scratch.submitted(scratch.students),
            GradingOptions(jobs=1),
            on_graded=lambda _: clock.done.append(time.perf_counter()),
        )
    steps = [after - before for before, after in zip(clock.done, clock.done[1:], strict=False)]
    whole = median(steps)
    yield Figure("stages", "one submission, --jobs 1", f"{whole:.2f} s", ratio="1.00")
    for stage, _, _ in STAGES:
        seconds = median(clock.seconds[stage][1:])
        yield Figure("stages", stage, f"{seconds:.2f} s", ratio=f"{seconds / whole:.2f}")
