"""Play a machine with fewer rights, for this process and those it starts; no setting is touched.

python -m tests.kernel.locked_machine OPTIONS -- COMMAND ...

--user N                  run as this ordinary user (asked for by root)
--container               without namespaces and with few capabilities, as Docker's default
--no-nested               only the first namespaces may be made, as Ubuntu 25.04's profile of bwrap
--no-landlock             a kernel without Landlock
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import os
import sys
import tempfile
from pathlib import Path

import pyprctl
import pyseccomp

_NEWNS, _NEWUSER, _NEWPID = 0x20000, 0x10000000, 0x20000000
_NAMESPACES = 0x7E020000 | 0x80  # all of them, and the time namespace
_BIND, _REC, _PRIVATE = 0x1000, 0x4000, 0x40000
# What Docker leaves to root by default.
_DOCKER = """
    CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE
    SYS_CHROOT KILL AUDIT_WRITE
"""


def main() -> None:
    options, command = _options()
    if os.geteuid() == 0 and (options.user is not None or options.container):
        _open_the_way_to_python()
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    if options.container:
        for name in ("unshare", "setns", "mount", "umount2", "pivot_root", "ptrace"):
            rules.add_rule(refuse, name)
        for bit in (_NEWNS, _NEWUSER, _NEWPID, 0x40000000, 0x08000000, 0x04000000):
            rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, bit, bit))
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    if options.no_nested:
        # bubblewrap itself makes its namespaces by `clone`.
        nested = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _NEWPID, _NEWPID)
        rules.add_rule(refuse, "unshare", nested)
    if options.no_landlock:
        for number in (444, 445, 446):
            rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), number)
    if options.user is None and not options.container and os.geteuid() != 0:
        pyprctl.set_no_new_privs()
    _give_up_rights(options, rules)
    os.execvp(command[0], command)


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--user", type=int)
    for name in ("--container", "--no-nested", "--no-landlock"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    return options, options.command


def _open_the_way_to_python() -> None:
    """Python may lie in root's home, which is closed to others: here, and only here, it is not.

    In a mount namespace of this process, an open folder with nothing but Python lies over it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    closed = [
        folder
        for path in {sys.base_prefix, sys.prefix, os.path.realpath(sys.executable)}
        for folder in Path(path).resolve().parents
        if not folder.stat().st_mode & 0o001
    ]
    if not closed:
        return
    top = min(closed, key=lambda folder: len(folder.parts))
    base = Path(sys.base_prefix).resolve()
    _check(libc.unshare(_NEWNS))
    _check(libc.mount(b"none", b"/", None, _REC | _PRIVATE, None))
    stage = tempfile.mkdtemp()
    _check(libc.mount(str(base).encode(), stage.encode(), None, _BIND | _REC, None))
    _check(libc.mount(b"none", str(top).encode(), b"tmpfs", 0, b"mode=0755"))
    base.mkdir(parents=True)
    _check(libc.mount(stage.encode(), str(base).encode(), None, _BIND | _REC, None))
    _check(libc.umount2(stage.encode(), 2))
    os.rmdir(stage)


def _give_up_rights(options: argparse.Namespace, rules: pyseccomp.SyscallFilter) -> None:
    """Load the filter while that is still allowed without further promises."""
    if os.geteuid() == 0:
        rules.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    if options.user is None:
        if options.container and os.geteuid() == 0:
            rules.load()
            kept = {getattr(pyprctl.Cap, name) for name in _DOCKER.split()}
            for capability in pyprctl.Cap.probe_supported() - kept:
                pyprctl.capbset_drop(capability)
            pyprctl.CapState(effective=kept, permitted=kept, inheritable=set()).set_current()
            return
        rules.load()
        return
    rules.load()
    os.setgroups([])
    os.setresgid(options.user, options.user, options.user)
    os.setresuid(options.user, options.user, options.user)
    os.environ["HOME"] = tempfile.mkdtemp()
    os.environ["USER"] = "teacher"


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
