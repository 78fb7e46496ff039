"""A copy of the kernel's process in which questions are answered.

The kernel's own process stays as the cells left it: networks, modes, hooks, gradients, random
numbers, environment, umask, the student's own caches. What a function changes, or how it ends (an
endless loop in C, a crash, `os._exit`), is gone with the copy.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import struct
import sys
import warnings
from collections.abc import Callable
from typing import Any

from .framing import ChannelClosedError, read_request, write_frame

Frame = tuple[dict[str, Any], list[bytes]]

# Elsewhere the libraries do not survive a fork: there all tasks are answered in one process.
CAN_FORK = sys.platform == "linux"


class TaskProcess:
    """Forks when made; the parent's side of it is the object.

    Args:
        answer: called in the copy, with each question's header and blobs.
        leave: called in the copy first: lets go of what belongs to the parent.

    Raises:
        OSError: no more processes are allowed, or there is no memory for one.
    """

    def __init__(
        self, answer: Callable[[dict[str, Any], list[bytes]], Frame], leave: Callable[[], object]
    ) -> None:
        self.socket, theirs = socket.socketpair()
        gc.freeze()  # a search for rubbish would give the copy pages of its own
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of threads, which do not come along
            self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setpgid(0, 0)  # what it starts ends with it
                self.socket.close()
                leave()
                _serve(theirs, answer)
            finally:
                os._exit(0)
        theirs.close()

    def ask(
        self, header: dict[str, Any], blobs: list[bytes], channel: socket.socket
    ) -> Frame | None:
        """Its answer; None where the grader, on `channel`, wants to say something first."""
        try:
            write_frame(self.socket, header, blobs)
            ready, _, _ = select.select([self.socket, channel], [], [])
            if self.socket not in ready:
                return None
            return read_request(self.socket)
        except (ChannelClosedError, ConnectionError, ValueError, struct.error):
            return {"failure": {"kind": "died", "status": self.end()}}, []

    def end(self) -> int:
        """Kill it if it lives; returns how it ended, negative for a signal."""
        self.socket.close()
        with contextlib.suppress(OSError):
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if not ended:
                os.killpg(self.pid, signal.SIGKILL)
                _, status = os.waitpid(self.pid, 0)
            return os.waitstatus_to_exitcode(status)
        return 0


def _serve(channel: socket.socket, answer: Callable[[dict[str, Any], list[bytes]], Frame]) -> None:
    while True:
        try:
            header, blobs = read_request(channel)
        except ChannelClosedError:
            return
        write_frame(channel, *answer(header, blobs))
