"""Landlock: what a process may do with files, TCP and other processes, without any privilege.

Once restricted, a process and all that it starts stay restricted. The packages on PyPI for this
are a few months old or know files only; three system calls that never change are called here
directly instead.

What it does not look at is left to the system-call filter: `stat`, owners, modes and times of
files, sockets other than TCP, System V IPC, locks, limits of other processes.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture
_RULE_PATH_BENEATH, _CREATE_VERSION = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_OF_FIRST_VERSION = (1 << 13) - 1
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_TCP = 1 << 0 | 1 << 1  # bind, connect
_SCOPES = 1 << 0 | 1 << 1  # abstract Unix sockets and signals of processes outside


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scoped")]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """Landlock's version here; 0 where the system has none, or it is switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, _libc().syscall(_CREATE_RULESET, None, 0, _CREATE_VERSION))


def restrict(
    readable: Iterable[str],
    writable: Iterable[str],
    listed: Iterable[str] = (),
    own_network: bool = False,
) -> int:
    """Restrict this process for ever; needs `no_new_privileges`. Paths that do not exist are left.

    Args:
        readable: files and folders that may be read and run, with all that lies in them.
        writable: those that may be changed as well.
        listed: folders of which only the names may be read.
        own_network: the network is its own; TCP is left alone.

    Returns:
        Landlock's version; 0: nothing was restricted.

    Raises:
        OSError: Landlock is there and refuses.
    """
    abi = version()
    if abi == 0:
        return 0
    files = _OF_FIRST_VERSION
    for least, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        files |= right if abi >= least else 0
    rules = _Ruleset(files, _TCP if abi >= 4 and not own_network else 0, _SCOPES if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _check(_libc().syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0))
    try:
        allowed = {
            **dict.fromkeys(listed, _READ_DIR),
            **dict.fromkeys(readable, _EXECUTE | _READ_FILE | _READ_DIR),
            **dict.fromkeys(writable, files & ~(_MAKE_CHAR | _MAKE_BLOCK)),
        }
        for path, rights in allowed.items():
            _allow(ruleset, path, rights & files)
        _check(_libc().syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        rule = _PathBeneath(rights, place)
        _check(_libc().syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(place)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
