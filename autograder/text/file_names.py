"""File names from students' names, which could be anything."""

from __future__ import annotations

import hashlib
import re

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]{0,99}(?<![. ])")
# What the names with a digest look like: nobody may have one without.
_DIGESTED = re.compile(r".*-[0-9a-f]{12}", re.DOTALL)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_name(student: str) -> str:
    """The name itself where every system can store it, else a legible part and a digest.

    Two students never share a file, also where capitals make no difference (macOS, Windows).
    """
    usual = _SAFE.fullmatch(student) and student == student.lower()
    if usual and not _RESERVED.fullmatch(student) and not _DIGESTED.fullmatch(student):
        return student
    legible = re.sub(r"[^A-Za-z0-9]+", "-", student).strip("-")[:40] or "student"
    return f"{legible}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
