"""Scratch folders: none is left over, and none that is in use or somebody else's is removed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.errors import CamlabError
from autograder.scratch import scratch_folder, sweep

KILLED_WHILE_REMOVING = """
import os, signal, sys
from pathlib import Path
from autograder import scratch

def killed(event, arguments):
    if event in ("os.remove", "os.rmdir", "shutil.rmtree"):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

left = int(sys.argv[2])
with scratch.scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "a").mkdir()
    (folder / "a" / "b").touch()
    (folder / "c").touch()
    sys.addaudithook(killed)
"""


def test_the_folder_of_a_living_process_is_not_swept(monkeypatch, short_folder: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(short_folder))
    with scratch_folder() as first, scratch_folder() as second:
        sweep(short_folder)
        assert first.parent == short_folder
        assert first.is_dir() and second.is_dir() and first != second
    assert list(short_folder.iterdir()) == []


def test_a_long_path_for_temporary_files_leaves_room_for_sockets(
    monkeypatch, tmp_path: Path
) -> None:
    long = tmp_path / ("a-long-name-" * 8)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with scratch_folder() as folder, socket.socket(socket.AF_UNIX) as listener:
        (folder / "1234567").mkdir()
        listener.bind(str(folder / "1234567" / "k-5"))
    monkeypatch.setattr(os, "access", lambda path, mode: path != "/tmp")
    with pytest.raises(CamlabError, match="TMPDIR"), scratch_folder():
        pass


@pytest.mark.parametrize("name", ["camlab-notes", "camlab.notes"])
def test_folders_of_others_are_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "lab09.ipynb").touch()
    sweep(tmp_path)
    assert (tmp_path / name / "lab09.ipynb").is_file()


def test_a_folder_that_its_user_closed_goes_too(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "a").touch()
        folder.chmod(0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", range(5))
def test_a_process_killed_while_it_removes_its_folder_leaves_nothing(
    moment: int, tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_REMOVING, str(tmp_path), str(moment)],
        cwd=Path(__file__).parents[1],
    )
    assert ran.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_process_killed_before_it_could_lock_its_folder_leaves_nothing(tmp_path: Path) -> None:
    Path(tempfile.mkdtemp(prefix="camlab.", dir=tmp_path))
    with scratch_folder(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_many_that_start_at_once_do_not_remove_each_others_folders(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def use(number: int) -> None:
        together.wait()
        for _ in range(40):
            with scratch_folder(tmp_path) as folder:
                (folder / "mine").write_text(str(number))
                assert (folder / "mine").read_text() == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, range(8))) == [None] * 8
    assert os.listdir(tmp_path) == []
