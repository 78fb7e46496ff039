"""Nothing is ever half-written, and what a killed writer leaves goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from autograder.files import remove_tree, remove_unfinished, write_atomically

# Stops in the middle of writing: after the content, before the new name.
WRITER = """
import os, signal, sys
from pathlib import Path
from autograder.files import write_atomically
os.fsync = lambda handle: (print("writing", flush=True), signal.pause())
write_atomically(Path(sys.argv[1]) / "deep" / "marks.json", b"new")
"""


def test_what_a_living_process_writes_is_left_alone_and_what_a_killed_one_wrote_goes(tmp_path):
    marks = tmp_path / "deep" / "marks.json"
    write_atomically(marks, b"old")
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "writing\n"
        remove_unfinished(tmp_path, "deep")
        assert len(list(marks.parent.iterdir())) == 2
        os.kill(writer.pid, signal.SIGKILL)
    remove_unfinished(tmp_path)
    assert len(list(marks.parent.iterdir())) == 2, "only the folders that were named"
    remove_unfinished(tmp_path, "deep", "not-there")
    assert list(marks.parent.iterdir()) == [marks]
    assert marks.read_bytes() == b"old"


def test_a_folder_goes_however_deep_it_is(tmp_path):
    dig = "import os\nfor _ in range(1500):\n    os.mkdir('deep'); os.chdir('deep')\nopen('x', 'w')"
    subprocess.run([sys.executable, "-c", dig], cwd=tmp_path, check=True)
    remove_tree(tmp_path / "deep")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_goes_whatever_its_modes_are(tmp_path):
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    (closed / "inner").chmod(0)
    closed.chmod(0)
    remove_tree(closed)
    assert list(tmp_path.iterdir()) == []
