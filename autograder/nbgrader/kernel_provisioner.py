"""The sandbox that stock nbclient, nbconvert and nbgrader get through the kernel provisioner."""

from __future__ import annotations

import atexit
import os
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from autograder.assets.weights import weights_of
from autograder.course import find_course
from autograder.errors import CamlabError
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.kernel.provisioner import SandboxProvisioner
from autograder.kernel.sandbox import Sandbox
from autograder.lab import Lab
from autograder.lab_loader import preloaded_by_camlab

_lock = threading.Lock()
_sandbox: Sandbox | None = None


def default_sandbox() -> Sandbox:
    """One sandbox for all kernels of this process, opened on first use, closed at exit.

    Its kind follows the environment variable CAMLAB_SANDBOX (as `camlab grade --sandbox`).
    """
    global _sandbox
    with _lock:
        if _sandbox is None:
            choice = choose_sandbox(os.environ.get("CAMLAB_SANDBOX", "auto"))
            stack = ExitStack()
            atexit.register(stack.close)
            # Each kernel gets the files of its own notebook's folder instead.
            lab = replace(_lab(), files=())
            home = weights_of(lab).torch_home
            _sandbox = stack.enter_context(open_sandbox(lab, Path(), home, choice.kind))
        return _sandbox


def _lab() -> Lab:
    """The main lab of the course around the current folder; elsewhere, only Camlab's networks."""
    try:
        return find_course().lab
    except CamlabError:
        return Lab("notebook", (), Path(), (), preloaded=preloaded_by_camlab())


class CamlabProvisioner(SandboxProvisioner):
    """`camlab` in the entry point group `jupyter_client.kernel_provisioners`.

    nbclient, nbconvert and plain `nbgrader autograde` use it when the environment variable
    JUPYTER_DEFAULT_PROVISIONER_NAME is `camlab`.
    """

    def default_sandbox(self) -> Sandbox:
        return default_sandbox()
