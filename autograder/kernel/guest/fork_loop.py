"""The fork server's loop: load everything once, then forks a child for each submission.

It runs no student's code itself, and ends when its control socket is closed: the grader closed it
or died, by whatever signal. (The system's parent-death signal would follow the *thread* that
started it.) Each request on its control socket is one JSON object with the child's sockets beside
it; a supervisor is forked, which makes the child and watches it
(`autograder.kernel.guest.supervisor`). The fork server never has a second thread: a thread would
not survive the fork, and a process with threads cannot enter a new user namespace.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import struct
import sys
from contextlib import nullcontext
from typing import Any

from . import prctl, supervisor

MAX_DESCRIPTORS = 16
_LOADED_BY_EVERY_KERNEL = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "pdb",
    "tornado.platform.asyncio",
)


def main() -> None:
    """Load what the first argument (JSON) names, say so, and serve until the grader is gone.

    Arguments on the command line: the control socket's descriptor, the settings as JSON.
    """
    settings = json.loads(sys.argv[2])
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    if settings["become"] is not None:
        prctl.become_unknown_user(settings["become"])
    if settings["attacks"]:
        from . import attacker, child  # noqa: F401 (a child has them)
    elif settings["preload"]:
        _preload(settings)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors report by themselves
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the grader's to handle
    control.sendall(b"ready\n")
    while True:
        request, descriptors = _receive(control)
        if request is None:
            return
        if os.fork() == 0:
            _keep(settings, request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _keep(settings: dict[str, Any], request: dict[str, Any], descriptors: list[int]) -> None:
    status = 1
    try:
        supervisor.keep(settings, request, descriptors)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """One request: its length and its descriptors arrive together, the JSON text after them."""
    head, descriptors, _, _ = socket.recv_fds(control, 4, MAX_DESCRIPTORS)
    if len(head) < 4:
        return None, []
    size, text = struct.unpack(">I", head)[0], b""
    while len(text) < size:
        part = control.recv(size - len(text))
        if not part:
            return None, []
        text += part
    return json.loads(text), descriptors


def _preload(settings: dict[str, Any]) -> None:
    """Import what a notebook imports and map the networks, so that no child has to."""
    for name in _LOADED_BY_EVERY_KERNEL:
        importlib.import_module(name)
    _without_debugger()
    from . import child, libraries
    from .accelerations import late_compiler

    with late_compiler.loaded_when_used() if settings["accelerate"] else nullcontext():
        libraries.load(settings["libraries"])
    child.load_networks(settings)
    from . import kernel_app  # noqa: F401 (a child has it)

    if libraries.has_torch():
        from . import built_networks, lenient_torch  # noqa: F401 (children have them)
    if settings["accelerate"]:
        _warm_up(settings)
    # What is loaded now stays: children need not look through it for rubbish, which would also
    # give each of them a copy of every page.
    gc.collect()
    gc.freeze()


def _warm_up(settings: dict[str, Any]) -> None:
    """Do once what each child would do: look at the lab's pictures, draw a figure."""
    if settings["weights"]:
        import numpy as np

        from .accelerations import shared_weights

        with open(settings["pictures"], "rb") as file:
            shared_weights.warm_up(settings["weights"], np.load(file, allow_pickle=False))
    if "matplotlib" in sys.modules:
        from .accelerations import drawing

        drawing.warm_up()


def _without_debugger() -> None:
    """ipykernel would load a debugger into every child, 0.1 s each; nobody debugs there."""
    sys.modules["debugpy"] = None  # type: ignore[assignment] # Python's way to say: not there
    import ipykernel.debugger  # noqa: F401

    del sys.modules["debugpy"]
