"""The caller's side: hand submissions to a cluster, and lose none of them."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import queue
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autograder.cluster import package, worker_session
from autograder.cluster.deaths import DEATHS, DeathDecision, Deaths
from autograder.errors import AutograderError, CamlabError
from autograder.grading.class_setup import ClassSetup
from autograder.grading.runner import LocalRunner, Outcome, RejectedSubmission, RetryExclusively
from autograder.limits import Limits
from autograder.storage.store import decode
from autograder.submission import SubmittedFile
from autograder.text.plain_text import plain

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 20
PATIENCE_SECONDS = 120.0  # without any worker, before this machine goes on by itself
_AHEAD = 2  # submissions handed out for each place, so that no worker waits for the caller
_KILLER = (
    f"{DEATHS} workers of the cluster died while they ran this submission, so it was set aside. "
    "Grade it by itself on one machine to see why: camlab grade without --scheduler."
)


@contextmanager
def open_cluster(
    address: str,
    setup: ClassSetup,
    sandbox: str,
    limits: Limits,
    local: LocalRunner,
    say: Callable[[str], None] = lambda sentence: None,
) -> Iterator[ClusterRunner]:
    """Connect to a Dask scheduler and let its workers get ready for a class.

    Args:
        address: the scheduler's, such as tcp://host:8786; for tls://, Dask's own configuration
            names the certificates (`distributed.comm.tls`).
        setup: the class.
        sandbox: the kind of sandbox that workers must have.
        limits: what one submission may use.
        local: goes on when the cluster is lost; not opened otherwise.
        say: told which workers were left out, and when the cluster is lost.

    Raises:
        CamlabError: nobody answers at that address, or every worker there was refused.
    """
    try:
        from distributed import Client
    except ImportError:
        raise CamlabError(
            "--scheduler needs Dask, which is not installed: pip install 'camlab[cluster]' "
            "(in this folder: pip install '.[cluster]')."
        ) from None
    client = _connect(Client, address)
    runner = ClusterRunner(client, package.pack(setup, sandbox, limits), local, say)
    try:
        runner.start()
        yield runner
    finally:
        runner.close()


def _connect(client: type[Client], address: str) -> Client:
    try:
        return client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        said = plain(error, 300)
    # The client that was half made is nobody's now, and must go while Dask's thread lives: at the
    # end of the program it would wait for that thread for 40 s.
    gc.collect()
    raise CamlabError(
        f"No Dask scheduler answers at {address} ({said}). Start one with `dask scheduler` "
        "or correct --scheduler; for tls:// see docs/scaling.md."
    )


@dataclass
class _Job:
    """One submission that a thread waits for."""

    alone: bool
    ended: threading.Event = field(default_factory=threading.Event)
    decision: DeathDecision | None = None


class ClusterRunner:
    """A `grading.runner.Runner`: its places are the fit workers of a Dask cluster."""

    def __init__(
        self, client: Client, content: bytes, local: LocalRunner, say: Callable[[str], None]
    ) -> None:
        self._client = client
        self._package = content
        self._class_key = hashlib.sha256(content).hexdigest()
        self._local = local
        self._local_places = threading.Semaphore(local.max_concurrency)
        self._say = say
        self._caller = uuid.uuid4().hex
        self._topic = f"camlab-{self._caller}"
        self._places: dict[str, int] = {}  # fit worker -> how many submissions at a time
        self._refused: dict[str, str] = {}
        self._jobs: dict[str, _Job] = {}
        self._deaths = Deaths()
        self._lost = False
        self._lock = threading.RLock()
        self._news: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self._monitor = threading.Thread(target=self._watch, name="monitor", daemon=True)

    @property
    def max_concurrency(self) -> int:
        with self._lock:
            places = (
                self._local.max_concurrency if self._lost else _AHEAD * sum(self._places.values())
            )
        return max(places, 1)

    @property
    def exclusive_slots(self) -> int:
        with self._lock:
            return (
                1 if self._lost else max(1, len({urlsplit(one).hostname for one in self._places}))
            )

    def start(self) -> None:
        """Let all workers get ready.

        Raises:
            CamlabError: all of them were refused.
        """
        # Subscribed before the list is read: no worker can come in between.
        self._client.subscribe_topic(self._topic, self._heard_of_a_submission)
        self._client.subscribe_topic("all", self._heard_of_a_worker)
        present = list(self._client.scheduler_info(n_workers=-1)["workers"])
        self._admit(present)
        if present and not self._places:
            refused = "\n".join(f"{one}: {why}" for one, why in self._refused.items())
            raise CamlabError(f"No worker of the cluster can run this class:\n{refused}")
        if not present:
            self._say("The cluster has no worker yet; waiting for one.")
        self._monitor.start()

    def run(self, file: SubmittedFile, *, alone: bool = False) -> Outcome:
        if file.message:
            return RejectedSubmission(file.message)
        if not self._lost:
            with contextlib.suppress(_ClusterLostError):
                return self._run_there(file, alone)
        with self._local_places:
            return self._local.run(file, alone=alone)

    def _run_there(self, file: SubmittedFile, alone: bool) -> Outcome:
        key, job = f"camlab-{uuid.uuid4().hex}", _Job(alone)
        with self._lock:
            self._jobs[key] = job
        try:
            future = self._client.submit(
                worker_session.run_submission,
                *(self._class_key, package.pack_submission(file), alone, self._topic, key),
                key=key,
                resources={worker_session.resource(self._class_key): 1},
                pure=False,
            )
            future.add_done_callback(lambda _: job.ended.set())
            job.ended.wait()
            if self._lost:
                raise _ClusterLostError
            if job.decision is None:
                return _outcome(self._result(future, alone), file)
            future.cancel(force=True)
            if job.decision is DeathDecision.ALONE:
                raise RetryExclusively
            return RejectedSubmission(_KILLER)
        finally:
            with self._lock:
                del self._jobs[key]
                self._deaths.ended(key)

    def _result(self, future: Future[Any], alone: bool) -> bytes:
        from distributed import CancelledError, KilledWorker

        try:
            return future.result()
        except CancelledError:
            self._lose("The scheduler of the cluster is gone.")
            raise _ClusterLostError from None
        except KilledWorker:  # the scheduler was told to be less patient than we are
            if alone:
                return json.dumps([_KILLER]).encode()
            raise RetryExclusively from None
        except Exception as error:
            if self._client.status != "running":
                self._lose("The connection to the cluster broke.")
            elif not alone:
                raise RetryExclusively from error  # whatever is wrong with that worker
            raise _ClusterLostError from error

    def close(self) -> None:
        """Tell the workers that the class is done, and hang up."""
        self._news.put(None)
        with self._lock:
            there = [] if self._lost else list(self._places)
            self._lost = True
        with contextlib.suppress(Exception):
            if there:
                self._client.run(
                    worker_session.leave_session,
                    *(self._class_key, self._caller),
                    workers=there,
                    on_error="return",
                )
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)

    # Called by Dask, in the thread that listens to the scheduler: nothing here may wait.

    def _heard_of_a_submission(self, event: tuple[float, Any]) -> None:
        event_data = event[1]
        with self._lock:
            if event_data["key"] not in self._jobs:
                return
            if event_data["what"] == "began":
                self._deaths.began(event_data["key"], event_data["worker"])
            else:  # its result may still lie there, and be lost with the worker
                self._deaths.left(event_data["key"], event_data["worker"])

    def _heard_of_a_worker(self, event: tuple[float, Any]) -> None:
        event_data = event[1]
        if not isinstance(event_data, dict):
            return
        worker = event_data.get("worker", "")
        if event_data.get("action") == "add-worker":
            self._news.put(("came", worker))
        elif event_data.get("action") == "remove-worker":
            with self._lock:
                self._places.pop(worker, None)
                if event_data.get("expected"):
                    return
                alone = {key for key, job in self._jobs.items() if job.alone}
                for key, decision in self._deaths.died(worker, alone).items():
                    if decision is not DeathDecision.AGAIN:
                        self._jobs[key].decision = decision
                        self._jobs[key].ended.set()

    # The monitor's thread.

    def _watch(self) -> None:
        """Admit workers that come later; give up when none comes for long."""
        while True:
            patience = None if self._places else PATIENCE_SECONDS
            try:
                news = self._news.get(timeout=patience)
            except queue.Empty:
                if not self._places:
                    self._lose(f"No worker of the cluster was there for {patience:g} s.")
                    return
                continue
            if news is None or self._lost:
                return
            with contextlib.suppress(Exception):
                self._admit([news[1]])

    def _admit(self, workers: list[str]) -> None:
        """Let workers get ready; those that may not are left out, with a sentence."""
        if not workers:
            return
        answers = self._client.run(
            worker_session.open_session,
            *(self._class_key, self._package, self._caller),
            workers=workers,
            on_error="return",
        )
        # -1: all; a worker that is gone again is simply not in the list.
        present = self._client.scheduler_info(n_workers=-1)["workers"]
        for worker, answer in answers.items():
            if isinstance(answer, BaseException):
                answer = f"Camlab does not run there ({type(answer).__name__}: {answer})"
            with self._lock:
                if not answer and worker in present:
                    self._places[worker] = present[worker]["nthreads"]
            if answer:
                self._refused[worker] = answer
                self._say(f"The worker {worker} was left out: {answer}.")

    def _lose(self, why: str) -> None:
        """Go on without the cluster; whoever waits for it is told."""
        with self._lock:
            if self._lost:
                return
            self._lost = True
            for job in self._jobs.values():
                job.ended.set()
        self._say(f"{why} What is finished is kept; this machine goes on with the rest.")


class _ClusterLostError(AutograderError):
    """This submission, or all, cannot be run there."""


def _outcome(content: bytes, file: SubmittedFile) -> Outcome:
    if content == worker_session.RETRY_EXCLUSIVELY:
        raise RetryExclusively
    if content.startswith(b"["):
        reason, *remarks = json.loads(content)
        return RejectedSubmission(reason, tuple(remarks))
    completed = decode(content)
    if completed is None:
        raise CamlabError("A worker of the cluster sent a run that is damaged.")
    return completed
