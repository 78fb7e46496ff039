"""Memory that was given back serves the next notebook, instead of new pages from the system."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # glibc's malloc.h
_BYTES = 2**30


def keep_freed_memory() -> None:
    """Let the C library keep what it gets back; where it is not glibc, nothing happens.

    An autograded notebook weighs megabytes and is read, marked and written as one piece each time;
    for large classes, a third of the processor time in the system went into fresh pages.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _BYTES)
        mallopt(_M_TRIM_THRESHOLD, _BYTES)
