"""Which sandbox a machine gets, and why."""

from __future__ import annotations

import pytest

from autograder.errors import CamlabError
from autograder.kernel import choice, choose_sandbox


@pytest.fixture(autouse=True)
def nothing_remembered():
    for remembered in (choice._obstacle, choice._trial):
        remembered.cache_clear()
    yield
    for remembered in (choice._obstacle, choice._trial):
        remembered.cache_clear()


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_bubblewrap_auto_falls_back_and_says_why(without_bubblewrap) -> None:
    chosen = choose_sandbox("auto")
    assert chosen.kind == "process"
    assert "not installed" in chosen.why and "able to read and change" in chosen.why


def test_without_bubblewrap_asking_for_it_is_refused(without_bubblewrap) -> None:
    with pytest.raises(CamlabError, match="apt install bubblewrap"):
        choose_sandbox("bwrap")


def test_a_process_is_chosen_when_asked_for(without_bubblewrap) -> None:
    assert choose_sandbox("process").kind == "process"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CamlabError, match="auto, bwrap or process"):
        choose_sandbox("docker")


def test_bubblewrap_that_does_not_work_is_not_chosen(monkeypatch, tmp_path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho bwrap: No permissions to create new namespace >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    chosen = choose_sandbox("auto")
    assert chosen.kind == "process" and "No permissions" in chosen.why
