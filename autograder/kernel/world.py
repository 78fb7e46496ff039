"""What attacks are aimed at: made for a trial, with canaries, and looked at afterwards."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from autograder.limits import Limits
from autograder.scratch import scratch_folder

_FILES = {
    "own_reference": "camlab_solutions/cam.py",
    "own_graders": "autograder/graders/test_compute_cam.py",
    "gradebook": "gradebook.db",
    "secret": ".camlab/secret",
    "submission": "submitted/eve/lab09/lab09.ipynb",
    "results": "results.json",
}
_LEFT_IN = ("/var/tmp", "/dev/shm", "/tmp", "/", "/run")
_VICTIM = """
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG])  # it stays pending, and can be seen
print("ready", flush=True)
sys.stdin.read()
"""


class World:
    """A course folder, a process and servers of the grader's. Made by `open_world`.

    Attributes:
        facts: what an attack is told.
    """

    def __init__(self, folder: Path, stack: ExitStack, limits: Limits, course: Path | None) -> None:
        self._canary = secrets.token_hex(12)
        self.folder = folder
        self.left_name = f"left{secrets.token_hex(4)}"
        for name in _FILES.values():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._canary)
        (folder / f"canary-{self._canary}.txt").write_text(self._canary)
        self._victims = stack.enter_context(_Victim(self._canary))
        self._servers = stack.enter_context(_Servers(self._canary))
        self.facts: dict[str, Any] = {
            **{fact: str(folder / name) for fact, name in _FILES.items()},
            **self._servers.facts,
            "reference": _real("camlab_solutions", "cam.py", folder / _FILES["own_reference"]),
            "graders": str(folder / _FILES["own_graders"]),
            "course": str(course or folder),
            "home": str(Path.home()),
            "home_names": sorted(os.listdir(Path.home())) if Path.home().is_dir() else [],
            "canary_name": f"canary-{self._canary}",
            "left_name": self.left_name,
            "terminal": _terminal(),
            "grader": os.getpid(),
            "interfaces": [name for _, name in socket.if_nameindex()][1:],
            "root_is_root": _root_is_root(),
            "memory": limits.memory,
            "disk": limits.scratch,
            "processes": limits.processes,
            "files": limits.open_files,
        }
        self._before = self._state()

    def facts_for(self, server: int) -> Mapping[str, Any]:
        """What an attack is told now; the fork server's pid is this."""
        return {**self.facts, "victim": self._victims.pid, "server": server}

    def damage(self) -> str:
        """What is not as it was, as a phrase; empty if all is. It is made good again."""
        left, survivors = self._left(), self._survivors()
        found = [
            *self._changes(),
            *(f"{path} was left" for path in left),
            *(f"process {process.pid} lives on" for process in survivors),
            *self._servers.received(),
        ]
        for process in survivors:
            with contextlib.suppress(psutil.Error):
                process.kill()
        for path in left:
            path.unlink(missing_ok=True)
        if found:
            self._victims.renew()
            for name in _FILES.values():
                path = self.folder / name
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
                    path.write_text(self._canary)
            self._before = self._state()
        return "; ".join(found)

    def _changes(self) -> Iterator[str]:
        after = self._state()
        for name, was in self._before.items():
            if after.get(name) != was:
                yield f"{name} is {after.get(name)!r} and was {was!r}"

    def _state(self) -> dict[str, object]:
        state: dict[str, object] = {}
        for name in _FILES.values():
            path = self.folder / name
            try:
                status = path.stat()
                size_and_more = (status.st_mode, status.st_uid, status.st_mtime_ns)
                marks = os.listxattr(path) if hasattr(os, "listxattr") else []
                state[name] = (path.read_text() == self._canary, *size_and_more, *marks)
            except OSError as error:
                state[name] = type(error).__name__
        state["the victim"] = self._victims.state()
        return state

    def _left(self) -> list[Path]:
        places = {*map(Path, _LEFT_IN), Path(sys.executable).parent, self.folder, Path.home()}
        found = [place / self.left_name for place in places]
        talk = ("camlab-talk.txt", "camlab-talk", "camlab-fifo")
        found += [Path(place, name) for place in _LEFT_IN for name in talk]
        return [path for path in found if path.exists()]

    def _survivors(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["name", "status"]):
            about = process.info
            if about["name"] == self.left_name and about["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found


@contextmanager
def open_world(limits: Limits, course: Path | None = None) -> Iterator[World]:
    """A world to be attacked, for as long as the block.

    Args:
        limits: what an attack may use.
        course: a real course folder, that may not be listed either.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        folder.chmod(0o755)  # nothing but the sandbox keeps anybody out
        yield World(folder, stack, limits, course)


class _Victim:
    """A process of the grader's, with a secret in its environment."""

    def __init__(self, canary: str) -> None:
        self._canary = canary
        self._start()

    def __enter__(self) -> _Victim:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def pid(self) -> int:
        return self._process.pid

    def renew(self) -> None:
        self._end()
        self._start()

    def state(self) -> object:
        """Whether it lives, undisturbed."""
        if self._process.poll() is not None:
            return f"dead ({self._process.returncode})"
        process = psutil.Process(self.pid)
        state: list[object] = [process.nice(), process.status() == psutil.STATUS_STOPPED]
        if sys.platform == "linux":
            state += [process.cpu_affinity(), os.sched_getscheduler(self.pid)]
            state += [process.rlimit(psutil.RLIMIT_NOFILE)]
            entry = Path(f"/proc/{self.pid}")
            state.append((entry / "oom_score_adj").read_text().strip())
            status = (entry / "status").read_text().splitlines()
            state += [line for line in status if line.startswith(("SigPnd", "ShdPnd"))]
        return state

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", _VICTIM, self._canary],
            env={**os.environ, "CAMLAB_CANARY": self._canary},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def _end(self) -> None:
        self._process.kill()
        self._process.communicate()


class _Servers:
    """Sockets of the grader's that tell a secret to everyone who connects."""

    def __init__(self, canary: str) -> None:
        self._canary = canary.encode()
        self._stack = ExitStack()
        folder = self._stack.enter_context(scratch_folder())
        folder.chmod(0o755)
        abstract = f"camlab-{secrets.token_hex(6)}"
        tcp = self._listen(socket.AF_INET, ("127.0.0.1", 0))
        self._listen(socket.AF_UNIX, str(folder / "server"))
        if sys.platform == "linux":
            self._listen(socket.AF_UNIX, f"\0{abstract}")
        self._udp = self._open(socket.AF_INET, ("127.0.0.1", 0))
        self._datagram = self._open(socket.AF_UNIX, str(folder / "datagram"))
        for name in ("server", "datagram"):
            (folder / name).chmod(0o777)
        port = tcp.getsockname()[1]
        self.facts = {
            "port": port,
            "port_hex": f":{port:04X} ",
            "udp_port": self._udp.getsockname()[1],
            "unix": str(folder / "server"),
            "unix_datagram": str(folder / "datagram"),
            "abstract": abstract,
        }

    def __enter__(self) -> _Servers:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def received(self) -> Iterator[str]:
        for server, name in ((self._udp, "a datagram"), (self._datagram, "a local datagram")):
            with contextlib.suppress(BlockingIOError):
                server.recv(100)
                yield f"{name} arrived"

    def _open(self, family: int, address: str | tuple[str, int]) -> socket.socket:
        server = self._stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
        server.bind(address)
        server.setblocking(False)
        return server

    def _listen(self, family: int, address: str | tuple[str, int]) -> socket.socket:
        server = self._stack.enter_context(socket.socket(family))
        server.bind(address)
        server.listen(8)
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()
        self._stack.callback(server.shutdown, socket.SHUT_RDWR)
        return server

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.sendall(self._canary)


def _real(package: str, name: str, otherwise: Path) -> str:
    """A file of an installed package; nothing is ever written to it."""
    spec = importlib.util.find_spec(package)
    places = (spec.submodule_search_locations or ()) if spec is not None else ()
    return next((str(Path(place, name)) for place in places), str(otherwise))


def _terminal() -> str:
    for number in (0, 1, 2):
        with contextlib.suppress(OSError):
            return os.ttyname(number)
    return "/dev/pts/0"


def _root_is_root() -> bool:
    """Whether user 0 is root of this machine: not so in a user namespace."""
    with contextlib.suppress(OSError):
        return Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]
    return True
