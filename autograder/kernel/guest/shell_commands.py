"""`!command` in a cell, without a terminal.

IPython runs such a command in a new terminal, to show its output as it comes. Where terminals are
the machine's, none is given to a child.
"""

from __future__ import annotations

import subprocess
from typing import Any


def use_pipes(shell: Any) -> None:
    """Let the shell of a kernel run `!command` over a pipe."""

    def system(command: str) -> None:
        with subprocess.Popen(
            shell.var_expand(command, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
        shell.user_ns["_exit_code"] = process.returncode

    shell.system = shell.system_piped = system
