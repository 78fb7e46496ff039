"""Bytes to text, whatever program saved them; and what else bytes may be."""

from __future__ import annotations

import codecs

from autograder.errors import AutograderError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How a file begins, and what it is.
_KINDS = (
    (b"%PDF", "it is a PDF"),
    (b"PK\x03\x04", "it is a zip archive, or a document of Word or Excel"),
    (b"\x89PNG", "it is a picture (PNG)"),
    (b"\xff\xd8\xff", "it is a picture (JPEG)"),
    (b"\x1f\x8b", "it is a gzip archive"),
    (b"Rar!", "it is a RAR archive"),
    (b"7z\xbc\xaf", "it is a 7-Zip archive"),
    (b"\xfd7zXZ", "it is an xz archive"),
    (b"BZh", "it is a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "it is a Zstandard archive"),
    (b"PK\x07\x08", "it is the first part of a zip that was split"),
    (b"SQLite format 3", "it is a database (SQLite)"),
    (b"{\\rtf", "it is a document (RTF)"),
    (b"\x00\x05\x16\x07", "it is a file of macOS's own (AppleDouble), without the notebook"),
    (b"version https://git-lfs", "it is a pointer of Git LFS, without the notebook"),
)


class NotTextError(AutograderError):
    """The bytes are no text; the message says why."""


def to_utf8(content: bytes) -> bytes:
    """The same text in UTF-8; bytes that seem to be in UTF-8 already are not looked into.

    Raises:
        NotTextError: the bytes seem to be in UTF-16 or UTF-32, and are not.
    """
    if _encoding(content).startswith("utf-8"):
        return content
    return decode_text(content).encode("utf-8", "replace")


def decode_text(content: bytes) -> str:
    """Text in UTF-8, or in UTF-16 or UTF-32 as some Windows programs save it.

    Raises:
        NotTextError: the bytes are in none of these.
    """
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding.startswith("utf-8") else encoding.upper()
        raise NotTextError(f"it is not {name} text (byte {error.start + 1} is not)") from error


def _encoding(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    if encoding:
        return encoding
    # Without a mark: JSON begins with an ASCII character, whose other byte is zero.
    zeros = [byte == 0 for byte in content[:2]]
    if zeros == [False, True]:
        return "utf-16-le"
    return "utf-16-be" if zeros == [True, False] else "utf-8"


def what_it_is(content: bytes) -> str:
    """`it is a PDF`, by how it begins; empty where nothing is known."""
    found = next((kind for start, kind in _KINDS if content.startswith(start)), "")
    if not found and content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "it is a web page"
    if not found and content[257:262] == b"ustar":
        return "it is a tar archive"
    return found
