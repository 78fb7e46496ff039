"""One submission's process, as the grader holds it: its sockets, its signals, its end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from autograder.kernel.fair_clock import FairClock

# The order in which the kernel expects its listening sockets; a "port" is a place here, from 1.
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
_FROM_OUTSIDE = frozenset(
    (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
)
_CREDENTIALS = struct.Struct("iII")
_END_SECONDS = 30.0  # longer than the supervisor takes at most


class ChildProcess:
    """A child of the fork server that is about to exist; `ForkServer.fork` brings it to life.

    Attributes:
        folder: holds the kernel's sockets; the child does not see it.
        channel: the grader's end of the channel to the call server.
        supervisor: the pid, on this host, of the process that watches the child; 0 before it
            reports.
        scratch: the child's working folder where that is a folder of this host, else None.
        beside: the student's other files, for the working folder.
        message: why the grader killed the child, as a sentence.
        clock: the child's time; starts anew when its start is complete.
        late: whether some limit on time was reached.
        disturbed: whether its end may be others' doing.
        has_threads: whether cells started threads, which copies of the process do without.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        self.address = str(folder / "k")
        self.listeners = [self._listen(port) for port in range(1, len(CHANNELS) + 1)]
        self.channel, self.child_channel = socket.socketpair()
        self.lifeline, self.child_lifeline = socket.socketpair()
        if sys.platform == "linux":
            # The kernel then adds the sender's pid as this host counts it to every message.
            self.lifeline.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.supervisor = 0
        self.scratch: Path | None = None
        self.beside: Mapping[str, bytes] = {}
        self.message = ""
        self.clock = FairClock()
        self.timed_out = False
        self.disturbed = False
        self.has_threads = False
        self._kill_sent = False
        self._begun = False
        self.status: int | None = None
        self._gone = False  # the supervisor is gone too
        self._unread = b""
        self._lock = threading.Lock()

    def descriptors(self) -> list[int]:
        """What the child needs, in the order it expects."""
        ends = [self.child_lifeline, self.child_channel, *self.listeners]
        return [end.fileno() for end in ends]

    def handed_over(self) -> None:
        """Close this side's copies of the child's ends, so that its end can be noticed."""
        self._begun = True
        for end in (self.child_lifeline, self.child_channel, *self.listeners):
            end.close()

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while the child lives."""
        return self.wait(0)

    def wait(self, seconds: float) -> int | None:
        """Wait at most `seconds` for the child and all its processes to be gone."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while self.status is None:
                self.lifeline.settimeout(max(0.0, deadline - time.monotonic()))
                try:
                    self._receive()
                except (TimeoutError, BlockingIOError):
                    break
            return self.status

    def started(self, seconds: float) -> bool:
        """Wait for the supervisor's first report."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while not self.supervisor and self.status is None:
                self.lifeline.settimeout(max(0.001, deadline - time.monotonic()))
                try:
                    self._receive()
                except (TimeoutError, BlockingIOError):
                    return False
        return self.status is None

    def interrupt(self) -> None:
        """Send SIGINT to the child."""
        with contextlib.suppress(OSError):
            self.lifeline.send(b"I")

    def kill(self) -> None:
        """Have the child killed, and everything that it started."""
        self._kill_sent = True
        with contextlib.suppress(OSError):
            self.lifeline.send(b"K")

    def kill_because(self, reason: str) -> None:
        """Kill, and remember the first reason for it."""
        self.message = self.message or reason
        self.kill()

    def notice_foreign_death(self) -> None:
        """Note whether it died by a signal that nobody here sent; call it before `close`.

        The system was short of memory, say, or a person killed it. What a program does to itself
        (it crashes, or uses up its processor time) is its own.
        """
        status = self.poll()
        if status is not None and -status in _FROM_OUTSIDE and not self._kill_sent:
            self.disturbed = True

    def close(self) -> None:
        """Kill what is left, wait for it, close the sockets, remove the folder's files."""
        self.kill()
        if self._begun and not self._wait_until_gone(_END_SECONDS) and self.supervisor:
            # The supervisor runs no student's code; if it is stuck all the same, its death is
            # the child's (parent-death signal, end of the pid namespace).
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.supervisor, signal.SIGKILL)
        self.handed_over()
        self.lifeline.close()
        self.channel.close()
        for file in self.folder.glob("k-*"):
            file.unlink(missing_ok=True)

    def _wait_until_gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with self._lock:
            while not self._gone:
                self.lifeline.settimeout(max(0.001, deadline - time.monotonic()))
                try:
                    self._receive()
                except TimeoutError:
                    return False
        return True

    def _receive(self) -> None:
        """Read what the supervisor says; raises if it says nothing in time."""
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        try:
            data, ancillary, _, _ = self.lifeline.recvmsg(4096, space)
        except ConnectionError:
            data, ancillary = b"", []
        if not data:
            self._gone = True
            self.status = self.status if self.status is not None else -signal.SIGKILL
            return
        sender = 0
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == getattr(socket, "SCM_CREDENTIALS", None):
                sender = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            fact = json.loads(line)
            self.supervisor = self.supervisor or sender or fact.get("pid", 0)
            self.status = fact.get("exit", self.status)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(f"{self.address}-{port}")
        listener.listen(16)
        listener.setblocking(False)
        return listener


def describe_end(status: int | None) -> str:
    """How a process ended, for a person; `status` is negative for a signal."""
    ends: dict[int | None, str] = {
        0: "it ended itself",
        -9: "it was killed, perhaps for the memory or the time that it used",
        -11: "it crashed (segmentation fault)",
        -24: "it used more processor time than is allowed",
    }
    return ends.get(status, f"exit status {status}")
