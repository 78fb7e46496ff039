"""Linux's promises about a process. Elsewhere these do nothing."""

from __future__ import annotations

import os
import signal
import sys

if sys.platform == "linux":
    import pyprctl


def die_with_parent(parent: int | None = None) -> None:
    """Be killed when the parent dies; at once if it is no longer the process `parent`.

    The system forgets this when capabilities change: call it after that.
    """
    if sys.platform == "linux":
        pyprctl.set_pdeathsig(signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    if sys.platform == "linux":
        pyprctl.set_child_subreaper(True)


def no_new_privileges() -> None:
    """Set-user-id programs and file capabilities give nothing from here on."""
    if sys.platform == "linux":
        pyprctl.set_no_new_privs()


def become_unknown_user(number: int) -> None:
    """Turn from root into a user who owns nothing; there is no way back."""
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)
    own_files_readable()


def become_user(number: int, keep_reading: bool = False) -> None:
    """The same, without any capability left, or with the one that passes closed folders."""
    kept = {pyprctl.Cap.DAC_READ_SEARCH} if keep_reading else set()
    if pyprctl.Cap.SETPCAP in pyprctl.CapState.get_current().effective:
        for capability in pyprctl.Cap.probe_supported() - kept:
            pyprctl.capbset_drop(capability)
    pyprctl.cap_ambient_clear_all()
    pyprctl.set_keepcaps(keep_reading)
    become_unknown_user(number)
    pyprctl.CapState(effective=kept, permitted=kept, inheritable=set()).set_current()
    own_files_readable()


def drop_capabilities() -> None:
    """Keep no capability in any set; none can be had again."""
    if pyprctl.Cap.SETPCAP in pyprctl.CapState.get_current().effective:
        for capability in pyprctl.Cap.probe_supported():
            pyprctl.capbset_drop(capability)
    pyprctl.cap_ambient_clear_all()
    none = pyprctl.CapState(effective=set(), permitted=set(), inheritable=set())
    none.set_current()


def own_files_readable() -> None:
    """After capabilities changed, /proc/self would belong to root; let it be the process's own."""
    if sys.platform == "linux":
        pyprctl.set_dumpable(True)
