"""The sandbox that stock nbclient, nbconvert and nbgrader get through the kernel provisioner."""

from __future__ import annotations

import atexit
import os
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from autograder.kernel.sandbox import Sandbox

_lock = threading.Lock()
_sandbox: Sandbox | None = None


def default_sandbox() -> Sandbox:
    """One sandbox for all kernels of this process, opened on first use, closed at exit.

    Its kind follows the environment variable CAMLAB_SANDBOX (auto, bwrap or process).
    """
    global _sandbox
    with _lock:
        if _sandbox is None:
            from autograder.assets.weights import find_weights
            from autograder.kernel import choose_sandbox, open_sandbox
            from autograder.labs.lab09 import LAB

            choice = choose_sandbox(os.environ.get("CAMLAB_SANDBOX", "auto"))
            stack = ExitStack()
            atexit.register(stack.close)
            # Each kernel gets the files of its own notebook's folder instead.
            lab = replace(LAB, files=())
            home = find_weights().torch_home
            _sandbox = stack.enter_context(open_sandbox(lab, Path(), home, choice.kind))
        return _sandbox
