"""Students' names as folders, on every system."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_MOST_BYTES = 180  # of a folder's name; systems allow 255, and nbgrader adds to it


def student_folder(name: str) -> str:
    """A name as a folder's: letters, digits and `._@+-`; empty when nothing is left.

    Different names may come to the same: `autograder.collect.identities` sees to that.
    """
    kept = "".join(
        mark if mark.isalnum() or mark in "._@+-" else "_"
        for mark in unicodedata.normalize("NFC", name.strip()[:1000])
    )
    kept = kept.strip("_").lstrip(".-+@").rstrip(".")
    if len(kept) > 100 or len(kept.encode()) > _MOST_BYTES:
        digest = hashlib.sha256(kept.encode()).hexdigest()[:8]
        while len(kept) > 90 or len(kept.encode()) > _MOST_BYTES - 10:
            kept = kept[:-1]
        kept = f"{kept.rstrip('._')}_{digest}"
    return f"{kept}_" if _RESERVED.fullmatch(kept.partition(".")[0]) else kept
