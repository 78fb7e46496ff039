"""What a program has imported when it is done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def loads(program: str, module: str, folder: Path) -> bool:
    """Whether a new Python that runs `program` in `folder` has imported `module` in the end."""
    asked = f"import sys\n{program}\nprint({module!r} in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout.splitlines()[-1] == "True"
