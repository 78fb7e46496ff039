"""Where students' code runs.

    choose_sandbox    which kind of sandbox this machine has, and why
    open_sandbox      a sandbox for one class
    Sandbox.run       one submission: its cells, then the questions

The folder `guest` is what the sandbox sees of this package; everything else is the trusted side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.kernel.backends import BACKENDS
from autograder.kernel.sandbox import Sandbox
from autograder.kernel.sandbox_selection import NONE, SandboxChoice, choose_sandbox
from autograder.kernel.shown import refuse_private
from autograder.lab import Lab
from autograder.limits import Limits
from autograder.scratch import scratch_folder

__all__ = ["NONE", "Sandbox", "SandboxChoice", "choose_sandbox", "open_sandbox"]


@contextmanager
def open_sandbox(
    lab: Lab,
    folder: Path,
    torch_home: Path,
    kind: str,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    jobs: int = 1,
    private: Iterable[Path] = (),
) -> Iterator[Sandbox]:
    """Open a sandbox for one class; its fork server starts loading at once.

    Args:
        lab: whose networks are loaded.
        folder: holds `lab.files`; each submission gets fresh copies.
        torch_home: the TORCH_HOME with the networks' weights; seen read-only.
        kind: `choose_sandbox(...).kind`.
        limits: what one submission may use.
        jobs: how many threads will call `Sandbox.run` at once.
        private: folders that may not be seen by students' code, besides homes.

    Raises:
        CamlabError: one of those would be seen.
    """
    if kind != NONE:
        refuse_private(private)
    files = {name: (Path(folder) / name).read_bytes() for name in lab.files}
    with scratch_folder() as runtime:
        pictures = lab.preloaded.pictures(Path(folder))
        backend = BACKENDS[kind](lab.preloaded, pictures, Path(torch_home), runtime)
        sandbox = Sandbox(files, backend, limits, runtime)
        sandbox.fillings = lab.fillings
        try:
            yield sandbox
        finally:
            sandbox.close()
