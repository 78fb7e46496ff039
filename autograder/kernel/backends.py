"""The backends of the sandbox: how a fork server starts, and what walls each child has.

    bwrap           bubblewrap, and in it namespaces of its own for each child
    bwrap-shared    bubblewrap around all children, Landlock and a filter around each
    landlock        no namespaces: Landlock, a filter, and as root another user for each child
    seatbelt        macOS: a process of its own for each child, under sandbox-exec
    none            limits, but no walls worth the name; only where somebody asked for it

Landlock, the filter and the limits are added in every one of them where the machine has them.
"""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder.kernel import bubblewrap, seatbelt, shown
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.fork_server import GUEST, ForkServer, clean_environment
from autograder.kernel.guest import landlock
from autograder.kernel.guest.confinement import Confinement
from autograder.kernel.mapped_weights import mappable_home
from autograder.kernel.users import may_pass_closed_folders, spare_user, user_to_become
from autograder.lab import Preloaded


class SandboxBackend(ABC):
    """How a fork server is started, and where its children work.

    Args:
        preloaded: what the fork server loads.
        pictures: what the networks look at in advance, [n, 3, height, width], float32.
        torch_home: the TORCH_HOME with the networks' weights; None: there are none.
        runtime: a folder of this process, mode 0700.
        attacks: the children do not run notebooks but attacks (`autograder.kernel.trial`).
    """

    kind: str

    def __init__(
        self,
        preloaded: Preloaded,
        pictures: np.ndarray,
        torch_home: Path | None,
        runtime: Path,
        attacks: bool = False,
    ) -> None:
        self.preloaded = preloaded
        self.pictures = pictures
        files = preloaded.weights.values()
        home = torch_home or runtime
        self.torch_home = mappable_home(home, files, runtime / "torch_home")
        self.runtime = runtime
        self.attacks = attacks

    @abstractmethod
    def start(self) -> ForkServer:
        """Start the fork server; it is ready some seconds later."""

    @abstractmethod
    def places(self, child: ChildProcess) -> dict[str, object]:
        """Where the child works, as it sees it: `work`, `temporary`, what they cover, its user."""

    def _server(
        self,
        wrapper: list[str],
        home: str,
        environment: dict[str, str],
        confinement: Confinement,
        **options: Any,
    ) -> ForkServer:
        return ForkServer(
            wrapper,
            home,
            environment,
            self.runtime / "fork_server.log",
            self.preloaded,
            self.pictures,
            confinement,
            attacks=self.attacks,
            **options,
        )

    def _plain_server(self, *, preload: bool) -> ForkServer:
        """A fork server without walls of its own."""
        scratch = self.runtime / "scratch"
        scratch.mkdir()
        return self._server(
            [],
            str(GUEST.parent),
            clean_environment(str(self.torch_home), str(scratch)),
            Confinement(),
            preload=preload,
            work=str(scratch),
        )

    def _folders(self, child: ChildProcess, seen_as: str | None = None) -> dict[str, object]:
        """A folder of this host for the child, in which it has `work` and `temporary`."""
        child.scratch = self.runtime / "scratch" / child.folder.name
        places: dict[str, object] = {}
        for name in ("work", "temporary"):
            (child.scratch / name).mkdir(mode=0o700, parents=True)
            places[name] = f"{seen_as or child.scratch.parent}/{child.folder.name}/{name}"
        return places


class BubblewrapBackend(SandboxBackend):
    """Files, network, processes and users of its own for each child."""

    kind = "bwrap"

    def start(self) -> ForkServer:
        become = user_to_become()
        readable = [*shown.python_folders(), *self.torch_home.glob("hub/checkpoints/*")]
        if become is not None and not all(map(_open_to_all, readable)):
            become = None
        return self._server(
            bubblewrap.command(self.torch_home, become),
            bubblewrap.HOME,
            clean_environment(bubblewrap.TORCH_HOME, bubblewrap.SCRATCH)
            | {"PYTHONPATH": f"{bubblewrap.HOME}/modules"},
            Confinement(namespaces=True, landlock=landlock.version() > 0),
            become=become,
        )

    def places(self, child: ChildProcess) -> dict[str, object]:
        temporary = bubblewrap.temporary_folder()
        covered = [temporary] if temporary == "/tmp" else []
        work = f"{bubblewrap.SCRATCH}/work"
        return {"work": work, "temporary": temporary, "covered": covered}


class SharedBubblewrapBackend(SandboxBackend):
    """One bubblewrap around all children; Landlock and a filter around each of them."""

    kind = "bwrap-shared"

    def start(self) -> ForkServer:
        scratch = self.runtime / "scratch"
        scratch.mkdir(mode=0o700)
        places = [bubblewrap.HOME, *map(str, shown.SETTINGS)]
        places += [str(path) for path in (*shown.python_folders(), *shown.system_folders())]
        # The working folders of all lie in HOME: of that, only these.
        places[:1] = [f"{bubblewrap.HOME}/{name}" for name in ("guest", "modules", "weights")]
        return self._server(
            bubblewrap.command(self.torch_home, None, scratch),
            bubblewrap.HOME,
            clean_environment(bubblewrap.TORCH_HOME, bubblewrap.SCRATCH)
            | {"PYTHONPATH": f"{bubblewrap.HOME}/modules"},
            Confinement(landlock=True, shown=tuple(places)),
        )

    def places(self, child: ChildProcess) -> dict[str, object]:
        return self._folders(child, bubblewrap.SCRATCH)


class LandlockBackend(SandboxBackend):
    """No namespaces: Landlock, a filter, and as root another user for each child.

    Where Python, or the folder for temporary files, lies in a folder that is closed to others, that
    user needs a capability to come there; a container may not have it, and then the children stay
    root, without any capability.
    """

    kind = "landlock"

    def start(self) -> ForkServer:
        for folder in (self.runtime, self.runtime / "scratch", self.runtime / "modules"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)  # others may pass, to what is theirs
        for place, _, _ in os.walk(self.torch_home):
            os.chmod(place, 0o755)
        modules = self._modules()
        readable = [*shown.python_folders(), *self.torch_home.glob("hub/checkpoints/*")]
        closed = not (shown.user_can_read(readable) and shown.user_can_come_to(self.runtime))
        self._other_users = os.geteuid() == 0 and (not closed or may_pass_closed_folders())
        return self._server(
            [],
            str(modules),
            clean_environment(str(self.torch_home), str(self.runtime / "scratch"))
            | {"PYTHONPATH": str(modules)},
            Confinement(
                landlock=landlock.version() > 0,
                shown=tuple(dict.fromkeys(map(str, self._shown(modules)))),
                keeps_reading=self._other_users and closed,
            ),
            work=str(self.runtime / "scratch"),
        )

    def places(self, child: ChildProcess) -> dict[str, object]:
        places = self._folders(child)
        user = spare_user() if self._other_users else None
        if user is not None and child.scratch is not None:
            for path in (child.scratch, *child.scratch.iterdir()):
                os.chown(path, user, user)
        return {**places, "user": user}

    def _modules(self) -> Path:
        """Copies of what the fork server imports of this project, so that nothing of the project's
        own folder has to be shown, or open to others."""
        modules = self.runtime / "modules"
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(GUEST, modules / "guest", ignore=skipped)
        if module := shown.extra_module():
            shutil.copy(module, modules)
        for folder, _, files in os.walk(modules):
            os.chmod(folder, 0o755)
            for name in files:
                os.chmod(os.path.join(folder, name), 0o644)
        return modules

    def _shown(self, modules: Path) -> Iterator[Path]:
        folders = [*shown.python_folders(), *shown.system_folders()]
        yield from shown.without_hidden(folders)
        yield from map(Path, shown.SETTINGS)
        yield modules
        yield self.torch_home
        for file in self.torch_home.glob("hub/checkpoints/*"):
            yield file.resolve()


class SeatbeltBackend(SandboxBackend):
    """macOS: each child is a process of its own under `sandbox-exec`, which denies by default.

    Libraries there do not survive a fork: each child loads them for itself.
    """

    kind = "seatbelt"

    def start(self) -> ForkServer:
        return self._plain_server(preload=False)

    def places(self, child: ChildProcess) -> dict[str, object]:
        places = self._folders(child)
        readable = [*shown.python_folders(), *shown.system_folders(), GUEST, self.torch_home]
        readable += [file.resolve() for file in self.torch_home.glob("hub/checkpoints/*")]
        own = [Path(str(places["work"])), Path(str(places["temporary"]))]
        return {**places, "wrapper": seatbelt.command(readable, own)}


class NoSandboxBackend(SandboxBackend):
    """An ordinary process of the person who grades: limits, but no walls."""

    kind = "none"

    def start(self) -> ForkServer:
        return self._plain_server(preload=sys.platform == "linux")

    def places(self, child: ChildProcess) -> dict[str, object]:
        return self._folders(child)


BACKENDS: dict[str, type[SandboxBackend]] = {
    backend.kind: backend
    for backend in (
        BubblewrapBackend,
        SharedBubblewrapBackend,
        LandlockBackend,
        SeatbeltBackend,
        NoSandboxBackend,
    )
}


def _open_to_all(path: Path) -> bool:
    """Whether everybody may read it, and what lies in it; the folders on the way are made anew."""
    inner = path.iterdir() if path.is_dir() else ()
    return all(one.stat().st_mode & 0o004 for one in (path, *inner) if one.exists())
