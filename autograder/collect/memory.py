"""What was collected before: whose folder is whose, so that a second download doubles nobody."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.course import Course
from autograder.files import write_atomically

_PATHS = "paths"  # no system is called so


class Memory:
    """The system's ids of users and the folders that were made for them.

    A file that is damaged counts as absent: then a second download is compared by folders alone.
    """

    def __init__(self, course: Course, system: str) -> None:
        self._path = course.root / ".camlab" / "collected.json"
        self._system = system
        self._known = _read(self._path)
        self._mine = self._known.setdefault(system, {})

    def folder_of(self, own_id: str, name: str) -> str:
        """The folder that was made for a user (or one member of a group); empty: none."""
        return self._mine.get(own_id, {}).get(name) or self._only(own_id)

    def _only(self, own_id: str) -> str:
        folders = list(self._mine.get(own_id, {}).values())
        return folders[0] if len(folders) == 1 else ""

    def remember(self, own_id: str, name: str, folder: str, path: str) -> None:
        """Note whose folder is whose, and the path in the download that the system may ask for."""
        self._mine.setdefault(own_id, {})[name] = folder
        if path:
            self._known.setdefault(_PATHS, {}).setdefault(self._system, {})[folder] = path

    def save(self) -> None:
        text = json.dumps(self._known, indent=1, ensure_ascii=True, sort_keys=True)
        write_atomically(self._path, text.encode())


def collected_paths(course: Course) -> dict[str, tuple[str, str]]:
    """Folder -> the system that it was collected from, and the notebook's path in the download."""
    known = _read(course.root / ".camlab" / "collected.json").get(_PATHS, {})
    return {
        folder: (system, path) for system, paths in known.items() for folder, path in paths.items()
    }


def _read(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    try:
        known = json.loads(path.read_bytes())
        return {
            str(system): {
                str(own_id): {str(name): str(folder) for name, folder in folders.items()}
                for own_id, folders in users.items()
            }
            for system, users in known.items()
        }
    except (OSError, ValueError, AttributeError):
        return {}
