"""A killed grader leaves nothing behind: no process at once, no file after the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.scratch import sweep

GRADER = """
import sys, threading
from pathlib import Path
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.lab import Questions
from tests.kernel.conftest import LIGHT_LAB, notebook_of
folder = Path(sys.argv[1])
daemon = "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n    time.sleep(99)"
with open_sandbox(LIGHT_LAB, folder, folder, sys.argv[2]) as sandbox:
    notebook = notebook_of(daemon, "import time; time.sleep(99)")
    sandbox.run(notebook_of("1"), Questions(()))
    for _ in range(2):
        threading.Thread(target=sandbox.run, args=(notebook, Questions(()))).start()
    print("running", flush=True)
    threading.Event().wait()
"""


@pytest.mark.parametrize("kind", ["bwrap", "landlock"])
def test_nothing_survives_a_killed_grader(
    kind: str, lab_folder: Path, short_folder: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(f"{kind}_sandbox")  # skips where there is no such kind
    environment = {**os.environ, "TMPDIR": str(short_folder)}
    grader = subprocess.Popen(
        [sys.executable, "-c", GRADER, str(lab_folder), kind],
        env=environment,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert grader.stdout.readline() == b"running\n"
    enough = 6 if kind == "bwrap" else 5
    deadline = time.monotonic() + 60
    while len(family := psutil.Process(grader.pid).children(recursive=True)) < enough:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(grader.pid, signal.SIGKILL)
    grader.wait()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert len(list(short_folder.glob("camlab.*"))) == 1
    sweep(short_folder)
    assert list(short_folder.iterdir()) == []
    assert str(short_folder) not in Path("/proc/self/mounts").read_text()
