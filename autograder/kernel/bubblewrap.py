"""bubblewrap's command line."""

from __future__ import annotations

from pathlib import Path

HOME = "/camlab"
TORCH_HOME = "/weights"
SCRATCH = "/tmp"
WORK = "/work"


def command(torch_home: Path) -> list[str]:
    raise NotImplementedError
