"""A class from its submissions to its gradebook, several at a time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import nbformat

from autograder.course import Course
from autograder.files import remove_unfinished, write_atomically
from autograder.gradebook.by_hand import with_marks_by_hand
from autograder.gradebook.notebook import unreadable, with_marks
from autograder.gradebook.writer import GradebookWriter
from autograder.lab import Questions
from autograder.marking import ClassSetup, Graded, Marker, open_marker, read_release
from autograder.report.evidence import keep_reference, keep_run
from autograder.results import ClassResults, SubmissionResult, sort_rows, write_results
from autograder.run import Limits
from autograder.store import Store
from autograder.submission import SubmittedFile, find_submissions
from autograder.submission.find import SubmittedFolder


@dataclass(frozen=True)
class GradingOptions:
    """What `camlab grade` may be told."""

    jobs: int = 0  # 0: one for each processor
    sandbox: str = "auto"
    fresh: bool = False  # run everything again
    limits: Limits = field(default_factory=Limits)

    @property
    def workers(self) -> int:
        return self.jobs or os.cpu_count() or 1


def grade_class(
    course: Course,
    submitted: Path,
    options: GradingOptions,
    on_total: Callable[[int], None] = lambda total: None,
    on_graded: Callable[[SubmissionResult], None] = lambda result: None,
) -> ClassResults:
    """Grade every submission below `submitted` and write all that grading writes.

    Args:
        course: the course; its `out` is where gradebook, results and notebooks go.
        submitted: the folder of submissions.
        options: jobs, sandbox, limits.
        on_total: told how many submissions there are, before the first is graded.
        on_graded: told each row as it is finished.
    """
    from autograder.release.build import ensure_assignment

    folders = find_submissions(submitted, course.lab.name)
    on_total(len(folders))
    remove_unfinished(course.out, "autograded", "feedback", ".camlab")
    store = Store(course.store)
    rows = []
    with contextlib.ExitStack() as stack:
        marker = stack.enter_context(
            open_marker(
                course,
                read_release(course),
                sandbox=options.sandbox,
                jobs=options.workers,
                limits=options.limits,
            )
        )
        setup = marker.setup
        base = _class_key(setup, options)
        keep_reference(course, setup.reference)
        ensure_assignment(course)
        gradebook = stack.enter_context(GradebookWriter(course, submitted))

        def grade(folder: SubmittedFolder) -> Graded:
            try:
                graded, key = _grade_one(folder.read(), marker, store, base, options.fresh)
                keep_run(course, folder.student, key if graded.run else None)
                return graded
            except Exception as error:
                # Whatever is wrong with Camlab, one submission must not end the class.
                _log(course, folder.student)
                keep_run(course, folder.student, None)
                return marker.failed(folder.student, error)

        for graded in _in_parallel(grade, folders, options.workers):
            gradebook.write(graded.result)
            _write_notebook(course, setup, graded)
            rows.append(graded.result)
            on_graded(graded.result)
        by_hand = gradebook.manual_scores()
    rows = [with_marks_by_hand(row, course.lab, by_hand) for row in rows]
    results = ClassResults(
        course.lab.name, setup.weights.kind, course.lab.max_score, sort_rows(rows)
    )
    write_results(results, course.results)
    return results


def _grade_one(
    file: SubmittedFile, marker: Marker, store: Store, base: str, fresh: bool
) -> tuple[Graded, str]:
    """Mark one submission; gives also the key under which its run lies in the store."""
    key = hashlib.sha256(base.encode() + file.content).hexdigest()
    known = None if fresh else store.load(key)
    graded = marker.mark(file, known)
    if graded.run is not None and known is None:
        store.save(key, graded.run)
    return graded, key


def _log(course: Course, student: str) -> None:
    path = course.out / ".camlab" / "errors.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{student}\n{traceback.format_exc()}\n")


def _in_parallel(
    work: Callable[[SubmittedFolder], Graded], folders: list[SubmittedFolder], workers: int
) -> Iterator[Graded]:
    """Yield results as they come; only as many are under way as there are workers."""
    waiting = iter(folders)
    with ThreadPoolExecutor(workers, thread_name_prefix="grading") as pool:
        under_way: set[Future[Graded]] = set()
        while True:
            while len(under_way) < workers and (folder := next(waiting, None)) is not None:
                under_way.add(pool.submit(work, folder))
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def _class_key(setup: ClassSetup, options: GradingOptions) -> str:
    """What an answer depends on besides the notebook. The graders are not in it: answers that
    are stored are judged again each time."""
    parts = [
        nbformat.writes(setup.release),
        _questions_digest(setup.questions),
        setup.weights.digest,
        json.dumps(asdict(options.limits)),
        *(
            hashlib.sha256((setup.folder / name).read_bytes()).hexdigest()
            for name in setup.lab.files
        ),
        *(f"{name} {version(name)}" for name in ("camlab", "torch", "torchvision", "numpy")),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _questions_digest(questions: Questions) -> str:
    digest = hashlib.sha256(repr(questions.questions).encode())
    for name, picture in sorted(questions.pictures.items()):
        digest.update(name.encode() + picture)
    for name, array in sorted(questions.arrays.items()):
        digest.update(name.encode() + array.tobytes())
    return digest.hexdigest()


def _write_notebook(course: Course, setup: ClassSetup, graded: Graded) -> None:
    ran = graded.run.notebook if graded.run else unreadable(setup.release, graded.result.message)
    notebook = with_marks(ran, course.lab, graded.result.tasks)
    folder = course.out / "autograded" / graded.result.student / course.lab.name
    write_atomically(folder / course.lab.notebook_name, nbformat.writes(notebook).encode())
