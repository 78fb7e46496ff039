"""How a child is confined: what the grader chose for all children of a fork server, put to work.

Whatever the machine offers is added, one layer on the other: namespaces, another user, Landlock,
the system-call filter. All of it happens before any of the student's code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import isolation, landlock, prctl, system_calls

# Of the child's own entry in /proc. Not: `net`, which tells of the whole machine's connections.
_OWN_ENTRY = """
    auxv cgroup cmdline comm environ exe limits maps oom_score_adj smaps smaps_rollup stat statm
    status fd task
"""
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
_HARMLESS = (
    *("/dev/random", "/dev/urandom", "/sys/devices/system/cpu", "/sys/kernel/mm"),
    *(f"/proc/{name}" for name in isolation.HARMLESS_PROC),
)


@dataclass(frozen=True)
class Confinement:
    """The same for all children of one fork server.

    Attributes:
        namespaces: each child has files, processes, users, network and IPC of its own.
        landlock: restrict files and signals by Landlock.
        shown: what a child may read where it has no files of its own, besides its own entry in
            /proc.
        keeps_reading: another user who could not find Python otherwise may pass closed folders
            on the way to what is shown; only with Landlock.
    """

    namespaces: bool = False
    landlock: bool = False
    shown: tuple[str, ...] = ()
    keeps_reading: bool = False

    def enter(self, request: Mapping[str, Any], supervisor: int) -> None:
        """Leave the grader's namespaces and user behind."""
        prctl.own_files_readable()
        _first_to_go()
        user = request.get("user")
        if self.namespaces:
            size = request["limits"]["scratch"]
            isolation.build_walls(os.path.dirname(request["work"]), size, request["covered"])
        elif user is not None:
            prctl.become_user(user, keep_reading=self.keeps_reading and self.landlock)
        elif sys.platform == "linux":
            prctl.drop_capabilities()
        # The supervisor is outside of this pid namespace: there its number cannot be asked for.
        prctl.die_with_parent(0 if self.namespaces else supervisor)
        prctl.no_new_privileges()

    def close(self, request: Mapping[str, Any], supervisor: int) -> dict[str, object]:
        """The last doors; from here on a student's code may run. Says what was closed."""
        prctl.own_files_readable()
        version = self._restrict(request) if self.landlock else 0
        alone = self.namespaces or request.get("user") is not None
        confined = self.namespaces or self.landlock
        shared = system_calls.Shared(
            machine=confined and not self.namespaces,
            user=confined and not alone,
            signals=confined and not self.namespaces and _can_signal(supervisor),
            truncate=confined and not alone and version < 3,
        )
        return {"landlock": version, "filter": system_calls.load_filter(shared)}

    def _restrict(self, request: Mapping[str, Any]) -> int:
        own = [request["work"], request["temporary"], *request.get("covered", ())]
        if self.namespaces:
            # What is there at all is shown; devices and terminals are its own.
            writable = [*own, os.path.dirname(request["work"]), "/dev"]
            return landlock.restrict(["/"], writable, own_network=True)
        entry = f"/proc/{os.getpid()}"
        readable = [*self.shown, *_HARMLESS, *(f"{entry}/{name}" for name in _OWN_ENTRY.split())]
        return landlock.restrict(readable, [*own, *_DEVICES], listed=[entry])


def _first_to_go() -> None:
    """If the machine runs out of memory, this process and not another."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except FileNotFoundError:
        pass  # not Linux


def _can_signal(other: int) -> bool:
    """Asked by trying: some systems say that Landlock keeps signals and do not."""
    try:
        os.kill(other, 0)
    except PermissionError:
        return False
    return True
