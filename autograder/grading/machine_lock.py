"""Locks one machine for submissions: shared by many, or held by one alone.

A submission that ran out of time is run once more with no other of its class under way. Workers of
one machine may be several processes, so these are locks on files, which the system lets
go of when a process dies.
"""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from autograder.assets.weights import stand_in_home
from autograder.locks import locked


@contextmanager
def machine_lock(class_key: str, *, alone: bool) -> Iterator[None]:
    """Wait until a submission of the class may run: with others, or `alone`."""
    # A home folder may be shared by many machines; few names, so that they cannot pile up.
    name = hashlib.sha256(f"{socket.gethostname()} {class_key}".encode()).hexdigest()[:3]
    folder = stand_in_home().parent / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        # Whoever waits to be alone holds the queue's lock, and nobody else comes in.
        with locked(folder / f"{name}.queue"):
            held.enter_context(locked(folder / f"{name}.machine", shared=not alone))
        yield
