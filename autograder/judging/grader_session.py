"""One pytest session that judges many submissions.

pytest collects the grader files once; then, instead of running its items once, it runs them again
for every submission that is put to it. The session lives in a thread of its own and is quiet.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from autograder.environment import environment
from autograder.errors import CamlabError
from autograder.judging.criterion import ATTRIBUTE, CriterionFailed
from autograder.judging.policy import read_policy
from autograder.judging.task_answers import TaskAnswers
from autograder.scratch import scratch_folder

# Nothing of the project's or the user's own pytest settings and plug-ins reaches the graders.
_ALONE = [
    "--noconftest",
    "--disable-plugin-autoload",
    "--assert=plain",
    "--import-mode=importlib",
    "--capture=no",
    "--config-file=/dev/null",
    *(
        f"-pno:{plugin}"
        for plugin in (
            "terminal", "cacheprovider", "logging", "warnings", "faulthandler", "junitxml",
            "unraisableexception", "threadexception", "doctest", "unittest", "stepwise",
        )
    ),
]  # fmt: skip

# The user's wishes for their own pytest, which are read from the environment.
_NOTHING_ASKED = {"PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}


@dataclass(frozen=True)
class GradingCase:
    """What one submission's graders see, by task."""

    answers: Mapping[str, TaskAnswers]
    reference: Mapping[str, TaskAnswers]


@dataclass(frozen=True)
class CriterionOutcome:
    """How one test went."""

    task: str
    criterion: str
    points: float
    passed: bool
    sentence: str  # the criterion's own
    detail: str  # what was seen; empty where it passed
    broken: bool = False  # the grader failed, not the answer


@contextlib.contextmanager
def _readable_paths(files: Mapping[str, Path]) -> Iterator[Mapping[str, Path]]:
    """The same files under paths that pytest takes for paths: in its arguments [ and :: begin the
    name of a test, and in the name of a folder $ that of a variable."""
    if not any(sign in str(path) for path in files.values() for sign in ("[", "::", "$")):
        yield files
        return
    with scratch_folder() as scratch:
        folder = scratch / "graders"
        folder.symlink_to(next(iter(files.values())).parent, target_is_directory=True)
        yield {task: folder / path.name for task, path in files.items()}


class GraderSession:
    """Collects `files` (by task) when made; `grade` may be called from several threads."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._cases: queue.Queue[tuple[GradingCase, Future[Any]] | None] = queue.Queue()
        self._ready: Future[Mapping[str, float]] = Future()
        self._readable = contextlib.ExitStack()
        files = self._readable.enter_context(_readable_paths(files))
        plugin = _Plugin({path: task for task, path in files.items()}, self._cases, self._ready)
        arguments = [*_ALONE, f"--rootdir={next(iter(files.values())).parent}"]
        arguments += [str(path) for path in files.values()]
        for path in files.values():
            # pytest would take a module of that name that an earlier session left behind.
            sys.modules.pop(path.stem, None)
        self._thread = threading.Thread(
            target=self._run, args=(arguments, plugin), name="graders", daemon=True
        )
        with environment(**_NOTHING_ASKED):
            self._thread.start()
            self.worth = self._ready.result()  # task -> what its criteria add up to

    def grade(self, case: GradingCase) -> list[CriterionOutcome]:
        outcomes: Future[list[CriterionOutcome]] = Future()
        self._cases.put((case, outcomes))
        return outcomes.result()

    def close(self) -> None:
        self._cases.put(None)
        self._thread.join()
        self._readable.close()

    def _run(self, arguments: list[str], plugin: _Plugin) -> None:
        code = pytest.main(arguments, plugins=[plugin])
        if not self._ready.done():
            self._ready.set_exception(
                CamlabError(f"The graders could not be read (pytest: {code}). {plugin.trouble}")
            )


class _Refusal(pytest.TestReport):
    """A criterion is not met; `longrepr` is its sentence."""


class _Plugin:
    """Gives the fixtures, and runs the items for each case."""

    _case: GradingCase  # the one under way

    def __init__(
        self, tasks: Mapping[Path, str], cases: queue.Queue[Any], ready: Future[Mapping[str, float]]
    ) -> None:
        self._tasks = tasks
        self._cases = cases
        self._ready = ready
        self.trouble = ""

    @pytest.fixture
    def answers(self, request: pytest.FixtureRequest) -> TaskAnswers:
        return self._case.answers[self._tasks[request.path]]

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> TaskAnswers:
        return self._case.reference[self._tasks[request.path]]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.trouble = f"{report.nodeid}: {report.longrepr}"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            return True
        unmarked = [item.nodeid for item in session.items if self._points(item) is None]
        if unmarked:
            self.trouble = f"These tests say not what they are worth: {', '.join(unmarked)}"
            return True
        worth: dict[str, float] = defaultdict(float)
        for item in session.items:
            worth[self._tasks[item.path]] += self._points(item) or 0.0
        self._ready.set_result(worth)
        while (case := self._cases.get()) is not None:
            self._case, outcomes = case
            try:
                following = [*session.items[1:], session.items[0]]
                seen = [self._outcome(*pair) for pair in zip(session.items, following, strict=True)]
                outcomes.set_result(seen)
            except BaseException as error:  # whoever waits must hear of it
                outcomes.set_exception(error)
        return True

    def _outcome(self, item: pytest.Item, following: pytest.Item) -> CriterionOutcome:
        # What both have in common, such as the package of the graders, is not set up anew.
        nextitem = following if following is not item else None
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        failed = next((report for report in reports if not report.passed), None)
        _, sentence = getattr(_function(item), ATTRIBUTE)
        points = self._points(item)
        assert points is not None
        name = _name(item)
        task = self._tasks[item.path]
        if failed is None:
            return CriterionOutcome(task, name, points, True, sentence, "")
        if not isinstance(failed, _Refusal):
            said = getattr(failed.longrepr, "reprcrash", failed.longrepr)
            detail = f"The grader itself failed, not the answer: {said}"
            return CriterionOutcome(task, name, points, False, sentence, detail, broken=True)
        return CriterionOutcome(task, name, points, False, sentence, str(failed.longrepr))

    def _points(self, item: pytest.Item) -> float | None:
        """What the instructor's table says, else the grader; None for what is no criterion."""
        if not hasattr(_function(item), ATTRIBUTE):
            return None
        policy = read_policy(item.path.parent / "policy.toml")
        shares = policy.shares.get(self._tasks[item.path], {})
        return shares.get(_name(item), getattr(_function(item), ATTRIBUTE)[0])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        """A refusal needs no traceback, which is what pytest spends most of its time on."""
        if call.excinfo is None or not call.excinfo.errisinstance(CriterionFailed):
            return None
        assert call.when != "collect"
        said = str(call.excinfo.value)
        return _Refusal(item.nodeid, item.location, {}, "failed", said, call.when)


def _name(item: pytest.Item) -> str:
    return item.name.removeprefix("test_")


def _function(item: pytest.Item) -> object:
    return item.function if isinstance(item, pytest.Function) else None
