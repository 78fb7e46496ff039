"""The command line of bubblewrap: Python's environment, the weights, and nothing else.

The fork server runs as an unknown user without capabilities, in namespaces of its own, on a file
system that is read-only everywhere; what each child has of its own is the backend's
(`autograder.kernel.backends`).
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.kernel import shown
from autograder.kernel.fork_server import GUEST

# Nobody's checkout or environment lies in /run, so nothing of theirs is covered.
HOME = "/run/camlab"
TORCH_HOME = f"{HOME}/weights"
SCRATCH = f"{HOME}/scratch"  # the fork server's; each child covers it with its own

_NOBODY = "65534"


def program() -> str | None:
    """bubblewrap's own path: the system's, or a package's beside this Python; None: missing."""
    return shutil.which("bwrap") or shutil.which("bwrap", path=str(Path(sys.executable).parent))


def command(
    torch_home: Path | None, become: int | None = None, scratch: Path | None = None
) -> list[str]:
    """bubblewrap with its options, to be put before the interpreter.

    Args:
        torch_home: a TORCH_HOME of this host whose weights are shown; None: show none.
        become: the user that the fork server will become by itself. None: it is the grader's
            own user, under the number of an unknown one.
        scratch: a folder of this host that holds the children's working folders; None: each
            child makes its own.
    """
    users: tuple[str, ...]
    if become is None:
        users = ("--unshare-user", "--uid", _NOBODY, "--gid", _NOBODY, "--cap-drop", "ALL")
    else:
        users = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    own = ("--perms", "1777", "--tmpfs") if scratch is None else ("--bind", str(scratch))
    return [
        program() or "bwrap",
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", *users, "--hostname", "camlab", "--new-session"),
        *_parents(),
        *_file_system(),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/tmp"),
        *(*own, SCRATCH),
        *("--ro-bind", str(GUEST), f"{HOME}/guest"),
        *_extra_modules(),
        *_weights(torch_home),
        *_masks(),
        # Without the first, the root is a writable tmpfs that all children share.
        *("--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/"),
    ]


def temporary_folder() -> str:
    """What is TMPDIR for a child: /tmp, unless Python's environment itself lies there."""
    if any(folder.is_relative_to("/tmp") for folder in shown.python_folders()):
        return f"{SCRATCH}/tmp"
    return "/tmp"


def _file_system() -> Iterator[str]:
    for folder in shown.system_folders():
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), str(folder))
        else:
            yield from ("--ro-bind", str(folder), str(folder))
    for path in shown.SETTINGS:
        yield from ("--ro-bind-try", path, path)
    for path in map(str, shown.python_folders()):
        yield from ("--ro-bind", path, path)


def _parents() -> Iterator[str]:
    """Folders on the way, open to any user: made for this sandbox, they hold nothing else."""
    own = [Path("/etc/_"), Path(HOME, "modules/_"), Path(TORCH_HOME, "hub/checkpoints/_")]
    parents = {parent for path in [*shown.python_folders(), *own] for parent in path.parents}
    for parent in sorted(parents):
        if parent != Path("/"):
            yield from ("--perms", "0755", "--dir", str(parent))


def _extra_modules() -> Iterator[str]:
    module = shown.extra_module()
    if module is not None:
        yield from ("--ro-bind", str(module), f"{HOME}/modules/{module.name}")


def _weights(torch_home: Path | None) -> Iterator[str]:
    if torch_home is None:
        return
    for file in torch_home.glob("hub/checkpoints/*"):
        name = file.relative_to(torch_home)
        yield from ("--ro-bind", str(file.resolve()), f"{TORCH_HOME}/{name}")


def _masks() -> Iterator[str]:
    """Empty folders over the autograder and its answers, wherever they are installed."""
    for place in map(str, shown.hidden_folders()):
        yield from ("--tmpfs", place, "--remount-ro", place)
