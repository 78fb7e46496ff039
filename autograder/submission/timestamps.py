"""When something was handed in, as systems, nbgrader and `camlab collect` write it."""

from __future__ import annotations

import os
import re
import stat
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from dateutil import parser, tz

from autograder.errors import AutograderError

TIMESTAMP = "timestamp.txt"
WRITTEN = "%Y-%m-%d %H:%M:%S"  # as Camlab writes it, in UTC
_MOST_BYTES = 200
_YEARS = range(2000, 2200)
_NO_DATE = "it holds no date"
_AMBIGUOUS = "its date can be read in more than one way; year-month-day cannot"
_UNKNOWN_ZONE = "its time zone is not known; UTC and -0500 are"
_YEAR_FIRST = re.compile(r"(?<!\d)(?:\d{4}[-/.]\d|\d{8})")
_ZONE_OF_A_PLACE = re.compile(r"(.*\d) ([A-Za-z]+(?:/[A-Za-z_]+)+)")
# What a text leaves out would be completed from these: they must not differ.
_COMPLETED_FROM = (datetime(2001, 1, 1), datetime(2004, 2, 2))


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
    time, why = parse_time(text)
    return time, _sentence(why) if why else ""


def parse_time(text: str) -> tuple[datetime | None, str]:
    """The time in UTC, or why there is none: a guess could make somebody late who was not.

    A time without a zone is taken for one in UTC, as nbgrader takes it. Never raises.
    """
    if len(text) > _MOST_BYTES:
        return None, _NO_DATE
    try:
        time = datetime.strptime(text.removesuffix(" UTC"), WRITTEN)
    except ValueError:
        try:
            # nbgrader's own reader takes -05:00, written apart, for no zone and a year for one.
            time = _only_reading(text)
        except _NotOneTimeError as error:
            return None, str(error)
        except Exception:  # dateutil raises whatever it stumbles over
            return None, _NO_DATE
    return (time, "") if time.year in _YEARS else (None, _NO_DATE)


class _NotOneTimeError(AutograderError):
    """The message says why."""


def _only_reading(text: str) -> datetime:
    text = re.sub(r"(?:UTC|GMT)(?=[+-]\d)", "", text)
    zone: tzinfo | None = None
    if found := _ZONE_OF_A_PLACE.fullmatch(text):
        text, zone = found[1], _zone(found[2], None)
    orders = [(False, False)]
    if not _YEAR_FIRST.search(text):
        orders += [(True, False), (False, True), (True, True)]
    first, *others = [
        parser.parse(text, default=default, dayfirst=day, yearfirst=year, tzinfos=_zone)
        for default in _COMPLETED_FROM
        for day, year in orders
    ]
    if first.date() != others[len(orders) - 1].date():
        raise _NotOneTimeError(_NO_DATE)
    if any(other.date() != first.date() for other in others):
        raise _NotOneTimeError(_AMBIGUOUS)
    if first.tzinfo is None:
        first = first.replace(tzinfo=zone)
    return first.replace(tzinfo=None) - (first.utcoffset() or timedelta())


def _zone(name: str | None, seconds: int | None) -> tzinfo | None:
    if seconds is not None:
        return tz.tzoffset(name, seconds)
    zone = tz.gettz(name) if name else None
    if name and zone is None:
        raise _NotOneTimeError(_UNKNOWN_ZONE)
    return zone


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
