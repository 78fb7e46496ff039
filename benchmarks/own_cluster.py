"""A Dask cluster on this machine: a real scheduler and real worker processes on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from distributed import Client

START_SECONDS = 120


@dataclass
class OwnCluster:
    """One scheduler, and the nannies that keep a worker process each.

    Attributes:
        address: what `camlab grade --scheduler` wants.
        options: what every command of the cluster is told, such as certificates.
    """

    folder: Path
    environment: Mapping[str, str]
    options: Sequence[str] = ()
    address: str = ""
    scheduler: subprocess.Popen | None = None
    nannies: list[subprocess.Popen] = field(default_factory=list)

    def start_scheduler(self) -> None:
        told = self.folder / "scheduler.json"
        host = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = self._start("scheduler", *host, "--scheduler-file", str(told))
        deadline = time.monotonic() + START_SECONDS
        while not self.address:
            with suppress(OSError, ValueError):  # not written yet, or not to the end
                self.address = json.loads(told.read_text())["address"]
            if self.scheduler.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log())
            time.sleep(0.05)

    def start_worker(self, *options: str, **environment: str) -> subprocess.Popen:
        """A worker process with its nanny; one submission at a time unless told otherwise."""
        nanny = self._start(
            *("worker", self.address, "--host", "127.0.0.1", "--nworkers", "1"),
            *("--nthreads", "1", "--no-dashboard", "--memory-limit", "0"),
            *("--local-directory", str(self.folder), *options),
            **environment,
        )
        self.nannies.append(nanny)
        return nanny

    def wait_for_workers(self, count: int) -> None:
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=START_SECONDS)

    def processes(self) -> dict[str, int]:
        """Worker address -> pid of its process."""
        with Client(self.address, set_as_default=False) as client:
            return client.run(os.getpid)

    def log(self) -> str:
        return (self.folder / "cluster.log").read_text()[-4000:]

    def close(self) -> None:
        """End every process; nothing of it is left."""
        started = [one for one in (*self.nannies, self.scheduler) if one is not None]
        family = []
        for process in started:
            with suppress(psutil.NoSuchProcess):
                family += psutil.Process(process.pid).children(recursive=True)
        for process in (*family, *started):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=20)
        for process in started:
            process.wait()

    def _start(self, *command: str, **environment: str) -> subprocess.Popen:
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *command, *self.options],
                cwd=self.folder,
                env={**os.environ, "OMP_NUM_THREADS": "1", **self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def own_cluster(
    folder: Path, workers: int, options: Sequence[str] = (), **environment: str
) -> Iterator[OwnCluster]:
    """Start a scheduler and `workers` worker processes; end them all on leaving."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = OwnCluster(folder, environment, options)
    try:
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker()
        if workers:
            cluster.wait_for_workers(workers)
        yield cluster
    finally:
        cluster.close()
