"""Which weights are in use, and how they came: downloaded, found, or made as stand-ins."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import platformdirs
from PIL import Image

from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.lab import Lab
from autograder.locks import locked
from autograder.scratch import scratch_folder

# torchvision's file names; torch.hub puts the start of the file's SHA-256 into them.
FILES = ("resnet18-f37072fd.pth", "vgg19-dcbb9e9d.pth")
MEGABYTES = {"resnet18-f37072fd.pth": 45, "vgg19-dcbb9e9d.pth": 548}
NOTE = "STAND-IN.txt"  # lies beside stand-ins, so that a notebook can tell
RECIPE = 2  # of stand-ins; raised with every change of what `autograder.assets.stand_in` makes
_HOST = ("download.pytorch.org", 443)


@dataclass(frozen=True)
class Weights:
    """A folder that serves as TORCH_HOME."""

    torch_home: Path
    kind: str  # "imagenet", "stand-in", or "none" where a lab has no networks
    digest: str  # changes when one of the files does


def find_weights() -> Weights:
    """The weights in use: `$TORCH_HOME`'s, else real ones where torch keeps them, else stand-ins.

    Raises:
        CamlabError: when there are none.
    """
    chosen = os.environ.get("TORCH_HOME")
    if chosen and (found := _look_in(Path(chosen))):
        return found
    if (found := _look_in(_torch_default())) and found.kind == "imagenet":
        return found
    if found := _look_in(stand_in_home()):
        return found
    raise CamlabError("There are no weights yet. Run `camlab assets` first.")


def weights_of(lab: Lab) -> Weights:
    """Those that a lab needs; a lab without networks gets an empty folder.

    Raises:
        CamlabError: when there are none.
    """
    if lab.preloaded.weights:
        return find_weights()
    empty = stand_in_home().parent / "no-weights"
    empty.mkdir(parents=True, exist_ok=True)
    return Weights(empty, "none", "")


def prepare_weights(
    pictures: Callable[[], list[Image.Image]],
    *,
    offline: bool = False,
    say: Callable[[str], None] = lambda sentence: None,
) -> Weights:
    """Find weights, else download them, else make stand-ins.

    Args:
        pictures: gives the pictures on which stand-ins are to look sensible.
        offline: do not try the network.
        say: told what takes long, before it starts.
    """
    with suppress(CamlabError):
        found = find_weights()
        if found.kind == "imagenet" or offline or os.environ.get("TORCH_HOME"):
            return found
    if not offline and _network_is_there():
        try:
            _download(say)
            return find_weights()
        except Exception as error:
            say(f"The download of the weights failed ({error}).")
    with suppress(CamlabError):
        return find_weights()
    _make_stand_ins(pictures(), say)
    return find_weights()


def stand_in_home() -> Path:
    """Camlab's own folder: a stand-in must never lie where another project takes it for real."""
    cache = os.environ.get("CAMLAB_CACHE") or platformdirs.user_cache_dir("camlab")
    return Path(cache) / f"stand-in-{RECIPE}-torch-{version('torch').split('+')[0]}"


def _torch_default() -> Path:
    """Where torch keeps downloads when nobody says otherwise."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "torch"


def _checkpoints(torch_home: Path) -> Path:
    return torch_home / "hub" / "checkpoints"


def _look_in(torch_home: Path) -> Weights | None:
    paths = [_checkpoints(torch_home) / name for name in FILES]
    if not all(path.is_file() for path in paths):
        return None
    digests = [_sha256(path) for path in paths]
    real = all(
        digest.startswith(name.split("-")[1].removesuffix(".pth"))
        for name, digest in zip(FILES, digests, strict=True)
    )
    digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Weights(torch_home.absolute(), "imagenet" if real else "stand-in", digest)


def _sha256(path: Path) -> str:
    """The file's SHA-256; remembered by path, size and time, for 575 MB take a second to read."""
    status = path.stat()
    key = f"{path.absolute()} {status.st_size} {status.st_mtime_ns} {status.st_ino}"
    memory = stand_in_home().parent / "weights-seen.json"
    try:
        seen = json.loads(memory.read_text())
    except (OSError, ValueError):
        seen = {}
    if key not in seen:
        with path.open("rb") as file:
            seen[key] = hashlib.file_digest(file, "sha256").hexdigest()
        with suppress(OSError):  # a cache that cannot be written costs time, nothing else
            write_atomically(memory, json.dumps(seen, indent=1).encode())
    return seen[key]


def _network_is_there() -> bool:
    try:
        with socket.create_connection(_HOST, timeout=4):
            return True
    except OSError:
        return False


def _download(say: Callable[[str], None]) -> None:
    """Let torchvision download its own files, where it keeps them, checked by torch's hash."""
    from torchvision import models  # takes seconds, and most commands do without

    say(f"Downloading ImageNet weights: {' MB and '.join(map(str, MEGABYTES.values()))} MB, once.")
    for weights in (models.ResNet18_Weights.IMAGENET1K_V1, models.VGG19_Weights.IMAGENET1K_V1):
        weights.get_state_dict(progress=True, check_hash=True)


def _make_stand_ins(pictures: list[Image.Image], say: Callable[[str], None]) -> None:
    from autograder.assets import stand_in  # imports torch: see `_download`

    home = stand_in_home()
    with _only_one_maker(home):
        if _look_in(home):  # another process made them while this one waited
            return
        say("No ImageNet weights can be had here; making stand-ins (620 MB, once).")
        checkpoints = _checkpoints(home)
        checkpoints.mkdir(parents=True, exist_ok=True)
        # The note is there before the first file is.
        write_atomically(checkpoints / NOTE, _NOTE_TEXT.encode())
        # torch writes the file's name into the file: same name, another folder, then rename.
        with scratch_folder(checkpoints, ".making-") as scratch:
            makers = (stand_in.make_resnet18, stand_in.make_vgg19)
            for name, make in zip(FILES, makers, strict=True):
                stand_in.save(make(pictures), scratch / name)
                os.replace(scratch / name, checkpoints / name)


@contextmanager
def _only_one_maker(home: Path) -> Iterator[None]:
    """Processes that want stand-ins at the same time wait for the first one's."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CamlabError(
            f"{home} cannot be made ({error.strerror}). Name another folder: export CAMLAB_CACHE=…"
        ) from None
    with locked(home / "lock"):
        yield


_NOTE_TEXT = """These are stand-ins made by Camlab, not ImageNet weights.
They carry torchvision's file names so that the lab runs without a network.
Delete this folder at any time; `camlab assets` makes it again.
"""
