"""Which sandbox a machine gets, and what it says where it gets none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import CamlabError
from autograder.kernel import advice, bubblewrap, choose_sandbox, sandbox_selection, users
from autograder.kernel.guest.attacks import ATTACKS
from autograder.kernel.trial import Trial

CHOOSE = """
from autograder.errors import CamlabError
from autograder.kernel import choose_sandbox
try: print(choose_sandbox("auto").kind)
except CamlabError as error: print(error)
"""


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No sandbox was chosen before, neither in this process nor on disk."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    remembered = (
        sandbox_selection.obstacle,
        sandbox_selection._known_holes,
        sandbox_selection._kept_in,
        users.trial,
    )
    for function in remembered:
        function.cache_clear()
    yield
    for function in remembered:
        function.cache_clear()


@pytest.fixture
def no_attacks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Attacks are not run: which kinds would have been attacked."""
    attacked: list[str] = []

    def attack(kind: str, course: Path | None = None) -> list[Trial]:
        attacked.append(kind)
        trials = [Trial(ATTACKS["read the gradebook"], "", "PermissionError")]
        sandbox_selection._keep(kind, sandbox_selection._holes(trials))
        return trials

    monkeypatch.setattr(sandbox_selection, "attack", attack)
    return attacked


def played(options: list[str], program: str) -> str:
    """What a program prints on a machine with fewer rights."""
    command = [sys.executable, "-m", "tests.kernel.locked_machine", *options, "--"]
    done = subprocess.run(
        [*command, sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_strongest_that_works_is_chosen_and_kept(no_attacks: list[str]) -> None:
    if bubblewrap.program() is None:
        pytest.skip("bubblewrap is not installed")
    assert sandbox_selection.obstacle("bwrap") == ""
    assert choose_sandbox("auto").kind == "bwrap"
    sandbox_selection._known_holes.cache_clear()
    assert choose_sandbox("auto").kind == "bwrap"
    assert no_attacks == ["bwrap"]  # once: the second time it was on disk


def test_without_bubblewrap_landlock_is_chosen(
    no_attacks: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_sandbox("auto").kind == "landlock"
    with pytest.raises(CamlabError, match=r"bubblewrap is not installed.*--sandbox none"):
        choose_sandbox("bwrap")


def test_bubblewrap_that_does_not_work_is_not_chosen(
    no_attacks: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho bwrap: No permissions to create new namespace >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(CamlabError, match="No permissions"):
        choose_sandbox("bwrap")


def test_a_sandbox_in_which_an_attack_succeeded_is_not_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def attack(kind: str, course: Path | None = None) -> list[Trial]:
        return [Trial(ATTACKS["read the gradebook"], "all of it", "")]

    monkeypatch.setattr(sandbox_selection, "attack", attack)
    with pytest.raises(CamlabError, match=r"an attack was not stopped: read the gradebook"):
        choose_sandbox("auto")


def test_none_must_be_said_and_says_what_it_means() -> None:
    chosen = choose_sandbox("none")
    assert chosen.kind == "none" and not chosen.has_walls
    assert "can read and change" in chosen.message


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CamlabError, match="choose auto, bwrap"):
        choose_sandbox("docker")


def test_in_a_container_landlock_is_chosen() -> None:
    assert played(["--container"], CHOOSE) == "landlock\n"


def test_where_nothing_is_left_it_is_refused_in_sentences() -> None:
    text = played(["--container", "--no-landlock"], CHOOSE)
    assert text.startswith("Students' code would have no walls on this machine")
    assert "--sandbox none" in text and "Traceback" not in text


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("ubuntu", "24.04", "sudo tee /etc/apparmor.d/bwrap"),
        ("ubuntu", "24.10", "sudo tee /etc/apparmor.d/bwrap"),
        ("ubuntu", "25.04", "Linux 5.13 or newer"),  # a profile of its own: another would collide
        ("debian", "12", "Linux 5.13 or newer"),
    ],
)
def test_the_advice_is_for_this_machine(
    name: str, version: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    release = tmp_path / "os-release"
    release.write_text(f'NAME="x"\nID={name}\nVERSION_ID="{version}"\n')
    distribution = advice._distribution(release)
    monkeypatch.setattr(advice, "_distribution", lambda: distribution)
    monkeypatch.setattr(advice, "in_container", lambda: False)
    troubles = {"bwrap": "bubblewrap says: setting up uid map: Permission denied"}
    troubles["landlock"] = "Linux 6.8 has no Landlock, or it is switched off"
    assert expected in advice.what_to_do(troubles)


def test_a_missing_filter_is_a_finding_with_its_cure() -> None:
    trouble = {"landlock": "an attack was not stopped: be without a system-call filter"}
    assert "libseccomp" in advice.what_to_do(trouble)
