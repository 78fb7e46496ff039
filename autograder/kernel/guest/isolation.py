"""The walls around one child: namespaces of its own, one small writable place, no way back.

The supervisor calls `enter_namespaces`, forks, and its child, the first process of the new pid
namespace, calls `build_walls`. Both run before any of the student's code.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from collections.abc import Iterable

from . import prctl

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 0x1, 0x2, 0x4, 0x8
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_MNT_DETACH = 2
_MAX_INODES = 20_000
# As much as waits in any other socket; the system's own largest are thirty times that.
_TCP_BUFFERS = "4096 65536 212992"
HARMLESS_PROC = ("cpuinfo", "meminfo", "stat", "uptime", "loadavg", "filesystems", "version")

_libc = ctypes.CDLL(None, use_errno=True)


def enter_namespaces() -> None:
    """Leave the fork server's namespaces; the next fork is the first process of a new one."""
    user, group = os.getuid(), os.getgid()
    _check(
        _libc.unshare(
            _CLONE_NEWUSER
            | _CLONE_NEWNS
            | _CLONE_NEWPID
            | _CLONE_NEWIPC
            | _CLONE_NEWNET
            | _CLONE_NEWUTS
        ),
        "unshare",
    )
    # The same number inside and out: all that an ordinary user may map without help.
    for name, text in (
        ("uid_map", f"{user} {user} 1"),
        ("setgroups", "deny"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def build_walls(scratch: str, size: int, covered: Iterable[str]) -> None:
    """Make the folder `scratch` the only writable place, of `size` bytes; the rest is out of sight.

    It gets the folders `work`, `tmp` and `shm`; `tmp` also lies over the places in `covered`.
    Hides every process but the child's own, forbids further namespaces, drops all capabilities.
    """
    # Numbers in /proc as it is now are those of the fork server's namespace.
    own_entry = os.path.join("/proc", os.readlink("/proc/self"))
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
    for name in ("tcp_rmem", "tcp_wmem"):
        with contextlib.suppress(OSError), open(f"/proc/sys/net/ipv4/{name}", "w") as file:
            file.write(_TCP_BUFFERS)
    options = f"size={size},nr_inodes={_MAX_INODES},mode=0700"
    _mount("tmpfs", scratch, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    for name in ("work", "shm", "tmp"):
        os.mkdir(f"{scratch}/{name}", 0o700)
    _mount(f"{scratch}/shm", "/dev/shm", None, _MS_BIND)
    for place in covered:
        _mount(f"{scratch}/tmp", place, None, _MS_BIND)
    # Terminals of its own: the shared ones would join it to the other children.
    terminals = "newinstance,ptmxmode=0666,mode=0620"
    _mount("devpts", "/dev/pts", "devpts", _MS_NOSUID | _MS_NOEXEC, terminals)
    _hide_processes(own_entry, f"{scratch}/proc")
    prctl.drop_capabilities()


def _hide_processes(own_entry: str, stage: str) -> None:
    """A /proc that knows this pid namespace only.

    Where the system refuses a fresh one (bubblewrap was started by root, or in a container that
    covers parts of its own /proc), an empty one takes its place, with this process's own entry.
    """
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    try:
        _mount("proc", "/proc", "proc", flags)
        _close_to_writing("/proc")
        return
    except PermissionError:
        pass
    os.mkdir(stage)
    _mount("tmpfs", stage, "tmpfs", flags, "size=64k,mode=0755")
    for name in ("self", "1"):
        os.mkdir(f"{stage}/{name}")
        _mount(own_entry, f"{stage}/{name}", None, _MS_BIND)
        _close_to_writing(f"{stage}/{name}")
    for name in HARMLESS_PROC:
        with open(f"{stage}/{name}", "w"):
            pass
        _mount(f"/proc/{name}", f"{stage}/{name}", None, _MS_BIND)
    _mount(stage, "/proc", None, _MS_BIND | _MS_REC)
    _close_to_writing("/proc")
    _check(_libc.umount2(stage.encode(), _MNT_DETACH), "umount")
    os.rmdir(stage)


def _close_to_writing(place: str) -> None:
    """Nobody takes back, say, that it is the first to go when memory is short."""
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _mount(None, place, None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | flags)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None = None
) -> None:
    texts = [text.encode() if text is not None else None for text in (source, target, kind)]
    data = options.encode() if options is not None else None
    _check(_libc.mount(*texts, ctypes.c_ulong(flags), data), f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def close_all_but(kept: Iterable[int]) -> None:
    """Close every descriptor that is not in `kept`: others' sockets must not be inherited."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    highest = 2**16 if most == resource.RLIM_INFINITY else min(most, 2**16)
    start = 0
    for descriptor in sorted(set(kept)):
        if start < descriptor:  # an empty range would close everything
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, highest)


def descendants_of(pid: int) -> set[int]:
    """All processes below `pid`, at one look (Linux; elsewhere none are known)."""
    parents: dict[int, list[int]] = {}
    if not os.path.isdir("/proc/self"):
        return set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            parents.setdefault(parent, []).append(int(name))
    found: set[int] = set()
    waiting = parents.get(pid, [])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(parents.get(one, ()))
    return found
