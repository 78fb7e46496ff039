"""Names of students as nbgrader can take them: as folders, in its gradebook and on its pages."""

from __future__ import annotations

import unicodedata

# nbgrader writes a student's name into its pages as it is: these could begin a script there.
_UNFIT = frozenset('<>"\\')


def shown_name(name: str) -> str:
    """The name so that it can be printed and stored, different for different names: what is not
    UTF-8 or cannot be seen stands there as an escape."""
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(mark if mark.isprintable() and mark != "\\" else _escaped(mark) for mark in name)


def bare_name(name: str) -> str:
    """A name or an id without what spreadsheets and systems change in it: zeros in front, capitals,
    spaces, Unicode's form."""
    bare = unicodedata.normalize("NFC", " ".join(name.split())).casefold()
    return (bare.lstrip("0") or "0") if bare.isdecimal() else bare


def unfit_name(name: str) -> str:
    """Why nbgrader cannot take this name, as the end of a sentence; empty where it can."""
    if not name.isprintable():
        return "it holds characters that cannot be seen, or is not UTF-8"
    found = sorted(_UNFIT.intersection(name))
    return f"it holds {' '.join(found)}" if found else ""


def _escaped(mark: str) -> str:
    if mark == "\\":
        return "\\\\"
    code = ord(mark)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"
