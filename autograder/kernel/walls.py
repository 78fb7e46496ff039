"""The two kinds of walls around students' code: bubblewrap's, and a plain process's."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np

from autograder.kernel import bubblewrap
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.choice import user_to_become
from autograder.kernel.mapped_weights import mappable_home
from autograder.kernel.warm_process import INSIDE, WarmProcess, clean_environment
from autograder.lab import Networks


class Walls(ABC):
    """How a warm process is started, and where its children work."""

    kind: str

    def __init__(
        self, networks: Networks, pictures: np.ndarray, torch_home: Path, runtime: Path
    ) -> None:
        self.networks = networks
        self.pictures = pictures
        files = networks.weights.values()
        self.torch_home = mappable_home(torch_home, files, runtime / "torch_home")
        self.runtime = runtime

    @abstractmethod
    def start_warm_process(self) -> WarmProcess:
        """Start it; it is ready some seconds later."""

    @abstractmethod
    def places(self, child: ChildProcess) -> dict[str, object]:
        """Where the child works, as the child sees it: `work`, `temporary`, and what they cover."""


class BubblewrapWalls(Walls):
    """A file system, network, processes and users of its own: `autograder.kernel.bubblewrap`."""

    kind = "bwrap"

    def start_warm_process(self) -> WarmProcess:
        become = user_to_become()
        if become is not None and not bubblewrap.unknown_user_can_read(self.torch_home):
            become = None
        return WarmProcess(
            self.kind,
            bubblewrap.command(self.torch_home, become),
            bubblewrap.HOME,
            clean_environment(bubblewrap.TORCH_HOME, bubblewrap.SCRATCH)
            | {"PYTHONPATH": f"{bubblewrap.HOME}/modules"},
            self.runtime / "warm.log",
            self.networks,
            self.pictures,
            become=become,
        )

    def places(self, child: ChildProcess) -> dict[str, object]:
        temporary = bubblewrap.temporary_folder()
        covered = [temporary] if temporary == "/tmp" else []
        return {"work": bubblewrap.WORK, "temporary": temporary, "covered": covered}


class ProcessWalls(Walls):
    """An ordinary process of the person who grades: limits, but no walls worth the name.

    Libraries on macOS do not survive a fork: there each child loads them for itself.
    """

    kind = "process"

    def start_warm_process(self) -> WarmProcess:
        scratch = self.runtime / "scratch"
        scratch.mkdir()
        return WarmProcess(
            self.kind,
            (),
            str(INSIDE.parent),
            clean_environment(str(self.torch_home), str(scratch)),
            self.runtime / "warm.log",
            self.networks,
            self.pictures,
            preload=sys.platform == "linux",
            work=str(scratch),
        )

    def places(self, child: ChildProcess) -> dict[str, object]:
        child.scratch = child.folder / "scratch"
        folders = {name: child.scratch / name for name in ("work", "temporary")}
        for folder in folders.values():
            folder.mkdir(mode=0o700, parents=True)
        return {name: str(folder) for name, folder in folders.items()}
