"""Getting more rights, leaving the walls, switching them off."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import subprocess

from .registry import World, attack, checked, libc

_NAMESPACES = {
    "user": 0x10000000,
    "mount": 0x20000,
    "process": 0x20000000,
    "network": 0x40000000,
    "IPC": 0x08000000,
    "cgroup": 0x02000000,
}


@attack("become root")
def root(world: World) -> str:
    if os.getuid() == 0 and world["root_is_root"]:
        return "is root"
    os.setuid(0)
    return "became root"


@attack("become another user")
def other_user(world: World) -> str:
    os.setresuid(65533, 65533, 65533)
    return "became another"


@attack("join other groups")
def groups(world: World) -> str:
    os.setgroups([0])
    return "joined"


@attack("keep a capability")
def capabilities(world: World) -> str:
    lines = _status()
    reading = 1 << 2  # CAP_DAC_READ_SEARCH, which passes closed folders on the way to Python
    held = {name: int(lines[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")}
    return repr(held) if any(value & ~reading for value in held.values()) else ""


@attack("be without a system-call filter", quick=True)
def no_filter(world: World) -> str:
    return "" if _status().get("Seccomp") == "2" else "no filter is loaded"


@attack("get rights by a program of root's")
def set_user_id(world: World) -> str:
    return "" if _status().get("NoNewPrivs") == "1" else "new privileges are possible"


@attack("enter new namespaces", quick=True)
def namespaces(world: World) -> str:
    made = []
    for name, flag in _NAMESPACES.items():
        if os.fork() == 0:
            os._exit(0 if libc().unshare(flag) == 0 else 1)
        if os.waitstatus_to_exitcode(os.wait()[1]) == 0:
            made.append(name)
    return repr(made) if made else ""


@attack("fork into new namespaces")
def clone(world: World) -> str:
    number = {"x86_64": 56, "aarch64": 220}.get(platform.machine(), 0)
    pid = libc().syscall(number, 0x10000000 | 17, None, None, None, None)
    if pid == 0:
        os._exit(0)
    return f"forked {checked(pid)}"


@attack("enter namespaces by a program")
def unshare_program(world: World) -> str:
    done = subprocess.run(["unshare", "-Ur", "id"], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


@attack("join another process's namespaces")
def join(world: World) -> str:
    for pid in (world["grader"], os.getppid(), 1):
        for kind in ("user", "mnt", "net"):
            try:
                place = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
                checked(libc().setns(place, 0))
                return f"{kind} of {pid}"
            except OSError:
                continue
    return ""


@attack("mount a file system")
def mount(world: World) -> str:
    for kind in (b"tmpfs", b"proc", b"sysfs", b"overlay"):
        if libc().mount(b"none", os.getcwd().encode(), kind, 0, None) == 0:
            libc().umount2(os.getcwd().encode(), 2)
            return f"mounted {kind.decode()}"
    return ""


@attack("unmount what covers the machine's own")
def unmount(world: World) -> str:
    """Asked in a way that unmounts nothing: who may, is told that the root cannot go."""
    libc().umount2(b"/", 4)  # MNT_EXPIRE
    return "" if ctypes.get_errno() == errno.EPERM else "could unmount"


@attack("make a mount writable again")
def remount(world: World) -> str:
    """Asked where nothing is mounted: who may, is told just that."""
    libc().mount(b"none", os.getcwd().encode(), None, 0x20 | 0x1000, None)
    return "" if ctypes.get_errno() == errno.EPERM else "could remount"


@attack("change the root")
def change_root(world: World) -> str:
    os.chroot(".")
    return "changed"


@attack("change the machine's settings")
def settings(world: World) -> str:
    changed = []
    for name in (
        "kernel/hostname",
        "vm/drop_caches",
        "kernel/core_pattern",
        "user/max_user_namespaces",
    ):
        try:
            with open(f"/proc/sys/{name}", "r+") as file:
                changed.append(name if file.writable() else "")
        except OSError:
            continue
    return repr(changed) if any(changed) else ""


@attack("write into a cgroup")
def cgroup(world: World) -> str:
    for folder, _, names in os.walk("/sys/fs/cgroup"):
        for name in names:
            if name == "cgroup.procs" and os.access(f"{folder}/{name}", os.W_OK):
                try:
                    with open(f"{folder}/{name}", "w"):
                        return f"{folder}/{name}"
                except OSError:
                    continue
    return ""


@attack("load a program into the kernel")
def bpf(world: World) -> str:
    number = {"x86_64": 321, "aarch64": 280}.get(platform.machine(), 0)
    checked(libc().syscall(number, 0, ctypes.create_string_buffer(128), 128))
    return "loaded"


@attack("use the newer way into the kernel (io_uring)")
def io_uring(world: World) -> str:
    return f"made {checked(libc().syscall(425, 4, ctypes.create_string_buffer(256)))}"


@attack("watch the machine's performance counters")
def performance(world: World) -> str:
    number = {"x86_64": 298, "aarch64": 241}.get(platform.machine(), 0)
    attributes = ctypes.create_string_buffer(128)
    ctypes.c_uint32.from_buffer(attributes, 4).value = 128
    return f"watching {checked(libc().syscall(number, attributes, 0, -1, -1, 0))}"


@attack("handle its own page faults")
def userfaultfd(world: World) -> str:
    number = {"x86_64": 323, "aarch64": 282}.get(platform.machine(), 0)
    return f"made {checked(libc().syscall(number, 1))}"


@attack("type into a terminal")
def type_into(world: World) -> str:
    checked(libc().ioctl(0, 0x5412, ctypes.create_string_buffer(b"x")))
    return "typed"


@attack("change the way programs are loaded")
def personality(world: World) -> str:
    checked(libc().personality(0x0400000))  # READ_IMPLIES_EXEC
    return "changed"


@attack("call the kernel as a program of 32 bits")
def other_numbers(world: World) -> str:
    if platform.machine() != "x86_64":
        return ""
    # The x32 form of getpid; a filter that knows one set of numbers would let it pass.
    return f"answered {checked(libc().syscall(0x40000000 | 39))}"


def _status() -> dict[str, str]:
    with open("/proc/self/status") as file:
        lines = [line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line]
    return {name: value.strip() for name, value in lines}
