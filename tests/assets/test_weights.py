"""Which weights are used; stand-ins never take the place of real ones, nothing is half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assets.weights import FILES, NOTE, find_weights, prepare_weights, stand_in_home
from autograder.errors import CamlabError

MAKE = """
import sys
from pathlib import Path
from autograder.assets.lab_pictures import open_pictures
from autograder.assets.weights import prepare_weights
print(prepare_weights(lambda: open_pictures(Path(sys.argv[1])), offline=True).digest)
"""


def _maker(folder: Path, cache: Path) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "TORCH_HOME"}
    environment |= {"CAMLAB_CACHE": str(cache), "XDG_CACHE_HOME": str(cache / "xdg")}
    return subprocess.Popen(
        [sys.executable, "-c", MAKE, str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def nothing(tmp_path, monkeypatch) -> Path:
    """A user without any weights."""
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.setenv("CAMLAB_CACHE", str(tmp_path / "camlab"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def _put(torch_home: Path, content: bytes = b"weights") -> Path:
    folder = torch_home / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).write_bytes(content)
    return folder


def _no_pictures() -> list:
    raise AssertionError("stand-ins were made although there are weights")


def test_without_weights_a_person_is_told_what_to_do(nothing):
    with pytest.raises(CamlabError, match="camlab assets"):
        find_weights()


def test_weights_in_torch_home_are_used_and_called_stand_ins_unless_their_hash_is_right(
    nothing, monkeypatch
):
    monkeypatch.setenv("TORCH_HOME", str(nothing / "mine"))
    _put(nothing / "mine")
    found = find_weights()
    assert found.torch_home == nothing / "mine"
    assert found.kind == "stand-in"


def test_weights_of_the_wrong_hash_where_torch_keeps_real_ones_are_not_used(nothing):
    _put(nothing / "cache" / "torch")
    with pytest.raises(CamlabError):
        find_weights()


def test_another_file_gives_another_digest(nothing, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(nothing / "mine"))
    folder = _put(nothing / "mine")
    before = find_weights().digest
    (folder / FILES[1]).write_bytes(b"other weights")
    assert find_weights().digest != before


def test_files_that_are_there_are_never_overwritten(nothing, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(nothing / "mine"))
    folder = _put(nothing / "mine", b"real")
    prepare_weights(_no_pictures, offline=True)
    assert {(folder / name).read_bytes() for name in FILES} == {b"real"}


def test_two_makers_at_once_make_one_set_the_same_as_anyones(root, nothing):
    """Deterministic, too: the digest is that of the stand-ins which this machine uses."""
    makers = [_maker(root / "source" / "lab09", nothing / "new") for _ in range(2)]
    digests = {maker.communicate()[0].strip() for maker in makers}
    assert [maker.returncode for maker in makers] == [0, 0]
    assert len(digests) == 1
    (home,) = (nothing / "new").glob("stand-in-*")
    names = {path.name for path in (home / "hub" / "checkpoints").iterdir()}
    assert names == {*FILES, NOTE}, "and no scratch folder is left"
    known = Path(os.path.expanduser("~/.cache/camlab")) / home.name
    if known.is_dir():
        same = subprocess.run(
            ["cmp", known / "hub" / "checkpoints" / FILES[0], home / "hub/checkpoints" / FILES[0]]
        )
        assert same.returncode == 0


def test_a_maker_that_is_killed_leaves_no_weights_that_look_whole(root, nothing):
    maker = _maker(root / "source" / "lab09", nothing / "camlab")
    while maker.poll() is None:
        if any(stand_in_home().glob("hub/checkpoints/.making-*")):
            maker.send_signal(signal.SIGKILL)
            break
    maker.communicate()
    assert maker.returncode == -signal.SIGKILL
    assert not (stand_in_home() / "hub" / "checkpoints" / FILES[1]).exists()
    with pytest.raises(CamlabError):
        find_weights()
