"""Ctrl-C: a sentence at once, and the prompt within seconds, whatever is under way."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from autograder.command.interrupts import SECONDS, STOPPED

BUSY = {
    "a lock that never comes": "held.acquire()",
    "a library that does not listen": "ctypes.CDLL(None).sleep(600)",
    "threads that never end": "forever.start(); forever.join()",
    "an end that takes for ever": "tidy_for_ever()",
}
PROGRAM = """
import ctypes, signal, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from autograder.command.interrupts import stopping_soon
held = threading.Lock(); held.acquire()
forever = threading.Thread(target=held.acquire)
def tidy_for_ever():
    try:
        held.acquire()
    finally:
        held.acquire()
with stopping_soon():
    print("ready", flush=True)
    {busy}
"""


@pytest.mark.parametrize("kind", BUSY)
def test_ctrl_c_ends_a_command_that_is(kind):
    program = PROGRAM.format(busy=BUSY[kind])
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    running.send_signal(signal.SIGINT)
    # Far more than it needs, far less than what it was doing.
    _, said = running.communicate(timeout=10 * SECONDS)
    assert "What was finished is kept" in said
    assert running.returncode in (STOPPED, -signal.SIGINT)


def test_a_second_ctrl_c_does_not_wait(tmp_path):
    program = PROGRAM.format(busy="tidy_for_ever()")
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None and running.stderr is not None
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    while "stopping" not in running.stderr.readline():
        pass
    running.send_signal(signal.SIGINT)
    assert running.wait(10 * SECONDS) in (STOPPED, -signal.SIGINT)
