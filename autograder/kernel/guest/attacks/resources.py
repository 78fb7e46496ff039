"""Taking more than a submission may: memory in every form, processes, disk.

`world["memory"]` is the limit; each tries to hold half as much again for a while.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable

from .registry import World, attack, checked, libc

_PIECE = 16 * 2**20
_HELD_SECONDS = 2.0  # the watchdog looks five times a second

Note = Callable[[int], None]  # called with the bytes that were taken


def _held(world: World, taken: int) -> str:
    """Whether so much could be kept."""
    if taken <= world["memory"] * 5 // 4:
        return ""
    time.sleep(_HELD_SECONDS)
    return f"held {taken >> 20} MB, {world['memory'] >> 20} MB are allowed"


def _wanted(world: World) -> int:
    return world["memory"] * 3 // 2


@attack("take memory", quick=True)
def heap(world: World) -> str:
    pieces, taken = [], 0
    while taken < _wanted(world):
        pieces.append(bytearray(os.urandom(64)) * (_PIECE // 64))
        taken += _PIECE
    return _held(world, taken)


@attack("take memory in many processes", quick=True)
def many_processes(world: World) -> str:
    def hoard(share: int, note: Note) -> None:
        kept = bytearray(b"x") * share
        note(len(kept))
        time.sleep(_HELD_SECONDS)

    return _in_processes(world, hoard)


@attack("take shared memory in many processes")
def shared_mappings(world: World) -> str:
    def hoard(share: int, note: Note) -> None:
        mapping = mmap.mmap(-1, share)
        for place in range(0, share, 4096):
            mapping[place] = 1
            note(4096)
        time.sleep(_HELD_SECONDS)

    return _in_processes(world, hoard)


@attack("take memory in the stack of threads")
def stacks(world: World) -> str:
    threading.stack_size(64 * 2**20)
    started = 0
    while started * 64 * 2**20 < _wanted(world):
        threading.Thread(target=time.sleep, args=(_HELD_SECONDS,), daemon=True).start()
        started += 1
    return ""  # untouched stacks are no memory: only the system's refusal would be seen


@attack("take memory in a file without a name")
def memfd(world: World) -> str:
    taken, file = 0, os.memfd_create("hoard")
    while taken < _wanted(world):
        taken += os.write(file, bytes(_PIECE))
    return _held(world, taken)


@attack("take System V shared memory")
def system_v(world: World) -> str:
    shmat = libc().shmat
    shmat.restype = ctypes.c_void_p
    taken = 0
    while taken < _wanted(world):
        block = checked(libc().shmget(0, _PIECE, 0o1600))
        place = shmat(block, None, 0)
        if place in (None, 2**64 - 1):
            break
        ctypes.memset(place, 1, _PIECE)
        libc().shmctl(block, 0, None)  # gone when nobody is attached
        taken += _PIECE
    return _held(world, taken)


@attack("take memory in sockets that nobody reads")
def sockets(world: World) -> str:
    def hoard(share: int, note: Note) -> None:
        kept = []
        while True:
            try:
                pair = socket.socketpair()
            except OSError:
                break
            kept.append(pair)
            for end in pair:
                end.setblocking(False)
                try:
                    while True:
                        note(end.send(bytes(4096)))
                except OSError:
                    continue
        time.sleep(_HELD_SECONDS)

    return _in_processes(world, hoard, at_once=30)


@attack("take memory in connections that nobody reads")
def connections(world: World) -> str:
    server = socket.create_server(("127.0.0.1", 0))

    def hoard(share: int, note: Note) -> None:
        kept = []
        while True:
            try:
                one = socket.create_connection(server.getsockname(), timeout=0.2)
                kept.append((one, server.accept()))
            except OSError:
                break
            one.setblocking(False)
            try:
                while True:
                    note(one.send(bytes(2**16)))
            except OSError:
                continue
        time.sleep(_HELD_SECONDS)

    return _in_processes(world, hoard, at_once=30)


@attack("take memory in pipes that nobody reads")
def pipes(world: World) -> str:
    def hoard(share: int, note: Note) -> None:
        while True:
            try:
                _, write_end = os.pipe()
            except OSError:
                break
            os.set_blocking(write_end, False)
            try:
                while True:
                    note(os.write(write_end, bytes(4096)))
            except OSError:
                continue
        time.sleep(_HELD_SECONDS)

    return _in_processes(world, hoard, at_once=30)


@attack("make pipes larger")
def larger_pipes(world: World) -> str:
    import fcntl

    _, write_end = os.pipe()
    return f"{fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 2**20)} bytes"


@attack("give pages away into a pipe")
def vmsplice(world: World) -> str:
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    _, write_end = os.pipe()
    pages = mmap.mmap(-1, 65536)
    vector = Vector(ctypes.addressof(ctypes.c_char.from_buffer(pages)), 65536)
    return f"{checked(libc().vmsplice(write_end, ctypes.byref(vector), 1, 8))} bytes given"


@attack("double what lies in a pipe")
def tee(world: World) -> str:
    read_end, write_end = os.pipe()
    other_read, other_write = os.pipe()
    os.write(write_end, b"x" * 4096)
    return f"{checked(libc().tee(read_end, other_write, 4096, 0))} bytes doubled into {other_read}"


@attack("lock memory")
def lock_memory(world: World) -> str:
    pages = mmap.mmap(-1, 2**20)
    address = ctypes.addressof(ctypes.c_char.from_buffer(pages))
    checked(libc().mlock(ctypes.c_void_p(address), 2**20))
    return "locked"


@attack("start processes without end")
def processes(world: World) -> str:
    started = 0
    try:
        while started < 4 * world["processes"] + 64:
            if os.fork() == 0:
                time.sleep(_HELD_SECONDS)
                os._exit(0)
            started += 1
    except OSError:
        return ""
    time.sleep(_HELD_SECONDS / 2)
    return f"started {started}, {world['processes']} are allowed"


@attack("start threads without end")
def threads(world: World) -> str:
    threading.stack_size(2**16)
    started = 0
    try:
        while started < 4 * world["processes"] + 64:
            threading.Thread(target=time.sleep, args=(_HELD_SECONDS,), daemon=True).start()
            started += 1
    except RuntimeError:
        return ""
    time.sleep(_HELD_SECONDS / 2)
    return f"started {started}, {world['processes']} are allowed"


@attack("fill the disk with one file")
def one_file(world: World) -> str:
    taken = 0
    with open("big", "wb", buffering=0) as file:
        while taken < 2 * world["disk"]:
            taken += file.write(bytes(2**20))
    return f"{taken >> 20} MB written"


@attack("fill the disk with many files", quick=True)
def many_files(world: World) -> str:
    taken = 0
    for number in range(2 * world["disk"] // 2**19):
        with open(f"{tempfile.gettempdir()}/{number}", "wb", buffering=0) as file:
            taken += file.write(bytes(2**19))
    time.sleep(_HELD_SECONDS)
    return f"{taken >> 20} MB written, {world['disk'] >> 20} MB are allowed"


@attack("fill the shared memory's folder")
def shared_memory_folder(world: World) -> str:
    taken = 0
    for number in range(2 * world["disk"] // 2**20):
        with open(f"/dev/shm/camlab-{number}", "wb", buffering=0) as file:
            taken += file.write(bytes(2**20))
    return f"{taken >> 20} MB written"


@attack("open files without end")
def open_files(world: World) -> str:
    kept = [os.open("/dev/null", os.O_RDONLY) for _ in range(2 * world["files"])]
    return f"{len(kept)} opened"


@attack("lift its own limits")
def lift(world: World) -> str:
    import resource

    lifted = []
    for name in ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_CPU"):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        try:
            resource.setrlimit(kind, (hard + 2**10, hard + 2**10))
            lifted.append(name)
        except (OSError, ValueError):
            continue
    return repr(lifted) if lifted else ""


def _in_processes(world: World, hoard: Callable[[int, Note], object], at_once: int = 6) -> str:
    """Several processes of this submission hoard together.

    Each notes what it holds: what the machine has left tells of everybody on it.
    """
    share = _wanted(world) // at_once
    tally = mmap.mmap(-1, 8 * at_once)  # a number for each process, which all can read
    held = memoryview(tally).cast("Q")
    for number in range(at_once):
        if os.fork() == 0:

            def note(more: int, number: int = number) -> None:
                held[number] += more

            try:
                hoard(share, note)
            finally:
                os._exit(0)
    time.sleep(_HELD_SECONDS)
    taken = sum(held)
    return f"still there, with {taken >> 20} MB" if taken > world["memory"] // 2 else ""
