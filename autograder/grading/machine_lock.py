"""Locks one machine for submissions: shared by many, or held by one alone.

A submission that ran out of time is run once more with no other of its class under way. Workers of
one machine may be several processes, so these are locks on files, which the system lets
go of when a process dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.assets.weights import stand_in_home


@contextmanager
def machine_lock(class_key: str, *, alone: bool) -> Iterator[None]:
    """Wait until a submission of the class may run: with others, or `alone`."""
    # A home folder may be shared by many machines; few names, so that they cannot pile up.
    name = hashlib.sha256(f"{socket.gethostname()} {class_key}".encode()).hexdigest()[:3]
    folder = stand_in_home().parent / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever waits to be alone holds the queue's lock, and nobody else comes in.
    with _locked(folder / f"{name}.queue", fcntl.LOCK_EX):
        machine = _lock(folder / f"{name}.machine", fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(machine)


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[None]:
    descriptor = _lock(path, kind)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(path: Path, kind: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, kind)
    return descriptor
