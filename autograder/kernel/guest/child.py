"""One child: takes its files, shuts the doors behind it, and becomes the student's kernel."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from typing import Any

from . import libraries, limits, shell_commands
from .confinement import Confinement
from .framing import read_request


def main() -> None:
    """A child that could not be forked: what `run` is told stands in the first argument."""
    settings, request, descriptors, supervisor = json.loads(sys.argv[1])
    channel = socket.socket(fileno=descriptors[0])
    run(settings, request, channel, descriptors[1:], supervisor)


def run(
    settings: dict[str, Any],
    request: dict[str, Any],
    channel: socket.socket,
    listeners: list[int],
    supervisor: int,
) -> None:
    """Never returns while the kernel lives."""
    confinement = Confinement(**settings["confinement"])
    confinement.enter(request, supervisor)
    work = request["work"]
    os.chdir(work)
    header, blobs = read_request(channel)
    if settings["attacks"]:
        limits.set_limits(request["limits"], _user_of(confinement, request), 0)
        closed = confinement.close(request, supervisor)
        os.close(_silence())
        from . import attacker

        return attacker.serve(channel, closed)
    _prepare_process(settings, work, request["temporary"])
    from .call_server import write_files

    write_files(work, dict(zip(header["files"], blobs, strict=True)))
    mapped = _size_of_weights(settings["weights"].values())
    limits.set_limits(request["limits"], _user_of(confinement, request), mapped)
    confinement.close(request, supervisor)
    errors = _silence()
    try:
        from .kernel_app import make_kernel

        kernel = make_kernel(request["key"], listeners, channel, work, settings["accelerate"])
        if confinement.landlock and not confinement.namespaces:
            shell_commands.use_pipes(kernel.shell)
    except BaseException:
        os.write(errors, traceback.format_exc().encode())
        raise
    os.close(errors)  # from here on a student's code runs
    kernel.start()  # type: ignore[no-untyped-call] # ipykernel's


def _user_of(confinement: Confinement, request: dict[str, Any]) -> bool:
    """Whether the child has a user of its own."""
    return confinement.namespaces or request.get("user") is not None


def _prepare_process(settings: dict[str, Any], work: str, temporary: str) -> None:
    """The same start for every submission: environment, random numbers, threads, packages."""
    os.environ["HOME"], os.environ["TMPDIR"] = work, temporary
    os.environ["IPYTHONDIR"] = os.path.join(temporary, ".ipython")
    os.environ["MPLCONFIGDIR"] = os.path.join(temporary, ".matplotlib")
    # As `nbgrader autograde` does: a notebook's own checks then leave themselves out.
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    import tempfile

    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _lay_cache(work)
    import numpy

    if not settings["preload"]:
        libraries.load(settings["libraries"])
        load_networks(settings)
    random.seed(0)
    numpy.random.seed(0)
    if libraries.has_torch():
        sys.modules["torch"].manual_seed(0)
    hidden = set(settings["hidden"])
    for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Hidden(hidden))


def _lay_cache(home: str) -> None:
    """Weights lie where they lie at home, too, for whoever reads them from there."""
    if weights := os.environ.get("TORCH_HOME"):
        os.makedirs(os.path.join(home, ".cache"), exist_ok=True)
        os.symlink(weights, os.path.join(home, ".cache", "torch"))


def load_networks(settings: dict[str, Any]) -> None:
    """Let torchvision's builders of the lab's networks give what is mapped already."""
    if not settings["weights"]:
        return
    from . import built_networks

    if settings["accelerate"]:
        from .accelerations import shared_weights

        shared_weights.share_weights(settings["weights"])
    built_networks.note_made(settings["weights"])


def _size_of_weights(files: Iterable[str]) -> int:
    """The bytes of those files in TORCH_HOME, all together."""
    folder = os.path.join(os.environ["TORCH_HOME"], "hub", "checkpoints")
    paths = [os.path.join(folder, file) for file in files]
    return sum(os.path.getsize(path) for path in paths if os.path.exists(path))


class _Hidden:
    """The autograder's packages do not exist here, wherever Python might find them."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _silence() -> int:
    """What libraries print outside of Jupyter's streams goes nowhere.

    Returns a copy of the old standard error, for our own log.
    """
    errors = os.dup(2)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return errors
