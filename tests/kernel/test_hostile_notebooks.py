"""Hostile notebooks, graded as one class with honest ones among them, two at a time.

None gains a mark, reads a secret, leaves a process or a file, or changes another's result.
"""

from __future__ import annotations

import os
import socketserver
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from autograder.kernel import Sandbox
from autograder.kernel.fair_clock import SLOWEST
from autograder.lab import Questions
from autograder.run import Run
from tests.kernel.conftest import HONEST, LIMITS, make_questions, marks, notebook_of, text_of
from tests.kernel.hostile import HOSTILE

HONEST_NAMES = ("an honest notebook, first", "an honest notebook, in the middle", "... and last")
FULL = 4


@dataclass
class HostileClass:
    """All runs of the class, and what was there before and after it."""

    runs: dict[str, Run]
    questions: Questions
    canary: str
    sandbox: Sandbox
    processes_before: set[int]
    files_before: set[str]
    secrets: Path


@pytest.fixture(scope="module")
def hostile_class(bwrap_sandbox: Sandbox, tmp_path_factory) -> Iterator[HostileClass]:
    canary = "canary-" + os.urandom(12).hex()
    secrets = _plant(tmp_path_factory.mktemp("secrets"), canary)
    questions = make_questions(os.urandom(64))
    os.environ["CAMLAB_CANARY"] = canary
    with _server(canary) as port:
        names = list(HOSTILE)
        names[:0] = HONEST_NAMES[:1]
        names[len(names) // 2 : len(names) // 2] = HONEST_NAMES[1:2]
        names += HONEST_NAMES[2:]
        bwrap_sandbox.run(notebook_of("1"), Questions(()))  # the warm process is ready now
        processes, files = _processes(bwrap_sandbox), _runtime_files(bwrap_sandbox)

        def run(name: str) -> Run:
            cells = [
                cell.replace("SECRETS", str(secrets)).replace("PORT", str(port))
                for cell in HOSTILE.get(name, HONEST)
            ]
            notebook = notebook_of(*cells)
            if name == "tags ask to skip the cell":
                for cell in notebook.cells:
                    cell.metadata["tags"] = ["skip-execution", "raises-exception"]
                notebook.metadata["kernelspec"] = {"name": "evil", "display_name": "evil"}
            return bwrap_sandbox.run(notebook, questions)

        with ThreadPoolExecutor(2) as pool:
            runs = dict(zip(names, pool.map(run, names), strict=True))
    del os.environ["CAMLAB_CANARY"]
    yield HostileClass(runs, questions, canary, bwrap_sandbox, processes, files, secrets)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_gains_nothing(name: str, hostile_class: HostileClass) -> None:
    run = hostile_class.runs[name]
    assert marks(run, hostile_class.questions) == 0
    assert hostile_class.canary not in text_of(run)
    assert "pwned" not in repr(run.answers)
    # Of the wall's seconds at least every fourth counts, on a busy machine too.
    assert run.seconds < SLOWEST * LIMITS.submission_seconds


@pytest.mark.parametrize("name", HONEST_NAMES)
def test_an_honest_notebook_keeps_its_marks(name: str, hostile_class: HostileClass) -> None:
    run = hostile_class.runs[name]
    assert marks(run, hostile_class.questions) == FULL
    assert run.message == "" and run.errors == ()


def test_there_are_at_least_forty() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(
    "name",
    [
        "new namespaces, mounts and traces",
        "the network",
        "a theft of the reference is imported",
        "what another left is looked for",
        "the packages and the weights are overwritten",
    ],
)
def test_the_notebooks_own_assertions_about_its_walls_hold(
    name: str, hostile_class: HostileClass
) -> None:
    assert [error.error for error in hostile_class.runs[name].errors] == []


def test_a_dead_kernel_is_explained_and_costs_only_the_cell(hostile_class: HostileClass) -> None:
    for name in ("the kernel exits", "the kernel crashes"):
        run = hostile_class.runs[name]
        assert "kernel died" in run.message
        assert [error.error for error in run.errors] == ["CellStopped"]


def test_a_flood_of_processes_is_explained(hostile_class: HostileClass) -> None:
    run = hostile_class.runs["a flood of processes"]
    # Whether the cell can still be interrupted is up to chance: it is stopped if not.
    stopped = "time ran out in" in run.message or "of processor time" in run.message
    assert stopped or [e.error for e in run.errors] == ["CellTimeout"], run.message
    assert all(answer.value is None for answer in run.answers.values())


def test_an_endless_cell_costs_only_itself(hostile_class: HostileClass) -> None:
    run = hostile_class.runs["an endless loop"]
    assert [error.error for error in run.errors] == ["CellTimeout"]
    assert all(answer.value is not None for answer in run.answers.values())


def test_no_process_is_left(hostile_class: HostileClass) -> None:
    deadline = time.monotonic() + 30
    while _processes(hostile_class.sandbox) - hostile_class.processes_before:
        assert time.monotonic() < deadline, _processes(hostile_class.sandbox)
        time.sleep(0.05)


def test_no_file_is_left(hostile_class: HostileClass) -> None:
    assert _runtime_files(hostile_class.sandbox) <= hostile_class.files_before
    assert not list(Path("/tmp").glob("left_for_the_next"))
    assert not list(Path("/dev/shm").glob("left_for_the_next"))


def test_the_secrets_are_as_they_were(hostile_class: HostileClass) -> None:
    for file in hostile_class.secrets.rglob("*"):
        if file.is_file():
            assert file.read_text() == hostile_class.canary


def _plant(folder: Path, canary: str) -> Path:
    for name in (
        "gradebook.db",
        "graders/test_hidden.py",
        "camlab_solutions/cam_canary.py",
        "submitted/eve/light.ipynb",
        "my_canary.txt",
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(canary)
    return folder


class _server:
    """Tells its secret to everyone who connects."""

    def __init__(self, canary: str) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.sendall(canary.encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> int:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _processes(sandbox: Sandbox) -> set[int]:
    warm = psutil.Process(sandbox.server_pid)
    return {process.pid for process in warm.children(recursive=True)}


def _runtime_files(sandbox: Sandbox) -> set[str]:
    return {str(path.relative_to(sandbox._folder)) for path in sandbox._folder.rglob("*")}
