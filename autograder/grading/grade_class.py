"""A class from its submissions to its gradebook, several at a time."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import refusals_explained, remove_unfinished
from autograder.gradebook.marked_answers import answer_digests
from autograder.gradebook.notebook import put_marks, showable, unreadable
from autograder.grading.class_setup import ClassSetup, read_release
from autograder.grading.keys import class_key, entry_key
from autograder.grading.runner import (
    LocalRunner,
    Outcome,
    RejectedSubmission,
    RetryExclusively,
    Runner,
)
from autograder.grading.submission_grader import Graded, SubmissionGrader, open_submission_grader
from autograder.kernel import choose_sandbox
from autograder.limits import Limits
from autograder.results import ClassResults, SubmissionResult, sort_rows, write_results
from autograder.storage.autograded import autograded_path
from autograder.storage.notebook_bytes import notebook_bytes
from autograder.storage.output_cache import OutputCache
from autograder.storage.run_index import keep_reference, keep_run
from autograder.storage.store import CompletedRun, Store, notebook_text
from autograder.storage.versions import code_digest
from autograder.submission import find_submissions
from autograder.submission.find import SubmittedFolder
from autograder.text.plain_text import listed, plain, plain_lines
from autograder.text.student_names import unfit_name

SKIPPED = "Left out by --skip: it was not run. Grade again without --skip to run it."
T = TypeVar("T")
_LOOKED_AT = 20  # submissions, before the sandbox is started
_MOST_THREADS = 4096  # they are started when they are needed; nearly all wait for a cluster


# (class, sandbox's kind, limits, this machine's own runner, whom to tell) -> the cluster's;
# `functools.partial(autograder.cluster.open_cluster, address)` is one.
OpenCluster = Callable[
    [ClassSetup, str, Limits, LocalRunner, Callable[[str], None]],
    contextlib.AbstractContextManager[Runner],
]


@dataclass(frozen=True)
class GradingOptions:
    """What `camlab grade` may be told."""

    jobs: int = 0  # 0 or less: one for each processor
    sandbox: str = "auto"
    fresh: bool = False  # run everything again
    limits: Limits = field(default_factory=Limits)
    open_cluster: OpenCluster | None = None  # None: this machine alone
    skip: frozenset[str] = frozenset()  # students whose work is not run

    @property
    def workers(self) -> int:
        return self.jobs if self.jobs > 0 else os.cpu_count() or 1


def grade_class(
    course: Course,
    submitted: Path,
    options: GradingOptions,
    on_total: Callable[[int], None] = lambda total: None,
    on_graded: Callable[[SubmissionResult], None] = lambda result: None,
    say: Callable[[str], None] = lambda sentence: None,
    on_began: Callable[[str], None] = lambda student: None,
) -> ClassResults:
    """Grade every submission below `submitted` and write all that grading writes.

    Args:
        course: the course; its `out` is where gradebook, results and notebooks go.
        submitted: the folder of submissions.
        options: jobs, sandbox, limits, cluster.
        on_total: told how many submissions there are, before the first is graded.
        on_graded: told each row as it is finished.
        say: told in a sentence what a person should know of the cluster.
        on_began: told whose submission is begun, by many threads.
    """
    with refusals_explained():
        return _grade_class(course, submitted, options, on_total, on_graded, say, on_began)


def _grade_class(
    course: Course,
    submitted: Path,
    options: GradingOptions,
    on_total: Callable[[int], None],
    on_graded: Callable[[SubmissionResult], None],
    say: Callable[[str], None],
    on_began: Callable[[str], None],
) -> ClassResults:
    folders = find_submissions(submitted, course.lab.name)
    _check_skipped(options.skip, [folder.student for folder in folders])
    release = read_release(course)
    folders = [replace(folder, release=release) for folder in folders]
    on_total(len(folders))
    remove_unfinished(course.out, "autograded", "feedback", ".camlab")
    rows = []
    with contextlib.ExitStack() as stack:
        grader = stack.enter_context(
            open_submission_grader(
                course,
                release,
                sandbox=options.sandbox,
                jobs=options.workers,
                limits=options.limits,
                warm=options.open_cluster is None,
            )
        )
        runner = stack.enter_context(_open_runner(grader, options, say))
        grading = _Grading(course, grader, runner, options, on_began)
        if options.open_cluster is None and grading.is_one_new(folders):
            grader.runner.start()  # it loads beside what follows
        from autograder.gradebook.build import ensure_assignment  # nbgrader: seconds
        from autograder.gradebook.marks import with_gradebook
        from autograder.gradebook.writer import GradebookWriter

        keep_reference(course, grader.setup.reference)
        ensure_assignment(course)
        gradebook = stack.enter_context(GradebookWriter(course, submitted))
        stack.callback(grading.stop)
        for result in grading.results(folders):
            gradebook.write(result, grading.answers.pop(result.student, None))
            rows.append(result)
            on_graded(result)
    results = ClassResults(
        course.lab.name,
        grader.setup.weights.kind,
        course.lab.max_score,
        sort_rows(rows),
        without_walls=not choose_sandbox(options.sandbox).has_walls,
    )
    if gradebook.message:
        # Its rows are in results.json all the same.
        write_results(results, course.results)
        raise CamlabError(gradebook.message)
    results = with_gradebook(course.lab, results, course.database_url)
    write_results(results, course.results)
    return results


def _check_skipped(skip: Iterable[str], students: Sequence[str]) -> None:
    """Raise where nobody is called so: a misspelt name would leave nobody out."""
    for name in sorted(set(skip) - set(students)):
        alike = difflib.get_close_matches(name, students, 3)
        guess = f" Was it {listed(alike, 3)}?" if alike else ""
        raise CamlabError(
            f"--skip {plain(name, 60)}: nobody who handed in is called so.{guess} Nothing was "
            "graded. The names are those of the folders in submitted/."
        )


def _open_runner(
    grader: SubmissionGrader, options: GradingOptions, say: Callable[[str], None]
) -> contextlib.AbstractContextManager[Runner]:
    if options.open_cluster is None:
        return contextlib.nullcontext(grader.runner)
    kind = choose_sandbox(options.sandbox).kind
    return options.open_cluster(grader.setup, kind, options.limits, grader.runner, say)


class _Grading:
    """One class on its way; only rows are kept, everything else is on disk."""

    def __init__(
        self,
        course: Course,
        grader: SubmissionGrader,
        runner: Runner,
        options: GradingOptions,
        on_began: Callable[[str], None],
    ) -> None:
        self._course = course
        self._on_began = on_began
        self._skip = options.skip
        self._stopped = threading.Event()
        self.answers: dict[str, dict[str, str]] = {}  # student -> written answers' digests
        self._grader = grader
        self._runner = runner
        self._fresh = options.fresh
        self._times = options.limits.times
        self._store = Store(course.store)
        self._outputs = OutputCache(course.store.parent / "written", course.out)
        kind = choose_sandbox(options.sandbox).kind
        self._key = class_key(grader.setup, options.limits, kind)

    def is_one_new(self, folders: Sequence[SubmittedFolder]) -> bool:
        """Whether one of the first few must be run: to look at all would take too long."""
        first = folders[:_LOOKED_AT]
        return any(self._is_new(one) for one in first if one.student not in self._skip)

    def _is_new(self, folder: SubmittedFolder) -> bool:
        try:
            return self._fresh or not self._store.holds(entry_key(self._key, folder.read()))
        except Exception:  # whatever it is, it has a row of its own when its turn comes
            return False

    def results(self, folders: Iterable[SubmittedFolder]) -> Iterator[SubmissionResult]:
        """Yield rows as they come: first everybody, then, alone, whom others may have disturbed."""
        again = []
        for folder, first in _in_parallel(
            self._first, folders, lambda: self._runner.max_concurrency
        ):
            if first is None:
                again.append(folder)
            else:
                yield first
        for _, result in _in_parallel(self._alone, again, lambda: self._runner.exclusive_slots):
            yield result

    def stop(self) -> None:
        """What is under way now is not recorded: it may be stopped at any place."""
        self._stopped.set()

    def _first(self, folder: SubmittedFolder) -> SubmissionResult | None:
        """The row of one submission; None where it is to be run again, alone."""
        try:
            return self._grade(folder, alone=False)
        except RetryExclusively:
            return None
        except Exception as error:
            return self._failed(folder, error)

    def _alone(self, folder: SubmittedFolder) -> SubmissionResult:
        try:
            return self._grade(folder, alone=True)
        except Exception as error:
            return self._failed(folder, error)

    def _grade(self, folder: SubmittedFolder, *, alone: bool) -> SubmissionResult:
        if self._stopped.is_set():
            raise _Stopped
        self._on_began(folder.student)
        file = folder.read()
        key = entry_key(self._key, file)
        if folder.student in self._skip:
            skipped = self._stored(key) or RejectedSubmission(SKIPPED)
            return self._kept(file.student, key, self._grader.graded(file, skipped))
        outcome: Outcome | None = None if self._fresh or alone else self._stored(key)
        if outcome is None:
            outcome = self._runner.run(file, alone=alone)
            if self._stopped.is_set():
                raise _Stopped
            if isinstance(outcome, CompletedRun) and not outcome.run.disturbed:
                self._save(key, outcome)
        return self._kept(file.student, key, self._grader.graded(file, outcome))

    def _save(self, key: str, outcome: CompletedRun) -> None:
        # What could not be kept is marked all the same, and run again the next time.
        with contextlib.suppress(OSError):
            self._store.save(key, outcome)

    def _stored(self, key: str) -> Outcome | None:
        known = self._store.load(key)
        return known if known and known.holds_under(self._times) else None

    def _failed(self, folder: SubmittedFolder, error: Exception) -> SubmissionResult:
        """Whatever is wrong with Camlab, one submission must not end the class."""
        path = self._course.out / ".camlab" / "errors.log"
        said = plain_lines("".join(traceback.format_exception(error)), 100_000)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{plain(folder.student)}\n{said}\n")
        return self._kept(folder.student, "", self._grader.failed(folder.student, error))

    def _kept(self, student: str, key: str, graded: Graded) -> SubmissionResult:
        """Write what is kept of a submission beside its row. The row is there all the same where
        that cannot be written."""
        if graded.run:
            self.answers[student] = answer_digests(graded.run, self._course.lab)
        try:
            keep_run(self._course, student, key if graded.run else None)
            if not unfit_name(student):
                self._write_notebook(student, key, graded)
        except OSError as error:
            said = (
                f"What is kept of this submission could not be written: {error.strerror}. Mend "
                "that and grade again."
            )
            message = " ".join(filter(None, (graded.result.message, said)))
            return replace(graded.result, message=message)
        return graded.result

    def _write_notebook(self, student: str, key: str, graded: Graded) -> None:
        lab, result = self._course.lab, graded.result
        fingerprint = [
            key if graded.run else result.message,
            *map(asdict, result.tasks),
            code_digest("gradebook/notebook.py", "gradebook/mark_text.py"),
        ]

        def make() -> bytes:
            if graded.run:
                return put_marks(notebook_text(graded.run), lab, result.tasks)
            notice = unreadable(self._grader.setup.release, result.message)
            return put_marks(notebook_bytes(showable(notice, lab)), lab, result.tasks)

        self._outputs.write(autograded_path(self._course, student), json.dumps(fingerprint), make)


def _in_parallel(
    work: Callable[[SubmittedFolder], T],
    folders: Iterable[SubmittedFolder],
    max_concurrency: Callable[[], int],
) -> Iterator[tuple[SubmittedFolder, T]]:
    """Yield results as they come; only as many as `max_concurrency` says are under way.

    Whoever stops asking does not wait for those that are under way.
    """
    waiting = iter(folders)
    pool = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="grading")
    try:
        under_way: dict[Future[T], SubmittedFolder] = {}
        while True:
            while (
                len(under_way) < max_concurrency() and (folder := next(waiting, None)) is not None
            ):
                under_way[pool.submit(work, folder)] = folder
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield under_way.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Stopped(BaseException):
    """The class is being stopped: no row for this submission."""
