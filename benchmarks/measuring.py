"""Run a command; see how long it takes, when its results appear, what memory it holds."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Measured:
    """One command, measured."""

    seconds: float
    peak_memory: int  # PSS of the whole tree of processes, bytes; 0 where nobody looked
    results: tuple[float, ...]  # when each result was written, in seconds after the start

    @property
    def first_result(self) -> float:
        return self.results[0]

    def steady_seconds(self, jobs: int = 1) -> float:
        """Seconds for each submission once the first `jobs` of them are done."""
        return (self.results[-1] - self.results[jobs - 1]) / (len(self.results) - jobs)


def measure(
    command: Sequence[str | Path],
    folder: Path,
    graded: Path,
    environment: Mapping[str, str],
    *,
    memory: bool = False,
) -> Measured:
    """Run `command` in `folder`; the notebooks below `graded` that it writes are its results.

    Args:
        memory: look at its memory too. A look takes a tenth of a second of a processor, and holds
            up whom it looks at: not where seconds are compared.

    Raises:
        RuntimeError: it failed, or wrote no result.
    """
    started_at, started = time.time(), time.perf_counter()
    peak = 0
    log = folder / "benchmark.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=_environment(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        while memory and process.poll() is None:
            peak = max(peak, memory_of_tree(process.pid))
            try:
                process.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        process.wait()
    seconds = time.perf_counter() - started
    written = (path.stat().st_mtime for path in graded.rglob("*.ipynb"))
    results = tuple(sorted(when - started_at for when in written if when >= started_at))
    if process.returncode != 0 or not results:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
    return Measured(seconds, peak, results)


def memory_of_tree(pid: int) -> int:
    """PSS of a process and all its descendants, in bytes; who ended meanwhile counts nothing."""
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in family:
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return total


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Ours, but for what would hold torch back: stock nbgrader may use every processor."""
    kept = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    return {**kept, **extra}
