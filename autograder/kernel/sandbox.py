"""The sandbox: a warm process, and for each submission a child of it that runs and answers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import CamlabError
from autograder.files import remove_tree
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.fair_clock import FairClock
from autograder.kernel.inside.framing import write_frame
from autograder.kernel.walls import Walls
from autograder.kernel.watchdog import Watchdog
from autograder.lab import Questions
from autograder.run import Limits, Run

_START_SECONDS = 60.0


class Sandbox:
    """Runs submissions; many threads may call `run` at once. Made by `open_sandbox`."""

    def __init__(
        self, files: Mapping[str, bytes], walls: Walls, limits: Limits, folder: Path
    ) -> None:
        self.files = dict(files)
        self.limits = limits
        self._walls = walls
        self._folder = folder
        self._numbers = itertools.count(1)
        self._warm = walls.start_warm_process()
        self._watchdog = Watchdog(limits)

    @property
    def kind(self) -> str:
        return self._walls.kind

    def run(self, notebook: NotebookNode, questions: Questions) -> Run:
        """Run the notebook's cells in a child of its own, ask the questions, end the child.

        Whatever the submission does, the result holds one answer for each question.
        """
        from autograder.kernel.running import run_submission

        started = time.monotonic()
        run = run_submission(self, notebook, questions)
        return replace(run, seconds=time.monotonic() - started)

    def last_words(self) -> str:
        return self._warm.last_words()

    def close(self) -> None:
        self._watchdog.close()
        self._warm.close()

    # What the kernel provisioner needs.

    def new_child(self) -> ChildProcess:
        return ChildProcess(self._folder / str(next(self._numbers)))

    def start_child(self, child: ChildProcess, key: str, files: Mapping[str, bytes]) -> None:
        """Bring `child` to life, with fresh copies of `files` in its working folder.

        `key` signs the kernel's messages.
        """
        request = {"key": key, "limits": asdict(self.limits), **self._walls.places(child)}
        self._warm.fork(child, request)
        try:
            if not child.started(_START_SECONDS):
                raise TimeoutError
            child.channel.settimeout(_START_SECONDS)
            write_frame(child.channel, {"files": list(files)}, list(files.values()))
        except OSError:
            raise CamlabError(
                f"A sandbox could not be started. Its last words: {self.last_words()}\n"
                "Run `camlab doctor` to see what is missing."
            ) from None
        child.clock = FairClock(child.keeper)
        self._watchdog.watch(child)

    def end_child(self, child: ChildProcess) -> None:
        """Nothing of the child is left when this returns."""
        self._watchdog.forget(child)
        child.close()
        remove_tree(child.folder)

    def files_of(self, folder: str) -> dict[str, bytes]:
        """The plain files of a folder, without links: what a notebook finds beside itself.

        They may fill half of the working folder; files beyond that are left out.
        """
        files, room = {}, self.limits.scratch // 2
        for path in sorted(Path(folder).iterdir()):
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= room:
                files[path.name] = path.read_bytes()
                room -= len(files[path.name])
        return files
