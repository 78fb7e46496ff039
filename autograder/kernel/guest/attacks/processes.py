"""Signalling, tracing and disturbing other processes; living on after the end."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import time
from collections.abc import Callable

from .registry import World, attack, checked, libc

_PTRACE_ATTACH, _PTRACE_SEIZE = 16, 0x4206
_PR_SET_NAME, _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 15, 1, 4
_PIDFD_OPEN, _PIDFD_SEND_SIGNAL = 434, 424


def targets(world: World) -> list[int]:
    """Processes that are not the attacker's: by their number here, which may be another's there."""
    known = (world["victim"], world["grader"], world["server"], os.getppid())
    return [pid for pid in dict.fromkeys(known) if pid not in (0, os.getpid())]


def tried(world: World, action: Callable[[int], object], harmless: bool = True) -> str:
    """On whom `action` succeeds; what would do harm is tried on the victim alone."""
    reached = []
    for pid in targets(world) if harmless else [world["victim"]]:
        try:
            action(pid)
            reached.append(pid)
        except OSError:
            continue
    return f"reached {reached}" if reached else ""


@attack("kill a process of the grader's", quick=True)
def kill_victim(world: World) -> str:
    os.kill(world["victim"], signal.SIGKILL)
    return "killed" if world["victim"] != os.getpid() else ""


@attack("signal the grader, the supervisor and the fork server")
def signal_all(world: World) -> str:
    return tried(world, lambda pid: os.kill(pid, 0))


@attack("kill everybody by kill(-1)")
def kill_everybody(world: World) -> str:
    os.kill(-1, signal.SIGURG)  # which nobody minds; the victim notes it
    return ""


@attack("kill everybody, number by number")
def kill_numbers(world: World) -> str:
    reached = []
    for pid in (*range(1, 4000), *targets(world)):
        try:
            if pid != os.getpid():
                os.kill(pid, 0)
                reached.append(pid)
        except OSError:
            continue
    return f"{len(reached)} processes could have been killed" if reached else ""


@attack("signal a thread of another process")
def thread_signal(world: World) -> str:
    return tried(world, lambda pid: checked(libc().tgkill(pid, pid, 0)))


@attack("queue a signal for another process")
def queue_signal(world: World) -> str:
    return tried(world, lambda pid: checked(libc().sigqueue(pid, 0, None)))


@attack("signal by a descriptor of a process")
def pidfd_signal(world: World) -> str:
    def send(pid: int) -> None:
        process = checked(libc().syscall(_PIDFD_OPEN, pid, 0))
        checked(libc().syscall(_PIDFD_SEND_SIGNAL, process, 0, None, 0))

    return tried(world, send)


@attack("signal as the owner of a file")
def owner_signal(world: World) -> str:
    read_end, write_end = os.pipe()
    fcntl.fcntl(read_end, fcntl.F_SETOWN, world["victim"])
    fcntl.fcntl(read_end, getattr(fcntl, "F_SETSIG", 10), signal.SIGKILL)
    fcntl.fcntl(read_end, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(write_end, b"x")
    time.sleep(0.05)
    return ""  # whether the victim lives is seen outside


@attack("trace another process", quick=True)
def trace(world: World) -> str:
    def attach(pid: int) -> None:
        try:
            checked(libc().ptrace(_PTRACE_SEIZE, pid, None, None))
        except OSError:
            checked(libc().ptrace(_PTRACE_ATTACH, pid, None, None))

    return tried(world, attach, harmless=False)


@attack("read another process's memory")
def read_memory(world: World) -> str:
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    mine = ctypes.create_string_buffer(8)
    local = Vector(ctypes.cast(mine, ctypes.c_void_p), 8)
    remote = Vector(id(local), 8)  # forked from the same process: it may be mapped there, too

    def reading(pid: int) -> None:
        for one in (local, remote):
            try:
                read = libc().process_vm_readv
                checked(read(pid, ctypes.byref(local), 1, ctypes.byref(one), 1, 0))
                return
            except OSError as error:
                failure = error
        raise failure

    return tried(world, reading)


@attack("open another process's memory")
def open_memory(world: World) -> str:
    return tried(world, lambda pid: os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR)))


@attack("change another process's limits")
def limits(world: World) -> str:
    def change(pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (7, 7))

    return tried(world, change, harmless=False)


@attack("slow another process down")
def priority(world: World) -> str:
    actions: tuple[Callable[[], object], ...] = (
        lambda: os.setpriority(os.PRIO_PROCESS, world["victim"], 19),
        lambda: os.sched_setaffinity(world["victim"], {0}),
        lambda: os.sched_setscheduler(world["victim"], os.SCHED_IDLE, os.sched_param(0)),
    )
    for action in actions:
        try:
            action()
        except OSError:
            continue
    return ""  # it may pretend: whether it did is seen outside


@attack("be no longer the first to go when memory is short")
def oom_score(world: World) -> str:
    before = _oom_score()
    for value in ("0", "-1000"):
        try:
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write(value)
        except OSError:
            continue
    return f"{before}, now {_oom_score()}" if _oom_score() < 1000 else ""


@attack("make a child that is no longer the first to go")
def oom_score_of_child(world: World) -> str:
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.write(write_end, str(oom_score(world)).encode() or b"-")
        os._exit(0)
    got = os.read(read_end, 100).decode()
    return "" if got == "-" else got


@attack("make another process the first to go")
def oom_score_of_other(world: World) -> str:
    def offer(pid: int) -> None:
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write("1000")

    return tried(world, offer, harmless=False)


@attack("live on as a daemon", quick=True)
def daemon(world: World) -> str:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            _linger(world)
        os._exit(0)
    return ""


@attack("live on, deaf to every signal")
def deaf_daemon(world: World) -> str:
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                continue
        os.setsid()
        _linger(world)
    return ""


@attack("live on when the supervisor dies")
def keep_alive(world: World) -> str:
    libc().prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0)
    libc().prctl(_PR_SET_NAME, world["left_name"].encode(), 0, 0, 0)
    return tried(world, lambda pid: os.kill(pid, signal.SIGKILL if pid == os.getppid() else 0))


@attack("live on in a tree of processes that fork for ever")
def forking(world: World) -> str:
    libc().prctl(_PR_SET_NAME, world["left_name"].encode(), 0, 0, 0)
    first, started = os.getpid(), time.monotonic()
    while time.monotonic() < started + 1.0:
        try:
            if os.fork() == 0:
                if os.fork() != 0:
                    os._exit(0)
                os.setsid()
        except OSError:
            time.sleep(0.01)
    if os.getpid() != first:
        _linger(world)
    return ""


@attack("hide from the grader's watch")
def hide(world: World) -> str:
    libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return "hidden" if libc().prctl(3, 0, 0, 0, 0) == 0 else ""


def _linger(world: World) -> None:
    """The grader looks for a process of this name."""
    libc().prctl(_PR_SET_NAME, world["left_name"].encode(), 0, 0, 0)
    while True:
        time.sleep(60)


def _oom_score() -> int:
    with open("/proc/self/oom_score_adj") as file:
        return int(file.read())
