"""What the sandbox of bubblewrap shows: Python's environment, the weights, and nothing else.

The warm process runs as an unknown user without capabilities, in namespaces of its own, on a file
system that is read-only everywhere; each child then gets its own namespaces and its own small
tmpfs (`autograder.kernel.inside.isolation`).
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.kernel.warm_process import HIDDEN_PACKAGES, INSIDE

# Nobody's checkout or environment lies in /run, so nothing of theirs is covered.
HOME = "/run/camlab"
TORCH_HOME = f"{HOME}/weights"
SCRATCH = f"{HOME}/scratch"  # the warm process's; each child covers it with its own
WORK = f"{SCRATCH}/work"

_NOBODY = "65534"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")


def program() -> str | None:
    """bubblewrap's own path: the system's, or a package's beside this Python; None: missing."""
    return shutil.which("bwrap") or shutil.which("bwrap", path=str(Path(sys.executable).parent))


def command(torch_home: Path | None, become: int | None = None) -> list[str]:
    """bubblewrap with its options, to be put before the interpreter.

    Args:
        torch_home: a TORCH_HOME of this host whose weights are shown; None: show none.
        become: the user that the warm process will become by itself. None: it is the grader's
            own user, under the number of an unknown one.
    """
    if become is None:
        users = ("--unshare-user", "--uid", _NOBODY, "--gid", _NOBODY, "--cap-drop", "ALL")
    else:
        users = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    return [
        program() or "bwrap",
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", *users, "--hostname", "camlab", "--new-session"),
        *_parents(),
        *_file_system(),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/tmp"),
        *("--perms", "1777", "--tmpfs", SCRATCH),
        *("--ro-bind", str(INSIDE), f"{HOME}/inside"),
        *_extra_modules(),
        *_weights(torch_home),
        *_masks(),
        # Without the first, the root is a writable tmpfs that all children share.
        *("--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/"),
    ]


def temporary_folder() -> str:
    """What is TMPDIR for a child: /tmp, unless Python's environment itself lies there."""
    if any(folder.is_relative_to("/tmp") for folder in _python()):
        return f"{SCRATCH}/tmp"
    return "/tmp"


def _file_system() -> Iterator[str]:
    for folder in map(Path, _SYSTEM):
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), str(folder))
        elif folder.is_dir():
            yield from ("--ro-bind", str(folder), str(folder))
    for path in _SETTINGS:
        yield from ("--ro-bind-try", path, path)
    for folder in _python():
        yield from ("--ro-bind", str(folder), str(folder))


def _parents() -> Iterator[str]:
    """Folders on the way, open to any user: made for this sandbox, they hold nothing else."""
    own = [Path("/etc/_"), Path(HOME, "modules/_"), Path(TORCH_HOME, "hub/checkpoints/_")]
    parents = {parent for folder in [*_python(), *own] for parent in folder.parents}
    for parent in sorted(parents):
        if parent != Path("/"):
            yield from ("--perms", "0755", "--dir", str(parent))


def _python() -> list[Path]:
    """The interpreter's own folders; those in /usr are there already."""
    wanted = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]]
    folders: list[Path] = []
    for folder in dict.fromkeys(path for path in wanted if not path.is_relative_to("/usr")):
        if not any(folder.is_relative_to(shown) for shown in folders):
            folders.append(folder)
    return folders


def unknown_user_can_read(torch_home: Path) -> bool:
    """May a user who owns nothing here run this Python and read these weights?"""
    needed = [Path(sys.executable).resolve(), *torch_home.glob("hub/checkpoints/*")]
    folders = [
        folder
        for folder in map(Path, sys.path)
        if any(folder.is_relative_to(shown) for shown in _python())
    ]
    for folder in (*_python(), *folders):
        needed += [folder, *(folder.iterdir() if folder.is_dir() else ())]
    return all(path.stat().st_mode & 0o004 for path in needed if path.exists())


def _extra_modules() -> Iterator[str]:
    """torch's plug-in of this project, where it was installed as a link to a checkout."""
    spec = importlib.util.find_spec("torchvision_operators")
    if spec is not None and spec.origin is not None:
        yield from ("--ro-bind", spec.origin, f"{HOME}/modules/torchvision_operators.py")


def _weights(torch_home: Path | None) -> Iterator[str]:
    for file in torch_home.glob("hub/checkpoints/*") if torch_home is not None else ():
        shown = file.relative_to(torch_home)
        yield from ("--ro-bind", str(file.resolve()), f"{TORCH_HOME}/{shown}")


def _masks() -> Iterator[str]:
    """Empty folders over the autograder and its answers, wherever they are installed."""
    shown = [*_python(), Path("/usr")]
    for package in HIDDEN_PACKAGES:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            if any(Path(place).is_relative_to(folder) for folder in shown):
                yield from ("--tmpfs", place, "--remount-ro", place)
