"""One child: takes its files, shuts the doors behind it, and becomes the student's kernel."""

from __future__ import annotations

import os
import random
import signal
import socket
import sys

from . import limits, prctl
from .framing import read_frame


def run(
    settings: dict, request: dict, channel: socket.socket, listeners: list[int], keeper: int
) -> None:
    """Never returns while the kernel lives."""
    work = request["work"]
    if settings["kind"] == "process":
        prctl.die_with_parent(keeper)
    prctl.no_new_privileges()
    os.chdir(work)
    header, blobs = read_frame(channel)
    _prepare_process(settings, work)
    from .probe import write_files

    write_files(work, dict(zip(header["files"], blobs, strict=True)))
    limits.set_limits(request["limits"], own_user=settings["kind"] == "bwrap")
    _silence()
    from .kernel_app import run_kernel

    run_kernel(request["key"], listeners, channel, work)


def _prepare_process(settings: dict, work: str) -> None:
    """The same start for every submission: environment, random numbers, threads, packages."""
    os.environ["TMPDIR"] = os.environ["HOME"] = work
    os.environ["IPYTHONDIR"] = os.path.join(work, ".ipython")
    os.environ["MPLCONFIGDIR"] = os.path.join(work, ".matplotlib")
    import tempfile

    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import numpy
    import torch

    if not settings["preload"]:
        torch.set_num_threads(1)
        from . import networks

        networks.share_weights(settings["weights"], settings["with_gradients"])
    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)
    hidden = set(settings["hidden"])
    for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Hidden(hidden))


class _Hidden:
    """The autograder's packages do not exist here, wherever Python might find them."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _silence() -> None:
    """What libraries print outside of Jupyter's streams goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
