"""Whether students who share this machine could import the reference (`camlab doctor`).

On a hub, course and students may share one environment. Camlab then belongs into an environment
that only staff may read; students' kernels run in another.
"""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

_FIRST_PERSON, _LAST_PERSON = 1000, 60_000  # user ids of people, by Debian's and Fedora's custom
_CLOSED_SHELLS = ("nologin", "false")


def who_could_import(package: Path) -> list[str]:
    """The other people of this machine who may read a package's folder, by name, sorted.

    Args:
        package: the folder of the reference's package.
    """
    if not all(_open_to_others(folder) for folder in (package, *package.resolve().parents)):
        return []
    owner = package.stat().st_uid
    return sorted(
        person.pw_name
        for person in pwd.getpwall()
        if _FIRST_PERSON <= person.pw_uid < _LAST_PERSON
        and person.pw_uid not in (owner, os.getuid())
        and not person.pw_shell.endswith(_CLOSED_SHELLS)
    )


def _open_to_others(folder: Path) -> bool:
    """Whether everybody may enter a folder."""
    return bool(folder.stat().st_mode & stat.S_IXOTH)
