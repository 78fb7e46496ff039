"""What a sandbox shows of this machine: Python's environment, the system's programs, the weights.

Of an environment only `bin`, `lib`, `include` and their like are shown, never the folder itself:
it may be the course's, or somebody's home.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.errors import CamlabError

HIDDEN_PACKAGES = ("autograder", "camlab_solutions")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
_PARTS = ("bin", "lib", "lib32", "lib64", "include", "pyvenv.cfg")


def python_folders() -> list[Path]:
    """The parts of this Python's environment, and of the one that it was made from.

    Those in /usr are there already.
    """
    environments = dict.fromkeys((Path(sys.prefix), Path(sys.base_prefix)))
    wanted = [environment / part for environment in environments for part in _PARTS]
    wanted.append(Path(sys.executable).resolve())
    folders: list[Path] = []
    for path in wanted:
        inside = any(path.is_relative_to(shown) for shown in (*folders, Path("/usr")))
        if path.exists() and not inside:
            folders.append(path)
    return folders


def system_folders() -> list[Path]:
    """The system's programs and libraries, as they are called here."""
    return [Path(folder) for folder in SYSTEM if Path(folder).exists()]


def extra_module() -> Path | None:
    """torch's plug-in of this project, where it was installed as a link to a checkout."""
    spec = importlib.util.find_spec("torchvision_operators")
    return Path(spec.origin) if spec is not None and spec.origin else None


def hidden_folders() -> list[Path]:
    """The autograder and its answers, wherever they are installed below what is shown."""
    shown = [*python_folders(), Path("/usr")]
    found = []
    for package in HIDDEN_PACKAGES:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            if any(Path(place).is_relative_to(folder) for folder in shown):
                found.append(Path(place))
    return found


def without_hidden(folders: Iterable[Path]) -> Iterator[Path]:
    """The same, told so that the hidden folders are not among them."""
    hidden = [folder.resolve() for folder in hidden_folders()]
    for folder in folders:
        yield from _without(folder.resolve(), hidden)


def refuse_private(private: Iterable[Path]) -> None:
    """Make sure that what belongs to the grader is not shown.

    Args:
        private: the course folder, the folder of `--out`; homes are added.

    Raises:
        CamlabError: one of them would be visible to every submission; it is named.
    """
    shown = [folder.resolve() for folder in (*python_folders(), *system_folders())]
    for path in dict.fromkeys(path.resolve() for path in (*private, *_homes())):
        for folder in shown:
            if path.is_relative_to(folder):
                raise CamlabError(
                    f"Students' code would see {path}: it lies in {folder}, which belongs to this "
                    "Python's environment and is shown to every submission. Move one of them: the "
                    "course folder may hold an environment, but no environment a course or a home."
                )


def user_can_read(paths: Iterable[Path]) -> bool:
    """May a user who owns nothing here come to these paths and read them?"""
    for path in paths:
        if not path.exists():
            continue
        if not path.resolve().stat().st_mode & 0o004 or not user_can_come_to(path):
            return False
    return True


def user_can_come_to(path: Path) -> bool:
    """May a user who owns nothing here pass all folders above it?"""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _homes() -> list[Path]:
    homes = {Path.home(), Path(pwd.getpwuid(os.getuid()).pw_dir)} if _is_known() else {Path.home()}
    return [home for home in sorted(homes) if home != Path("/") and home.is_dir()]


def _is_known() -> bool:
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return True


def _without(folder: Path, hidden: list[Path]) -> Iterator[Path]:
    if folder in hidden:
        return
    if not any(one.is_relative_to(folder) for one in hidden):
        yield folder
        return
    for inner in folder.iterdir():
        yield from _without(inner, hidden)
