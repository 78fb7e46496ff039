"""Text that a program read in one encoding and wrote in another: dÃ©jÃ  for déjà."""

from __future__ import annotations


def garbled(text: str, before: str) -> str:
    """Why a text seems to have been spoilt on its way, as the rest of a sentence; empty if not.

    Args:
        text: as it came.
        before: as it was known; its letters may have become question marks.
    """
    if "\N{REPLACEMENT CHARACTER}" in text:
        return "has characters that were lost; save the file as “CSV UTF-8”"
    if meant := _read_as_windows(text):
        return f"is garbled ({meant!r} was meant); open the file as UTF-8 and fill it in again"
    lost = "".join("?" if ord(mark) > 127 else mark for mark in before)
    if before != lost and text == lost:
        return "lost its accents; save the file as “CSV UTF-8”"
    return ""


def _read_as_windows(text: str) -> str:
    """What a text was, if its UTF-8 was read as Windows' own characters; empty if it was not."""
    if text.isascii():
        return ""
    try:
        meant = "".join(_bytes(mark) for mark in text).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return ""
    return meant[:60]


def _bytes(mark: str) -> str:
    """One of Windows' characters as the byte that it stands for, in Latin-1."""
    try:
        return mark.encode("cp1252").decode("latin-1")
    except UnicodeEncodeError:
        return mark  # five bytes have no character there, and stay as they are
