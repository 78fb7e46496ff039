"""Two submissions that want to talk: one is there already, the other comes."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import select
import shutil
import socket
import struct
import threading
import time
from typing import Any

from .registry import World, attack, checked, libc

# Seen by everybody, in whatever sandbox; large enough to be mapped.
_SHARED_FILE = os.path.realpath(shutil.which("env") or "/usr/bin/env")
_OWN_FILE = os.path.realpath(os.__file__)
_PLACES = (
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/run",
    "/run/camlab",
    "/run/camlab/scratch",
    "..",
    "../..",
)
_KEY = 0x63616D6C
_FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), 0)
_MESSAGE = b"pssst"

_kept: dict[str, Any] = {}


def _lock_partner(world: World) -> None:
    _kept["file"] = open(_SHARED_FILE, "rb")  # noqa: SIM115 (held until the end)
    fcntl.flock(_kept["file"], fcntl.LOCK_EX)


@attack("talk by a lock on a file that both see", quick=True, partner=_lock_partner)
def flock(world: World) -> str:
    with open(_SHARED_FILE, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return "the other's lock is felt"
    return ""


def _record_lock(command: int, kind: int) -> bytes:
    lock = struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 1, 0)
    with open(_SHARED_FILE, "rb") as file:
        descriptor = os.dup(file.fileno())
    _kept[str(command)] = descriptor
    return fcntl.fcntl(descriptor, command, lock)


def _record_partner(world: World) -> None:
    _record_lock(fcntl.F_SETLK, fcntl.F_RDLCK)


@attack("talk by a lock on a part of a file", partner=_record_partner)
def record_lock(world: World) -> str:
    kind = struct.unpack_from("h", _record_lock(fcntl.F_GETLK, fcntl.F_WRLCK))[0]
    return "the other's lock is felt" if kind == fcntl.F_RDLCK else ""


def _open_lock_partner(world: World) -> None:
    _record_lock(37, fcntl.F_RDLCK)  # F_OFD_SETLK


@attack("talk by a lock of an open file", partner=_open_lock_partner)
def open_file_lock(world: World) -> str:
    kind = struct.unpack_from("h", _record_lock(36, fcntl.F_WRLCK))[0]  # F_OFD_GETLK
    return "the other's lock is felt" if kind == fcntl.F_RDLCK else ""


def _lease_partner(world: World) -> None:
    for path in (_SHARED_FILE, _OWN_FILE):
        descriptor = os.open(path, os.O_RDONLY)
        _kept[path] = descriptor
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError:
            continue


@attack("talk by a lease of a file", partner=_lease_partner)
def lease(world: World) -> str:
    got = []
    for path in (_SHARED_FILE, _OWN_FILE):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError as error:
            if error.errno == errno.EAGAIN:
                got.append(path)
    return repr(got) if got else ""


def _notify_partner(world: World) -> None:
    folder = os.open(os.path.dirname(_SHARED_FILE), os.O_RDONLY)
    _kept["folder"] = folder
    fcntl.fcntl(folder, fcntl.F_NOTIFY, 1 | 0x80000000)  # DN_ACCESS | DN_MULTISHOT


@attack("be told that another reads a folder", partner=_notify_partner)
def notify(world: World) -> str:
    folder = os.open(os.path.dirname(_SHARED_FILE), os.O_RDONLY)
    fcntl.fcntl(folder, fcntl.F_NOTIFY, 1)
    return "told of what happens in a folder of all"


def _watch_partner(world: World) -> None:
    watch = checked(libc().inotify_init())
    _kept["watch"] = watch
    checked(libc().inotify_add_watch(watch, _SHARED_FILE.encode(), 0x20))  # IN_OPEN


def _watch_heard(world: World) -> str:
    ready = select.select([_kept["watch"]], [], [], 0.3)[0] if "watch" in _kept else []
    return "the other opened a file" if ready else ""


@attack("be told that another opens a file", partner=_watch_partner, heard=_watch_heard)
def watch(world: World) -> str:
    with open(_SHARED_FILE, "rb"):
        return ""


@attack("watch a whole file system")
def fanotify(world: World) -> str:
    return f"watching: {checked(libc().fanotify_init(0x200, 0))}"  # FAN_REPORT_FID


def _shared_memory_partner(world: World) -> None:
    shmat = libc().shmat
    shmat.restype = ctypes.c_void_p
    block = checked(libc().shmget(_KEY, 4096, 0o1666))
    place = shmat(block, None, 0)
    if place in (None, 2**64 - 1):
        raise OSError
    ctypes.memmove(place, _MESSAGE, len(_MESSAGE))


@attack("talk by System V shared memory", partner=_shared_memory_partner)
def shared_memory(world: World) -> str:
    block = checked(libc().shmget(_KEY, 0, 0))
    libc().shmctl(block, 0, None)
    return f"found it: {block}"


def _semaphore_partner(world: World) -> None:
    checked(libc().semget(_KEY, 1, 0o1666))


@attack("talk by System V semaphores", partner=_semaphore_partner)
def semaphores(world: World) -> str:
    found = checked(libc().semget(_KEY, 0, 0))
    libc().semctl(found, 0, 0)
    return f"found it: {found}"


def _queue_partner(world: World) -> None:
    checked(libc().msgget(_KEY, 0o1666))


@attack("talk by System V messages", partner=_queue_partner)
def messages(world: World) -> str:
    found = checked(libc().msgget(_KEY, 0))
    libc().msgctl(found, 0, None)
    return f"found it: {found}"


def _posix_queue_partner(world: World) -> None:
    checked(libc().mq_open(b"/camlab", os.O_CREAT | os.O_RDWR, 0o666, None))


@attack("talk by POSIX messages", partner=_posix_queue_partner)
def posix_messages(world: World) -> str:
    found = checked(libc().mq_open(b"/camlab", os.O_RDONLY))
    libc().mq_unlink(b"/camlab")
    return f"found it: {found}"


def _keyring_partner(world: World) -> None:
    checked(libc().syscall(_add_key(), b"user", b"camlab", _MESSAGE, len(_MESSAGE), -4))


@attack("talk by the kernel's keys", partner=_keyring_partner)
def keyring(world: World) -> str:
    request = {"x86_64": 249, "aarch64": 218}.get(platform.machine(), 0)
    return f"found it: {checked(libc().syscall(request, b'user', b'camlab', None, -4))}"


def _abstract_partner(world: World) -> None:
    _kept["server"] = socket.socket(socket.AF_UNIX)
    _kept["server"].bind("\0camlab-talk")
    _kept["server"].listen(1)


@attack("talk by an abstract socket", partner=_abstract_partner)
def abstract_socket(world: World) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0camlab-talk")
    return "connected"


def _socket_file_partner(world: World) -> None:
    for number, place in enumerate(_PLACES):
        try:
            server = socket.socket(socket.AF_UNIX)
            server.bind(f"{place}/camlab-talk")
            server.listen(1)
            _kept[f"server {number}"] = server
        except OSError:
            continue


@attack("talk by a socket file", partner=_socket_file_partner)
def socket_file(world: World) -> str:
    for place in _PLACES:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(f"{place}/camlab-talk")
                return f"connected in {place}"
            except OSError:
                continue
    return ""


def _loopback_partner(world: World) -> None:
    server = socket.socket(socket.AF_INET)
    _kept["server"] = server
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", 49_821))
    server.listen(1)


@attack("talk over the machine's own network", partner=_loopback_partner)
def loopback(world: World) -> str:
    with socket.create_connection(("127.0.0.1", 49_821), timeout=0.5):
        return "connected"


def _file_partner(world: World) -> None:
    for place in _PLACES:
        try:
            with open(f"{place}/camlab-talk.txt", "wb") as file:
                file.write(_MESSAGE)
            os.chmod(file.name, 0o666)
        except OSError:
            continue


@attack("talk by a file", partner=_file_partner)
def file(world: World) -> str:
    for place in _PLACES:
        try:
            with open(f"{place}/camlab-talk.txt", "rb") as file:
                return f"in {place}: {file.read()!r}"
        except OSError:
            continue
    return ""


def _own_file_partner(world: World) -> None:
    for name in ("answer.txt", os.path.join(os.environ.get("TMPDIR", "/tmp"), "answer.txt")):
        try:
            with open(name, "wb") as file:
                file.write(_MESSAGE)
            os.chmod(file.name, 0o666)
            os.chmod(os.path.dirname(os.path.abspath(name)), 0o777)
        except OSError:
            continue


@attack("read what a sibling wrote in its own folder", quick=True, partner=_own_file_partner)
def sibling_folder(world: World) -> str:
    above = os.path.dirname(os.path.dirname(os.getcwd()))
    own = os.path.basename(os.path.dirname(os.getcwd()))
    numbers = {str(number) for number in range(200)} - {own}
    for number in sorted(numbers):
        for name in ("work", "temporary"):
            path = f"{above}/{number}/{name}/answer.txt"
            try:
                with open(path, "rb") as file:
                    return f"{path}: {file.read()!r}"
            except OSError:
                continue
    return ""


def _fifo_partner(world: World) -> None:
    for place in _PLACES:
        try:
            os.mkfifo(f"{place}/camlab-fifo", 0o666)
            _kept[place] = os.open(f"{place}/camlab-fifo", os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            continue


@attack("talk by a named pipe", partner=_fifo_partner)
def fifo(world: World) -> str:
    for place in _PLACES:
        try:
            os.write(os.open(f"{place}/camlab-fifo", os.O_WRONLY | os.O_NONBLOCK), _MESSAGE)
            return f"written in {place}"
        except OSError:
            continue
    return ""


def _sleeper_partner(world: World) -> None:
    """Sleep on a word of a file that both have mapped, until somebody wakes it."""
    with open(_OWN_FILE, "rb") as file:
        page = mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ)
    view = (ctypes.c_char * 4096).from_buffer_copy(page)
    word = struct.unpack_from("i", view.raw)[0]
    address = _address_of(page)

    def sleep() -> None:
        timeout = struct.pack("qq", 5, 0)
        result = libc().syscall(_FUTEX, ctypes.c_void_p(address), 0, word, timeout, None, 0)
        _kept["woken"] = result == 0

    _kept["page"] = page
    threading.Thread(target=sleep, daemon=True).start()
    time.sleep(0.1)  # until it sleeps: the system tells nobody when


def _sleeper_heard(world: World) -> str:
    time.sleep(0.1)
    return "was woken by the other" if _kept.get("woken") else ""


@attack(
    "wake another by a page of a file that both see",
    partner=_sleeper_partner,
    heard=_sleeper_heard,
    gaps={
        "bwrap": "Python's `multiprocessing` wakes its workers so; it tells one bit at a time, as "
        "the load of a processor does",
    },
)
def futex(world: World) -> str:
    with open(_OWN_FILE, "rb") as file:
        page = mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ)
    woken = libc().syscall(_FUTEX, ctypes.c_void_p(_address_of(page)), 1, 1, None, None, 0)
    return f"woke {woken}" if woken > 0 else ""


def _address_of(page: mmap.mmap) -> int:
    """Where a mapping lies: ctypes wants writable memory, so the system is asked."""

    class Buffer(ctypes.Structure):
        _fields_ = [
            ("buffer", ctypes.c_void_p),
            ("object", ctypes.py_object),
            ("length", ctypes.c_ssize_t),
            ("rest", ctypes.c_byte * 64),
        ]

    buffer = Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(page), ctypes.byref(buffer), 0)
    return buffer.buffer


def _add_key() -> int:
    return {"x86_64": 248, "aarch64": 217}.get(platform.machine(), 0)
