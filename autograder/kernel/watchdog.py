"""Watches all living children from outside: memory, processes, disk, time."""

from __future__ import annotations

import contextlib
import math
import os
import threading
from pathlib import Path

import psutil

from autograder.kernel.child_process import ChildProcess
from autograder.kernel.memory_use import memory_use
from autograder.limits import Limits

_LOOK_SECONDS = 0.2  # a look reads the list of all processes: two milliseconds
_RESERVE = 512 * 2**20  # of the machine's memory, or a twentieth of it, that stays free
_SLACK = 8  # where the system itself refuses more processes or seconds, that comes first


class Watchdog:
    """One thread that kills a child which uses more than its limits, and says why.

    The system's own limits count one process at a time; this one counts all that a child started.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._watched: set[ChildProcess] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def watch(self, child: ChildProcess) -> None:
        with self._changed:
            self._watched.add(child)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, child: ChildProcess) -> None:
        with self._changed:
            self._watched.discard(child)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._watched or self._closed)
                if self._closed:
                    return
                watched = set(self._watched)
            for child in watched:
                try:
                    reason = self._excess(child)
                except Exception as error:  # whom it cannot watch it does not let run
                    reason = f"The notebook was stopped: it could not be watched ({error!r})."
                if reason:
                    child.kill_because(reason)
                    self.forget(child)
            self._spare_the_machine(watched)
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=_LOOK_SECONDS)

    def _spare_the_machine(self, watched: set[ChildProcess]) -> None:
        """Stop the largest before the system stops somebody by its own choice.

        Whether it was at fault nobody can tell, so it is tried again alone.
        """
        memory = psutil.virtual_memory()
        if memory.available > min(_RESERVE, memory.total // 20) or not watched:
            return
        largest = max(watched, key=self._memory_of)
        largest.disturbed = True
        largest.kill_because("The notebook was stopped: the machine had no memory left.")
        self.forget(largest)

    def _memory_of(self, child: ChildProcess) -> int:
        return memory_use([process.pid for process in _processes(child)], 0)

    def _excess(self, child: ChildProcess) -> str:
        limits = self.limits
        if child.clock.now() > limits.submission_seconds:
            child.timed_out = True
            return f"The notebook was stopped: it took longer than {limits.submission_seconds:g} s."
        with contextlib.suppress(psutil.Error):
            processes = _processes(child)
            if sum(map(_threads, processes)) > limits.processes + _SLACK:
                return (
                    f"The notebook was stopped: it started more than {limits.processes} processes."
                )
            if sum(map(_processor_seconds, processes)) > limits.cpu_seconds + _SLACK:
                return (
                    "The notebook was stopped: it used more than "
                    f"{limits.cpu_seconds:g} s of processor time."
                )
            if memory_use([process.pid for process in processes], limits.memory) > limits.memory:
                return f"The notebook was stopped: it used more than {limits.memory / 2**30:g} GB."
        written = _size(child.scratch) if child.scratch is not None else 0
        if written == math.inf:
            return "The notebook was stopped: it hid what it wrote."
        if written > limits.scratch:
            return f"The notebook was stopped: it wrote more than {limits.scratch / 2**20:g} MB."
        return ""


def _processes(child: ChildProcess) -> list[psutil.Process]:
    """The child and all that it started."""
    with contextlib.suppress(psutil.Error):
        if child.supervisor:
            return psutil.Process(child.supervisor).children(recursive=True)
    return []


def _threads(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return process.num_threads()
    return 0


def _processor_seconds(process: psutil.Process) -> float:
    """Its own, and that of its children that have ended."""
    with contextlib.suppress(psutil.Error):
        return sum(process.cpu_times()[:4])
    return 0.0


def _size(folder: Path) -> float:
    """Bytes of all files; infinite where a folder cannot be looked into.

    However deep it goes, and whatever comes and goes meanwhile.
    """
    total, folders = 0, [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    with contextlib.suppress(FileNotFoundError):
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            pass  # it is gone since
        except OSError:  # too deep for a path, or closed to us
            return math.inf
    return total
