"""Reads a download, zip or folder, without trusting a name or a size in it.

Files are written under numbers of our own, so that no name can lead out of the scratch folder; how
much is unpacked is counted while it is unpacked, whatever the archive says of itself.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.errors import CamlabError
from autograder.submission.find import MAX_BYTES

MOST_FILES = 200_000
MOST_BYTES = 20 * 2**30  # of all files together
CHUNK = 2**20
NOISE = ("__MACOSX", ".DS_Store", "Thumbs.db", ".ipynb_checkpoints", ".git", ".svn")


@dataclass(frozen=True)
class Entry:
    """One file of a download."""

    parts: tuple[str, ...]  # its path in the download
    file: Path | None  # where its content lies now; None when it was refused
    refused: str = ""  # why

    @property
    def path(self) -> str:
        return "/".join(self.parts)


def read_download(download: Path, scratch: Path) -> list[Entry]:
    """Copy every file of a download into `scratch`, each under a number.

    Args:
        download: a zip file or a folder; zip files inside are opened, one level deep.
        scratch: an empty folder.

    Raises:
        CamlabError: there is no such download, it is not a zip, or it holds too much.
    """
    unpacking = _Unpacking(scratch)
    if download.is_dir():
        return list(unpacking.folder(download))
    try:
        with zipfile.ZipFile(download) as archive:
            return list(unpacking.archive(archive, (), depth=0))
    except FileNotFoundError as error:
        raise CamlabError(f"There is no file or folder {download}.") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise CamlabError(f"{download} is not a zip file that can be read: {error}.") from error


class _Unpacking:
    """Counts files and bytes over everything that one download holds."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._files = 0
        self._bytes = 0

    def folder(self, root: Path) -> Iterator[Entry]:
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                path = Path(folder, name)
                parts = path.relative_to(root).parts
                if _is_noise(parts):
                    continue
                if not stat.S_ISREG(os.lstat(path).st_mode):
                    yield Entry(parts, None, "It is a link or no ordinary file.")
                    continue
                with path.open("rb") as file:
                    yield from self._entries(parts, file, depth=0)

    def archive(self, archive: zipfile.ZipFile, above: tuple[str, ...], depth: int):
        """The files of an open zip."""
        for info in archive.infolist():
            parts = (*above, *info.filename.replace("\\", "/").split("/"))
            if info.is_dir() or _is_noise(parts):
                continue
            if not _stays_inside(parts):
                yield Entry(parts, None, "Its path leads out of the archive.")
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield Entry(parts, None, "It is a link.")
            elif info.flag_bits & 1:
                yield Entry(parts, None, "It is encrypted.")
            else:
                try:
                    with archive.open(info) as file:
                        yield from self._entries(parts, file, depth)
                except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
                    yield Entry(parts, None, f"It is damaged: {error}.")

    def _entries(self, parts: tuple[str, ...], file: IO[bytes], depth: int) -> Iterator[Entry]:
        entry = self._copy(parts, file)
        inner = entry.file if depth == 0 and parts[-1].lower().endswith(".zip") else None
        if inner is None:
            yield entry
            return
        try:
            with zipfile.ZipFile(inner) as archive:
                yield from self.archive(archive, parts, depth + 1)
        except (zipfile.BadZipFile, OSError):
            yield Entry(parts, None, "It is called a zip and is none.")

    def _copy(self, parts: tuple[str, ...], file: IO[bytes]) -> Entry:
        self._files += 1
        if self._files > MOST_FILES:
            raise CamlabError(f"The download holds more than {MOST_FILES:,} files.")
        target = self._scratch / str(self._files)
        size = 0
        with target.open("wb") as copy:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                self._bytes += len(chunk)
                if self._bytes > MOST_BYTES:
                    raise CamlabError(f"The download holds more than {MOST_BYTES >> 30} GB.")
                if size > MAX_BYTES:
                    break
                copy.write(chunk)
        if size > MAX_BYTES:
            target.unlink()
            return Entry(parts, None, f"It has more than {MAX_BYTES >> 20} MB.")
        return Entry(parts, target)


def _is_noise(parts: tuple[str, ...]) -> bool:
    return any(part in NOISE or part.startswith("._") for part in parts)


def _stays_inside(parts: tuple[str, ...]) -> bool:
    return all(
        part not in ("", ".", "..") and ":" not in part and "\0" not in part for part in parts
    )
