"""Reading what is the grader's, writing outside, leaving things behind."""

from __future__ import annotations

import glob
import os
import shutil
import stat
import sys

from .registry import World, attack, checked, first, libc, read

_STAT = "Landlock does not look at `stat`: names and sizes can be asked for, contents cannot"


@attack("read the reference solution", quick=True)
def reference(world: World) -> str:
    return first([world["reference"], world["own_reference"]])


@attack("import the reference solution")
def import_reference(world: World) -> str:
    sys.path.insert(0, world["course"])
    sys.path.insert(0, os.path.dirname(os.path.dirname(world["reference"])))
    import camlab_solutions

    return repr(camlab_solutions.__path__)


@attack("read the hidden graders")
def graders(world: World) -> str:
    return first([world["graders"], world["own_graders"]])


@attack("read the gradebook", quick=True)
def gradebook(world: World) -> str:
    return read(world["gradebook"])


@attack("read the class's secret")
def secret(world: World) -> str:
    return read(world["secret"])


@attack("read a sibling's submission", quick=True)
def sibling_notebook(world: World) -> str:
    return read(world["submission"])


@attack("read results.json")
def results(world: World) -> str:
    return read(world["results"])


@attack("list the course folder")
def list_course(world: World) -> str:
    return repr(os.listdir(world["course"]))


@attack("list the grader's home")
def home(world: World) -> str:
    hidden = [name for name in os.listdir(world["home"]) if name in world["home_names"]]
    # Python's own environment may lie in it: the way there is shown, and nothing beside it.
    return repr(hidden) if len(hidden) > 1 else ""


@attack("list the machine's users")
def users(world: World) -> str:
    return first(["/etc/passwd", "/etc/shadow", "/etc/group"])


@attack("ask whether a file of the grader's exists", gaps={"landlock": _STAT})
def exists(world: World) -> str:
    return repr(os.stat(world["gradebook"]).st_size)


@attack("look for secrets in every folder")
def walk(world: World) -> str:
    for top in ("/", "/home", "/root", "/tmp", "/etc", "/var", "/run", "/srv", "/opt", "/mnt"):
        for folder, inner, names in os.walk(top):
            inner[:] = [name for name in inner if name not in ("proc", "sys", "usr", "lib")]
            if folder.count("/") > 6:
                inner.clear()
            for name in names:
                if world["canary_name"] in name:
                    return read(os.path.join(folder, name))
    return ""


@attack("reach the course through /proc and a current folder")
def through_cwd(world: World) -> str:
    return first(glob.glob("/proc/[0-9]*/cwd/gradebook.db"))


@attack("reach the course through /proc and a root")
def through_root(world: World) -> str:
    return first([f"/proc/{pid}/root{world['gradebook']}" for pid in _others()])


@attack("read other processes' environments", quick=True)
def environments(world: World) -> str:
    return first([f"/proc/{pid}/environ" for pid in _others(world["victim"], world["grader"])])


@attack("read other processes' command lines")
def command_lines(world: World) -> str:
    return first([f"/proc/{pid}/cmdline" for pid in _others(world["victim"], world["grader"])])


@attack("list the machine's connections")
def connections(world: World) -> str:
    for name in ("tcp", "udp", "unix"):
        with open(f"/proc/self/net/{name}") as file:
            lines = file.read().splitlines()[1:]
        found = [line for line in lines if world["abstract"] in line or world["port_hex"] in line]
        if found:
            return repr(found)
    return ""


@attack("find an open descriptor that leads outside")
def descriptors(world: World) -> str:
    for number in range(256):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        if stat.S_ISDIR(mode) or stat.S_ISREG(mode) or stat.S_ISBLK(mode):
            return f"{number}: {os.readlink(f'/proc/self/fd/{number}')}"
    return ""


@attack("read through a link in the working folder")
def link(world: World) -> str:
    os.symlink(world["gradebook"], "words.txt")
    return read("words.txt")


@attack("make a hard link of a file of the grader's")
def hard_link(world: World) -> str:
    os.link(world["gradebook"], "stolen")
    return read("stolen")


@attack("replace the working folder by a link")
def replace_work(world: World) -> str:
    here = os.getcwd()
    os.chdir("/")
    os.rename(here, here + "-old")
    os.symlink(world["course"], here)
    return read(here + "/gradebook.db")


@attack("write into the gradebook", quick=True)
def write_gradebook(world: World) -> str:
    with open(world["gradebook"], "ab") as file:
        return f"{file.write(b'15 of 10')} bytes written"


@attack("write into the hidden graders")
def write_graders(world: World) -> str:
    with open(world["graders"], "ab") as file:
        return f"{file.write(b'# all right')} bytes written"


@attack("empty a file by its path")
def truncate(world: World) -> str:
    os.truncate(world["results"], 0)
    return "emptied"


@attack("remove a file of the grader's")
def remove(world: World) -> str:
    os.remove(world["results"])
    return "removed"


@attack("put another file in a file's place")
def replace(world: World) -> str:
    with open("mine", "w") as file:
        file.write("mine")
    os.replace("mine", world["results"])
    return "replaced"


@attack("close a file of the grader's by its mode")
def chmod(world: World) -> str:
    os.chmod(world["results"], 0o000)
    return ""  # it may pretend: whether it did is seen outside


@attack("give a file of the grader's another time")
def utime(world: World) -> str:
    os.utime(world["results"], (1, 1))
    return ""


@attack("mark a file of the grader's by an attribute")
def attribute(world: World) -> str:
    os.setxattr(world["results"], "user.camlab", b"x")
    return ""


@attack("give a file of the grader's another owner")
def chown(world: World) -> str:
    os.chown(world["results"], 65534, 65534)
    return ""


@attack("leave a file for the next", quick=True)
def leave(world: World) -> str:
    """Seen outside; here, only whether the root is writable."""
    places = ("/var/tmp", "/dev/shm", "/tmp", "/", "/run", "/run/camlab", "..", "../..")
    for place in (*places, os.path.dirname(sys.executable), world["course"], world["home"]):
        try:
            with open(os.path.join(place, world["left_name"]), "w") as file:
                file.write("42")
        except OSError:
            pass
    return ""


@attack("change Python's packages")
def packages(world: World) -> str:
    for path in (shutil.__file__, sys.executable, os.path.join(sys.prefix, "pyvenv.cfg"), __file__):
        try:
            with open(path, "ab") as file:
                return f"{path} can be written: {file.name}"
        except OSError:
            continue
    return ""


@attack("make a device")
def device(world: World) -> str:
    os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0))
    return "made"


@attack("read memory and disks of the machine")
def disks(world: World) -> str:
    devices = ("/dev/mem", "/dev/kmem", "/dev/port", "/dev/vda", "/dev/sda", "/dev/nvme0n1")
    return first([*devices, "/proc/kcore"])


@attack("open a file by its handle")
def handle(world: World) -> str:
    import ctypes

    buffer = ctypes.create_string_buffer(160)
    ctypes.c_uint.from_buffer(buffer).value = 128
    mount = ctypes.c_int()
    path = world["gradebook"].encode()
    checked(libc().name_to_handle_at(-100, path, buffer, ctypes.byref(mount), 0))
    root = os.open("/", os.O_RDONLY)
    found = checked(libc().open_by_handle_at(root, buffer, os.O_RDONLY))
    return repr(os.read(found, 100))


@attack("write to a terminal of the grader's")
def terminal(world: World) -> str:
    for path in ("/dev/tty", "/dev/console", world["terminal"]):
        try:
            with open(path, "wb", buffering=0) as file:
                file.write(b"\0")
                return f"{path} can be written"
        except OSError:
            continue
    return ""


def _others(*known: int) -> list[int]:
    """Other processes' numbers: those in /proc, and some that may be guessed."""
    try:
        listed = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        listed = []
    numbers = dict.fromkeys((*known, os.getppid(), *listed, *range(1, 40)))
    return [number for number in numbers if number not in (os.getpid(), 0)]
