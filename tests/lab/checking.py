"""Solutions put through the notebook's checks: each in a process of its own, without a kernel."""

from __future__ import annotations

import io
import linecache
import os
import re
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import torch
from IPython.core.inputtransformer2 import TransformerManager

from autograder.assets.weights import find_weights
from autograder.environment import environment

PART = re.compile(r"^# %% ?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Solution:
    """What stands in a task's cell, and in cells before it."""

    task: str
    code: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def read_solution(task: str, text: str) -> Solution:
    """A file whose parts begin with `# %% before`, `# %% cell:ID`, `# %% next` and so on."""
    _, *parts = PART.split("# %% cell\n" + text)
    code, before, after = "", [], []
    for kind, part in zip(parts[::2], parts[1::2], strict=True):
        if kind.strip() == "cell":
            code += part
        elif kind.strip() in ("next", "after"):
            after.append(part)
        elif kind.strip() != "end":
            before.append(part)
    return Solution(task, code, tuple(before), tuple(after))


def run_check(lab: Mapping[str, object], solution: Solution) -> str:
    """What the task's check prints. `lab` is the solved notebook; it stays as it is.

    The check runs in a fork: whatever a solution does to networks and names ends with it.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            torch.set_num_threads(1)  # OpenMP's threads do not live on in a fork
            os.write(write, _check(lab, solution).encode("utf-8", "replace")[-60_000:])
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def _check(lab, solution: Solution) -> str:
    lab["get_ipython"] = lambda: _NoMagic(lab)
    said = io.StringIO()
    home = environment(TORCH_HOME=str(find_weights().torch_home))
    with redirect_stdout(said), redirect_stderr(io.StringIO()), home:
        for number, cell in enumerate((*solution.before, solution.code, *solution.after)):
            try:
                run_cell(lab, cell, f"{solution.task}{number}")
            except BaseException:  # as in Jupyter, the next cell may still be run
                said.write(traceback.format_exc(limit=1))
                if cell is solution.code:
                    lab.pop(solution.task, None)
        said.truncate(0)
        said.seek(0)
        lab.run(f"test_{solution.task}")
    return said.getvalue()


def run_cell(lab, cell: str, name: str) -> None:
    """As IPython does, so that an error can be told with its line."""
    code = TransformerManager().transform_cell(cell)
    name = f"/tmp/ipykernel_1/{name}.py"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    exec(compile(code, name, "exec"), lab)


class _NoMagic:
    """Enough of IPython for cells with magics: commands do nothing, timed cells are run."""

    def __init__(self, lab) -> None:
        self.lab = lab

    def run_line_magic(self, *_: object) -> None: ...
    def system(self, *_: object) -> None: ...
    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        exec(compile(cell, "/tmp/ipykernel_1/magic.py", "exec"), self.lab)
