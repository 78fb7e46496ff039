"""What to install or change, once, so that students' code has walls on this very machine."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

UBUNTU_PROFILE = (
    "abi <abi/4.0>, include <tunables/global> "
    "profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }"
)
_INSTALL = (
    ("apt-get", "sudo apt-get install bubblewrap libseccomp2"),
    ("dnf", "sudo dnf install bubblewrap libseccomp"),
    ("pacman", "sudo pacman -S bubblewrap libseccomp"),
    ("zypper", "sudo zypper install bubblewrap libseccomp2"),
)


def what_to_do(troubles: Mapping[str, str]) -> str:
    """One sentence for this machine.

    Args:
        troubles: each kind of sandbox that was tried, and what was wrong with it.
    """
    system = platform.system()
    if system == "Windows":
        return "Use WSL2 and grade in its Linux: wsl --install."
    if system == "Darwin":
        return "Grade in a Linux virtual machine or container, or report what `camlab doctor` says."
    texts = " ".join(troubles.values())
    if "without a system-call filter" in texts:
        return f"Install libseccomp, with which the filter is made: {_install()}."
    if in_container():
        return (
            "In this container, allow Landlock (Docker since version 23, containerd since 1.6, on "
            "Linux 5.13 or newer), or let it make namespaces: "
            "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined."
        )
    if "not installed" in texts:
        return f"Install bubblewrap: {_install()}."
    name, version = _distribution()
    if name == "ubuntu" and (24, 4) <= version < (25, 4):
        return (
            f"Allow bubblewrap to make namespaces: echo '{UBUNTU_PROFILE}' | "
            "sudo tee /etc/apparmor.d/bwrap && sudo systemctl reload apparmor."
        )
    if "no Landlock" in texts:
        return (
            "Use Linux 5.13 or newer with Landlock switched on (kernel option `lsm=landlock,...`), "
            "or allow user namespaces: sudo sysctl user.max_user_namespaces=15000."
        )
    return "Run `camlab doctor`, which shows each attack, and report what it says."


def in_container() -> bool:
    """Whether this looks like the inside of a container."""
    marks = ("/.dockerenv", "/run/.containerenv")
    return any(map(os.path.exists, marks)) or "KUBERNETES_SERVICE_HOST" in os.environ


def _install() -> str:
    for program, command in _INSTALL:
        if shutil.which(program):
            return command
    return "the packages bubblewrap and libseccomp of this system"


def _distribution(path: Path = Path("/etc/os-release")) -> tuple[str, tuple[int, ...]]:
    """Its name and version: ("ubuntu", (24, 4))."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return "", ()
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    version = facts.get("VERSION_ID", "").strip('"').split(".")
    numbers = tuple(int(part) for part in version if part.isdigit())
    return facts.get("ID", "").strip('"'), numbers
