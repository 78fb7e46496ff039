"""A worker's side: one warm sandbox for each class that a caller has it run.

The caller calls these functions on workers through Dask. Nothing here may import torch when the
module is loaded: Dask loads it in the thread that answers the scheduler.

Not a `WorkerPlugin`: a plug-in stays until its worker ends or somebody takes it away, while a
sandbox goes a minute after its last submission, also where the caller was killed and says nothing.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Worker

    from autograder.kernel import Sandbox

# A class is often graded twice in a row, so its sandbox stays for a while.
IDLE_SECONDS = 60.0
# A caller that was killed says no goodbye; its sandbox is closed too, and opened for the next run.
ABANDONED_SECONDS = 600.0

_sessions: dict[str, WorkerSession] = {}
_lock = threading.Lock()


async def open_session(class_key: str, package: bytes, caller: str, dask_worker: Worker) -> str:
    """Check that this worker may run the class, and let its sandbox load.

    A fit worker declares the class as a resource, one for each of its threads; submissions are
    sent only to workers that have it.

    Returns:
        Why it may not, for a person; empty if it may.
    """
    refusal = await asyncio.to_thread(_open, class_key, package, caller, dask_worker.state.nthreads)
    if not refusal:
        await dask_worker.set_resources(**{resource(class_key): dask_worker.state.nthreads})
        _look_again(dask_worker)
    return refusal


def _look_again(dask_worker: Worker) -> None:
    """Let the scheduler look at submissions for which no worker was fit.

    It does so when a worker starts or goes on after a pause, but not when one declares a resource:
    without this, submissions would wait for ever once all workers had died and come back.
    """
    from distributed import Status

    if dask_worker.status == Status.running:
        dask_worker.status = Status.paused
        dask_worker.status = Status.running


def leave_session(class_key: str, caller: str) -> None:
    """The caller's class is done."""
    with _lock:
        if class_key in _sessions:
            _sessions[class_key].callers.discard(caller)


def run_submission(class_key: str, content: bytes, alone: bool, topic: str, key: str) -> bytes:
    """The task: run one notebook; gives the run in the store's form, or a reason as JSON."""
    _send(topic, key, "began")
    try:
        return _sessions[class_key].run(content, alone)
    finally:
        _send(topic, key, "ended")


def _send(topic: str, key: str, what: str) -> None:
    """Tell the caller, and wait until the scheduler knows it.

    What `Worker.log_event` has still to send is lost when the worker dies at once, and then nobody
    knows which submission killed it.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    contents = {"key": key, "worker": worker.address, "what": what}
    sync(worker.loop, worker.scheduler.log_event, topic=topic, msg=contents)


def resource(class_key: str) -> str:
    """The Dask resource that says that a worker is fit to run a class."""
    return f"camlab-{class_key[:16]}"


def _open(class_key: str, package: bytes, caller: str, jobs: int) -> str:
    from autograder.errors import CamlabError

    with _lock:
        if class_key not in _sessions:
            try:
                _sessions[class_key] = WorkerSession(class_key, package, jobs)
            except CamlabError as error:
                return str(error)
        _sessions[class_key].callers.add(caller)
        return ""


class WorkerSession:
    """One class on one worker.

    Raises:
        CamlabError: something differs from the caller's machine; the message says what.
    """

    def __init__(self, class_key: str, package: bytes, jobs: int) -> None:
        from autograder.assets.weights import weights_of
        from autograder.cluster.package import differences, facts, unpack
        from autograder.errors import CamlabError
        from autograder.grading.runner import LazySandbox, LocalRunner
        from autograder.kernel import open_sandbox
        from autograder.scratch import scratch_folder

        contents = unpack(package)
        self.callers: set[str] = set()
        self._stack = ExitStack()
        folder = self._stack.enter_context(scratch_folder())
        for name, content in contents.files.items():
            (folder / name).write_bytes(content)
        differing = differences(facts(contents.lab, folder, contents.sandbox), contents.facts)
        if differing:
            self._stack.close()
            raise CamlabError(differing)
        home = weights_of(contents.lab).torch_home

        def opener() -> AbstractContextManager[Sandbox]:
            return open_sandbox(contents.lab, folder, home, contents.sandbox, contents.limits, jobs)

        self._sandbox = LazySandbox(opener)
        self._sandbox.get()
        self._runner = LocalRunner(
            contents.lab,
            contents.release,
            self._sandbox,
            contents.questions,
            contents.reference,
            class_key,
            jobs,
        )
        self._under_way = 0
        self._last = time.monotonic()
        self._lock = threading.Lock()
        self._class_key = class_key
        threading.Thread(target=self._close_when_idle, name="worker-session", daemon=True).start()

    def run(self, content: bytes, alone: bool) -> bytes:
        """One submission; its name stays with the caller."""
        import json

        from autograder.cluster.package import unpack_submission
        from autograder.grading.runner import RejectedSubmission, RetryExclusively
        from autograder.storage.store import encode

        with self._lock:
            self._under_way += 1
        try:
            outcome = self._runner.run(unpack_submission(content), alone=alone)
        except RetryExclusively:
            return RETRY_EXCLUSIVELY
        finally:
            with self._lock:
                self._under_way -= 1
                self._last = time.monotonic()
        if isinstance(outcome, RejectedSubmission):
            return json.dumps([outcome.message, *outcome.remarks]).encode()
        return outcome.encoded or encode(outcome)

    def _close_when_idle(self) -> None:
        """Two gigabytes are much for a caller who does not come back."""
        while True:
            time.sleep(IDLE_SECONDS / 4)
            with _lock, self._lock:
                idle = 0.0 if self._under_way else time.monotonic() - self._last
                done = not self.callers and idle > IDLE_SECONDS
                if done:
                    del _sessions[self._class_key]
            if done or idle > ABANDONED_SECONDS:
                self._sandbox.close()
            if done:
                self._stack.close()
                return


RETRY_EXCLUSIVELY = b"alone"
