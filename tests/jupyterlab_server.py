"""JupyterLab as a process of its own, with settings and run-time files in a scratch folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ADDRESS = re.compile(r"(http://(?:localhost|127\.0\.0\.1):\d+)/lab\?token=(\w+)")


@contextmanager
def jupyterlab(
    folder: Path, scratch: Path, environment: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Start JupyterLab on a folder; yield its address and its token."""
    own = {
        f"JUPYTER_{kind.upper()}_DIR": str(scratch / kind) for kind in ("runtime", "config", "data")
    }
    # `--expose-app-in-browser` makes JupyterLab's own object reachable.
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"]
    command += ["--allow-root", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}"]
    server = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | own | environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _address(server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=30)


def _address(server: subprocess.Popen[str]) -> tuple[str, str]:
    said = []
    for line in server.stderr or ():
        said.append(line)
        if found := _ADDRESS.search(line):
            return found[1], found[2]
    raise RuntimeError("JupyterLab did not start:\n" + "".join(said))
