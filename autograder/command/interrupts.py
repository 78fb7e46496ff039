"""Ctrl-C is heard at once and ends a command within seconds, whatever is under way.

Python tells the main thread of a signal only between two of its own steps; a thread that reads the
wake-up pipe hears it also while weights are being read. What is written is whole at any moment
(written beside, then renamed; transactions), and children die with this process, so that leaving
without waiting for anybody loses nothing but what was under way.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 3.0  # for tidying up
STOPPED = 130  # the exit code of a program that Ctrl-C ended
SENTENCE = (
    "\ncamlab: stopping. What was finished is kept; the same command goes on from there. "
    "(Ctrl-C again: at once.)\n"
)


_first = threading.Lock()
heard = 0  # how often Ctrl-C was pressed


@contextmanager
def stopping_soon() -> Iterator[None]:
    """While this lasts, Ctrl-C says what is kept, and the process ends within `SECONDS`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(reader,), name="interrupts", daemon=True).start()
    try:
        yield
    except KeyboardInterrupt:
        _say()
        raise  # the timer goes on: it ends the process if tidying up takes too long
    except BaseException:
        _hang_up(before, writer)
        raise
    else:
        _hang_up(before, writer)


def _hang_up(before: int, writer: socket.socket) -> None:
    signal.set_wakeup_fd(before)
    writer.close()


def _say() -> None:
    """The sentence, once, from whichever thread comes first."""
    if _first.acquire(blocking=False):
        sys.stderr.write(SENTENCE)
        sys.stderr.flush()


def _listen(reader: socket.socket) -> None:
    global heard
    while received := reader.recv(64):
        for number in received:
            if number != signal.SIGINT:
                continue
            heard += 1
            if heard > 1:
                os._exit(STOPPED)
            _say()
            timer = threading.Timer(SECONDS, os._exit, [STOPPED])
            timer.daemon = True
            timer.start()
