"""When something was handed in, as nbgrader and `camlab collect` write it: `timestamp.txt`."""

from __future__ import annotations

import os
import re
import stat
from datetime import datetime
from pathlib import Path

TIMESTAMP = "timestamp.txt"
WRITTEN = "%Y-%m-%d %H:%M:%S"  # as Camlab writes it, in UTC
_MOST_BYTES = 200
_YEARS = range(2000, 2200)


def read_timestamp(folder: Path) -> tuple[datetime | None, str]:
    """The time in UTC, and a sentence where there is a file and no time in it.

    Never raises, whatever lies there: a student may have put it there.
    """
    path = folder / TIMESTAMP
    try:
        text = _text(path)
    except FileNotFoundError:
        return None, ""
    except OSError:
        return None, _sentence("it is no ordinary file")
    except ValueError:
        return None, _sentence("it is no short text")
    if not text:
        return None, _sentence("it is empty")
    time = _time(text)
    if time is None or time.year not in _YEARS:
        return None, _sentence("it holds no date")
    return time, ""


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.removesuffix(" UTC"), WRITTEN)
    except ValueError:
        from nbgrader.utils import parse_utc  # seconds, which most classes need not wait for
    try:
        # nbgrader takes -0500, written apart, for five hundred seconds.
        return parse_utc(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text))
    except Exception:  # dateutil raises whatever it stumbles over
        return None


def _sentence(why: str) -> str:
    return f"When it was handed in is not known: {TIMESTAMP} cannot be read, since {why}."


def _text(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content.decode(encoding).strip("\ufeff \t\r\n")
