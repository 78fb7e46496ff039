"""The supervisor of one child: makes it, interrupts or kills it, and sees that it is gone.

The supervisor runs no student's code. It lives as long as its `lifeline` socket: when the grader
closes that, or dies, the child is killed; when the supervisor dies, the system kills the child.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
import traceback
from typing import Any

from . import isolation, prctl

_END_SECONDS = 25.0  # the grader waits longer


def keep(settings: dict[str, Any], request: dict[str, Any], descriptors: list[int]) -> None:
    """Serve one request; returns when no process of the child is left.

    `descriptors`: the life socket, the channel, then the kernel's five listening sockets.
    """
    os.setsid()  # a group of its own: kill(0) must not reach the fork server
    warm = os.getppid()
    isolation.close_all_but([0, 1, 2, *descriptors])
    lifeline = socket.socket(fileno=descriptors[0])
    _send(lifeline, {"pid": os.getpid()})
    prctl.adopt_orphans()
    signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes `select` through the descriptor below
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    isolated = settings["confinement"]["namespaces"]
    if isolated:
        isolation.enter_namespaces()
    prctl.die_with_parent(warm)
    supervisor = os.getpid()
    child = os.fork()
    if child == 0:
        _become_child(settings, request, descriptors, supervisor, [lifeline.detach(), woken, wake])
    for descriptor in descriptors[1:]:
        os.close(descriptor)
    status = _watch(lifeline, woken, child)
    if not isolated:
        _end_descendants()
    with contextlib.suppress(OSError):
        _send(lifeline, {"exit": status})


def _become_child(
    settings: dict[str, Any],
    request: dict[str, Any],
    descriptors: list[int],
    supervisor: int,
    foreign: list[int],
) -> None:
    """In the child: shut every door, then run the kernel. Never returns."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in foreign:
            os.close(descriptor)
        os.setsid()  # again, after the second fork: kill(0) crosses pid namespaces
        if wrapper := request.get("wrapper"):
            _run_alone(wrapper, settings, request, descriptors[1:], supervisor)
        channel = socket.socket(fileno=descriptors[1])
        # Imported here: the fork server has it already, a cold one must not before the fork.
        from . import child

        child.run(settings, request, channel, descriptors[2:], supervisor)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)


def _run_alone(
    wrapper: list[str],
    settings: dict[str, Any],
    request: dict[str, Any],
    descriptors: list[int],
    supervisor: int,
) -> None:
    """Become a program of its own under `wrapper`; it goes on in `child.main`."""
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    argument = json.dumps([settings, request, descriptors, supervisor])
    command = [*wrapper, *settings["alone"], argument]
    os.execv(command[0], command)


def _watch(lifeline: socket.socket, woken: int, child: int) -> int:
    """Wait for the child's end, obeying the grader: I interrupts, anything else or nothing kills.

    Returns the exit status as `subprocess` counts it: negative for a signal.
    """
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        watched: list[socket.socket | int] = [lifeline, woken]
        ready, _, _ = select.select(watched, [], [])
        if woken in ready:
            os.read(woken, 4096)
        if lifeline in ready:
            command = lifeline.recv(1)
            os.kill(child, signal.SIGINT if command == b"I" else signal.SIGKILL)
            if command != b"I":
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _end_descendants() -> None:
    """Kill and reap whatever the child started, orphans included, until nothing is left.

    Whole groups at a time: the system lets nobody fork past a signal that is for all of his group,
    while a thousand who fork leave a supervisor who goes from one to the next no processor. What
    made groups of its own is stopped first, whoever it forks meanwhile too: who is stopped starts
    nobody.
    """
    _signal_groups(isolation.descendants_of(os.getpid()), signal.SIGKILL)
    deadline = time.monotonic() + _END_SECONDS
    stopped: set[int] = set()
    while time.monotonic() < deadline:
        fresh = isolation.descendants_of(os.getpid()) - stopped
        if not fresh:
            break
        _signal_groups(fresh, signal.SIGSTOP)
        stopped |= fresh
    while time.monotonic() < deadline:
        _signal_groups(isolation.descendants_of(os.getpid()), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _signal_groups(pids: set[int], number: int) -> None:
    """Signal these processes with the groups that they are in, but for the supervisor's own."""
    groups = set()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            if (group := os.getpgid(pid)) != os.getpgrp():
                groups.add(group)
            else:  # a child that has not left it yet
                os.kill(pid, number)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)


def _send(lifeline: socket.socket, fact: dict[str, Any]) -> None:
    lifeline.sendall(json.dumps(fact).encode() + b"\n")
