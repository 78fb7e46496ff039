"""The grader's hold on the fork server: start it, ask it for children, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import CamlabError
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.guest import accelerations
from autograder.kernel.guest.confinement import Confinement
from autograder.kernel.shown import HIDDEN_PACKAGES
from autograder.lab import Preloaded

GUEST = Path(__file__).parent / "guest"
_START_SECONDS = 180.0
# -P: nothing is imported from the current folder; -s: nor from the user's own site-packages.
_PROGRAM = (
    "import sys; sys.path.insert(0, {home!r}); from guest.{module} import main; "
    "del sys.path[0]; main()"
)


def python(home: str, module: str) -> list[str]:
    """The command that runs `main` of a module of `guest`, which lies in the folder `home`."""
    return [sys.executable, "-P", "-s", "-c", _PROGRAM.format(home=home, module=module)]


class ForkServer:
    """A process that loads everything once, and forks a child when asked.

    It starts at once; `fork` may be called by many threads.

    Args:
        wrapper: what to put before the interpreter: bubblewrap and its options, or nothing.
        home: the folder, as the fork server sees it, that holds `guest`.
        log: takes what the fork server prints.
        preloaded: what it loads.
        pictures: what the networks look at in advance, [n, 3, height, width], float32.
        confinement: how each child is confined.
        attacks: load nothing; the children run attacks instead of notebooks.
        preload: load libraries and networks now, for all children. Without it, each child does.
        become: the user that a fork server started by root turns into.
        work: its current folder.
    """

    def __init__(
        self,
        wrapper: Sequence[str],
        home: str,
        environment: Mapping[str, str],
        log: Path,
        preloaded: Preloaded,
        pictures: np.ndarray,
        confinement: Confinement,
        attacks: bool = False,
        preload: bool = True,
        become: int | None = None,
        work: str = "/",
    ) -> None:
        settings = {
            "confinement": asdict(confinement),
            "attacks": attacks,
            "preload": preload,
            "become": become,
            "libraries": list(preloaded.libraries),
            "weights": dict(preloaded.weights),
            "accelerate": accelerations.wanted(),
            "hidden": list(HIDDEN_PACKAGES),
            "alone": python(home, "child"),  # a child that cannot be forked
        }
        self.log = log
        self.lock = threading.Lock()
        self.control, theirs = socket.socketpair()
        with theirs, open(log, "ab") as output, tempfile.TemporaryFile() as seen:
            np.save(seen, pictures, allow_pickle=False)
            seen.seek(0)
            settings["pictures"] = seen.fileno()
            command = [
                *wrapper,
                *python(home, "fork_loop"),
                str(theirs.fileno()),
                json.dumps(settings),
            ]
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(environment),
                cwd=work,
                pass_fds=[theirs.fileno(), seen.fileno()],
                start_new_session=True,  # Ctrl-C in the terminal is the grader's alone
            )
        self._ready = False

    def wait_until_ready(self) -> None:
        """Return when children can be forked.

        Raises:
            CamlabError: the process ended or took too long; the message has its last lines.
        """
        with self.lock:
            if self._ready:
                return
            readable, _, _ = select.select([self.control], [], [], _START_SECONDS)
            if not readable or self.control.recv(64) != b"ready\n":
                self.process.kill()
                raise CamlabError(
                    "The sandbox's fork server did not start. Its log ends: "
                    f"{self.log_tail()}\nRun `camlab doctor` to see what is missing."
                )
            self._ready = True

    def fork(self, child: ChildProcess, request: dict[str, Any]) -> None:
        """Make `child` real. `request`: its key, its working folder and its limits."""
        self.wait_until_ready()
        text = json.dumps(request).encode()
        try:
            with self.lock:
                socket.send_fds(self.control, [struct.pack(">I", len(text))], child.descriptors())
                self.control.sendall(text)
        except OSError:
            raise CamlabError(
                f"The sandbox's fork server has ended. Its log ends: {self.log_tail()}\n"
                "Run the same command again; finished submissions are not lost."
            ) from None
        child.handed_over()

    def log_tail(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log.read_text("utf-8", "replace").strip().splitlines()
            return "\n".join(lines[-12:]) or "(none)"
        return "(none)"

    def close(self) -> None:
        """Closing the control socket ends it, and with it all of its children."""
        self.control.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def clean_environment(torch_home: str, scratch: str) -> dict[str, str]:
    """The environment of the fork server: nothing of the grader's own, which may hold secrets."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "USER": "student",
        "TMPDIR": scratch,
        "TORCH_HOME": torch_home,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": scratch,
        "IPYTHONDIR": f"{scratch}/.ipython",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Memory that a layer gave back serves the next one, instead of new pages from the system.
        "MALLOC_MMAP_THRESHOLD_": str(2**30),
        "MALLOC_TRIM_THRESHOLD_": str(2**30),
        "MALLOC_TOP_PAD_": str(2**26),
        # One thread in each child: `jobs` of them share the machine.
        **{
            f"{library}_NUM_THREADS": "1"
            for library in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB")
        },
        **{
            name: os.environ[name]
            for name in ("SYSTEMROOT", "DYLD_LIBRARY_PATH")
            if name in os.environ
        },
    }
