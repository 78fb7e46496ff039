"""Reads a download, zip or folder, without trusting a name or a size in it.

Files are written under numbers of our own, so that no name can lead out of the scratch folder; how
much is unpacked is counted while it is unpacked, for each student and for all together, whatever
the archive says of itself.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import IO

from autograder.errors import CamlabError
from autograder.submission.encodings import what_it_is
from autograder.submission.find import MAX_BESIDE, MAX_BYTES
from autograder.submission.notebook_choice import CHECKPOINTS, is_checkpoint, is_noise
from autograder.text.plain_text import plain

MOST_FILES = 200_000
MOST_BYTES = 20 * 2**30  # of all files together
MOST_OF_ONE = 200 * 2**20  # of one student's notebooks together, and of the other files
MOST_FILES_OF_ONE = 2_000  # notebooks, and as many others
MOST_DEPTH = 3  # zips in zips
CHUNK = 2**20
LINKED_FOLDER = "It is a link to a folder, which could be another's: put the folder itself there."
CHECKPOINT = "It is a copy that Jupyter keeps, and not the notebook: ask for the notebook."
SPLIT = "It is one part of a zip that was split."
_JOIN_IT = (
    "Join the parts (zip -s 0 last-part.zip --out whole.zip), or unpack it and name the folder."
)
LEADS_OUT = "Its path leads out of the archive."
DAMAGED = "It is damaged"
TOO_MUCH = f"This student's files have more than {MOST_OF_ONE >> 20} MB together."
_END = struct.Struct("<4s4H2LH")  # what a zip ends with: how many files it lists
_UNICODE_PATH = 0x7075
_DRIVE = re.compile(r"[A-Za-z]:")

Owner = Callable[[tuple[str, ...]], Hashable]


@dataclass(frozen=True)
class Entry:
    """One file of a download, or an empty folder."""

    parts: tuple[str, ...]  # its path in the download
    file: Path | None  # where its content lies now; None: it was refused, or is a folder
    refused: str = ""  # why
    folder: bool = False

    @property
    def path(self) -> str:
        return "/".join(self.parts)


class Download:
    """A zip or a folder that is about to be unpacked.

    Attributes:
        names: the paths of its files, zips not opened: what tells the system that made it.
        garbled: those names of which nobody can tell in which characters they are written.

    Raises:
        CamlabError: there is no such download, it is not a zip, or it holds too many files.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.garbled: list[str] = []
        if path.is_dir():
            self.names = [one.parts for one in _walk(path) if not one.folder]
            return
        with self._opened() as archive:
            if len(archive.infolist()) > MOST_FILES:
                raise CamlabError(f"The download holds more than {MOST_FILES:,} files.")
            if _is_split(path):
                raise CamlabError(f"{path} is one part of a zip that was split. {_JOIN_IT}")
            if not _is_whole(archive, path):
                raise CamlabError(
                    f"{path} is damaged: its list of files is not whole. Download it again."
                )
            self.names = _file_names(archive)
            self.garbled = [name for name, unsure in map(_name, archive.infolist()) if unsure]
            if ("[Content_Types].xml",) in self.names:
                raise CamlabError(
                    f"{path} is a document of Word, Excel or PowerPoint, and no download."
                )
            if len(self.names) == 1 and self.names[0][-1].lower().endswith(".zip"):
                self.names = _names_inside(archive, self.names[0]) or self.names

    def unpack(self, scratch: Path, owner: Owner = lambda parts: None) -> list[Entry]:
        """Copy every file into `scratch`, each under a number; zips inside are opened.

        Args:
            scratch: an empty folder.
            owner: whose a path is, for the limit on each student's files; None: nobody's.

        Raises:
            CamlabError: the download holds too much.
        """
        unpacking = _Unpacking(scratch, owner)
        if self._path.is_dir():
            return list(unpacking.folder(self._path))
        with self._opened() as archive:
            entries = list(unpacking.archive(archive, (), depth=0))
        files = [entry for entry in entries if not entry.folder]
        if files and all(entry.refused.startswith(DAMAGED) for entry in files):
            raise CamlabError(
                f"{self._path} is damaged: none of its files can be read. Download it again."
            )
        return entries

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except FileNotFoundError as error:
            raise CamlabError(f"There is no file or folder {self._path}.") from error
        except Exception as error:  # zipfile raises whatever damaged bytes make it stumble over
            raise CamlabError(_what_instead(self._path, error)) from error


def _what_instead(path: Path, error: Exception) -> str:
    """What a download is that is no zip, and what to do."""
    try:
        with path.open("rb") as file:
            start = file.read(1000)
    except OSError as refused:
        return f"{path} cannot be read: {refused.strerror}."
    if not start:
        return f"{path} is not a zip file: it is empty. Download it again."
    # What begins as a zip does and is none was cut off.
    kind = "" if start.startswith(b"PK\3\4") else what_it_is(start)
    if not kind and start.lstrip().startswith(b"{") and path.name.lower().endswith(".ipynb"):
        kind = "it is a notebook"
    if "archive" in kind:
        return f"{path} is not a zip file: {kind}. Unpack it and name the folder."
    if "web page" in kind:
        return (
            f"{path} is not a zip file: {kind}, which may ask one to log in. Log in and download "
            "the submissions again."
        )
    if "split" in kind:
        return f"{path} is not a zip file: {kind}. {_JOIN_IT}"
    if kind:
        return (
            f"{path} is not a zip file: {kind}. Name the zip that the system lets you download, or "
            "a folder with a folder for each student."
        )
    return (
        f"{path} is not a zip file that can be read: {plain(error, 200)}. If it was cut off, "
        "download it again."
    )


def _end(path: Path) -> tuple[int, int] | None:
    """What a zip says at its end, where it does: which part of several it is, how many files."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        return None
    _, part, _, _, files, *_ = _END.unpack_from(tail, at)
    return part, files


def _is_split(path: Path) -> bool:
    """Whether a zip is the last part of several, the others being in other files."""
    end = _end(path)
    return end is not None and end[0] not in (0, 0xFFFF)  # large archives write it elsewhere


def _is_whole(archive: zipfile.ZipFile, path: Path) -> bool:
    """Whether a zip lists as many files as it says that it does."""
    end = _end(path)
    # Large archives write this number elsewhere; some programs write its last 16 bits.
    return end is None or end[1] in (0xFFFF, len(archive.infolist()) & 0xFFFF)


def _file_names(archive: zipfile.ZipFile) -> list[tuple[str, ...]]:
    named = [_parts(info) for info in archive.infolist() if not _is_folder(info)]
    return [parts for parts in named if parts and not is_noise("/".join(parts))]


def _names_inside(archive: zipfile.ZipFile, only: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The names in the only file of a zip, which is a zip: what was packed once more."""
    try:
        info = next(one for one in archive.infolist() if _parts(one) == only)
        with archive.open(info) as file, zipfile.ZipFile(file) as inner:
            return [(*only, *parts) for parts in _file_names(inner)]
    except Exception:  # as in `_opened`
        return []


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith(("/", "\\"))


def _walk(root: Path) -> Iterator[Entry]:
    """The files below a folder, the empty folders, and those that are not gone into, with why."""
    count = 0
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        here = waiting.pop()
        try:
            inside = sorted(os.scandir(root.joinpath(*here)), key=lambda one: one.name)
        except OSError as error:
            if not here:
                raise CamlabError(f"{root} cannot be read: {error.strerror}.") from error
            yield Entry(here, None, f"The folder cannot be read: {error.strerror}.", folder=True)
            continue
        if here and not inside:
            yield Entry(here, None, folder=True)
        folders = []
        for one in inside:
            parts = (*here, one.name)
            is_folder = one.is_dir(follow_symlinks=False)
            if is_folder and one.name == CHECKPOINTS:
                yield Entry(parts, None, CHECKPOINT, folder=True)
            if is_noise(one.name):
                continue
            if is_folder:
                folders.append(parts)
                continue
            count += 1
            if count > MOST_FILES:
                raise CamlabError(f"The download holds more than {MOST_FILES:,} files.")
            linked = _leads_to_a_folder(one)
            yield Entry(parts, None, LINKED_FOLDER if linked else "", folder=linked)
        waiting += reversed(folders)


def _leads_to_a_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # it leads nowhere that can be looked at
        return False


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The path of a zip's entry: PowerShell writes backslashes, some programs `./` and `//`."""
    parts = _name(info)[0].replace("\\", "/").rstrip("/").split("/")
    # What begins with a slash leads elsewhere, and keeps the sign of it.
    kept = [part for place, part in enumerate(parts) if part != "." and (part or not place)]
    return tuple(kept) if kept != [""] else ()


def _name(info: zipfile.ZipInfo) -> tuple[str, bool]:
    """The name of a zip's entry, and whether nobody can tell in which characters it is written."""
    if info.flag_bits & 0x800 or info.orig_filename.isascii():
        return info.filename, False
    try:
        written = info.orig_filename.encode("cp437")
    except UnicodeError:  # a newer Python has read the field for names in Unicode
        return info.filename, False
    if name := _unicode_path(info.extra, written):
        return name, False
    try:
        # macOS writes UTF-8 without saying so, where zipfile reads the old PC's characters.
        return written.decode("utf-8"), False
    except UnicodeError:
        return info.filename, True


def _unicode_path(extra: bytes, written: bytes) -> str:
    """Info-ZIP's own field for a name in UTF-8; empty where it is another name's, or none."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        content, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and size > 5:
            version, checksum = struct.unpack_from("<BL", content.ljust(5, b"\0"))
            if version == 1 and checksum == zlib.crc32(written):
                with contextlib.suppress(UnicodeError):
                    return content[5:].decode("utf-8").partition("\0")[0]
    return ""


class _Unpacking:
    """Counts files and bytes over everything that one download holds."""

    def __init__(self, scratch: Path, owner: Owner) -> None:
        self._scratch = scratch
        self._owner = owner
        self._files = 0
        self._bytes = 0
        self._files_of: dict[Hashable, int] = defaultdict(int)
        self._bytes_of: dict[Hashable, int] = defaultdict(int)

    def folder(self, root: Path) -> Iterator[Entry]:
        for one in sorted(_walk(root), key=lambda one: len(one.parts)):
            parts, path = one.parts, root.joinpath(*one.parts)
            if one.folder:
                yield one
                continue
            try:
                if not stat.S_ISREG(os.lstat(path).st_mode):
                    yield Entry(parts, None, "It is a link or no ordinary file.")
                    continue
                with path.open("rb") as file:
                    yield from self._entries(parts, file, depth=0)
            except OSError as error:
                yield Entry(parts, None, f"It cannot be read: {error.strerror}.")

    def archive(
        self, archive: zipfile.ZipFile, above: tuple[str, ...], depth: int
    ) -> Iterator[Entry]:
        """The files of an open zip, nearest first: deep below lies what programs put there."""
        for info in sorted(archive.infolist(), key=lambda one: len(_parts(one))):
            parts = (*above, *_parts(info))
            path = "/".join(parts)
            if is_checkpoint(path) and _stays_inside(parts):
                yield Entry(parts, None, CHECKPOINT)
            if is_noise(path) or parts == above:
                continue
            if not _stays_inside(parts):
                yield Entry(parts, None, LEADS_OUT)
            elif _is_folder(info):
                yield Entry(parts, None, folder=True)
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield Entry(parts, None, "It is a link.")
            elif info.flag_bits & 1:
                yield Entry(parts, None, "It is encrypted.")
            else:
                yield from self._unpacked(archive, info, parts, depth)

    def _unpacked(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...], depth: int
    ) -> Iterator[Entry]:
        # Some Pythons refuse a file for overlapping another: the damaged one's neighbour would be
        # refused too. What is unpacked is bounded here, so that no bomb needs that.
        if hasattr(info, "_end_offset"):
            info._end_offset = None
        try:
            with archive.open(info) as file:
                entry = self._copy(parts, file)
        except CamlabError:
            raise
        except Exception as error:  # as above: lzma, zlib, struct, codecs and zipfile's own
            why = plain(error, 200).rstrip(".") or type(error).__name__
            entry = Entry(parts, None, f"{DAMAGED}: {why}.")
        yield from self._opened_zip(entry, depth)

    def _entries(self, parts: tuple[str, ...], file: IO[bytes], depth: int) -> Iterator[Entry]:
        yield from self._opened_zip(self._copy(parts, file), depth)

    def _opened_zip(self, entry: Entry, depth: int) -> Iterator[Entry]:
        """The entry itself, or what it holds where it is a zip."""
        if entry.file is None or not entry.parts[-1].lower().endswith(".zip"):
            yield entry
            return
        if depth >= MOST_DEPTH:
            yield Entry(entry.parts, None, "It is a zip in a zip in a zip in a zip.")
            return
        try:
            archive = zipfile.ZipFile(entry.file)
        except Exception:  # as above
            yield Entry(entry.parts, None, "It is called a zip and cannot be read as one.")
            return
        with archive:
            if _is_split(entry.file):
                yield Entry(entry.parts, None, SPLIT)
                return
            yield Entry(entry.parts, None, folder=True)
            yield from self.archive(archive, entry.parts, depth + 1)

    def _copy(self, parts: tuple[str, ...], file: IO[bytes]) -> Entry:
        owner = self._owner(parts)
        name = parts[-1].lower()
        notebook = ".ipynb" in name or name.endswith(".zip")
        # Notebooks have room of their own: nothing that lies before one costs its student the work.
        counted = (owner, notebook)
        self._files += 1
        self._files_of[counted] += 1
        if self._files > MOST_FILES:
            raise CamlabError(f"The download holds more than {MOST_FILES:,} files.")
        if owner is not None and self._files_of[counted] > MOST_FILES_OF_ONE:
            return Entry(parts, None, f"This student has more than {MOST_FILES_OF_ONE:,} files.")
        if owner is not None and self._bytes_of[counted] > MOST_OF_ONE:
            return Entry(parts, None, TOO_MUCH)
        most = MAX_BYTES if notebook else MAX_BESIDE
        target = self._scratch / str(self._files)
        size = 0
        with _opened_to_write(target) as copy:
            while size <= most and (chunk := file.read(CHUNK)):
                size += len(chunk)
                self._bytes += len(chunk)
                self._bytes_of[counted] += len(chunk)
                if self._bytes > MOST_BYTES:
                    raise CamlabError(f"The download holds more than {MOST_BYTES >> 30} GB.")
                if owner is not None and self._bytes_of[counted] > MOST_OF_ONE:
                    break
                _write(copy, chunk)
        if size > most:
            refused = f"It has more than {most >> 20} MB."
        elif owner is not None and self._bytes_of[counted] > MOST_OF_ONE:
            refused = TOO_MUCH
        else:
            return Entry(parts, target)
        target.unlink()
        return Entry(parts, None, refused)


def _opened_to_write(target: Path) -> FileIO:
    try:
        return FileIO(target, "w")
    except OSError as error:
        raise _no_room(target, error) from error


def _write(copy: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[copy.write(rest) or 0 :]
    except OSError as error:
        raise _no_room(Path(os.fsdecode(copy.name)), error) from error


def _no_room(target: Path, error: OSError) -> CamlabError:
    """That a copy cannot be written is no fault of the file's, nor of its student's."""
    temporary = target.parent.parent.parent
    return CamlabError(
        f"The download could not be unpacked in {temporary}: {error.strerror}. Make room there, or "
        "name another folder for temporary files (export TMPDIR=…), and run the same command again."
    )


def _stays_inside(parts: tuple[str, ...]) -> bool:
    if _DRIVE.fullmatch(parts[0]):
        return False
    return all(part not in ("", ".", "..") and "\0" not in part for part in parts)
