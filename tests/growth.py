"""Whether something takes time that grows with its input and no faster."""

from __future__ import annotations

import math
from collections.abc import Callable

_ROUNDS = 6


def grows_no_faster(seconds: Callable[[int], float], size: int) -> bool:
    """Whether four times the size takes about four times as long; a square takes sixteen times.

    A machine may be slow for a while, in one look and not in the other: the quickest of several
    count. What takes no time at all has no ratio.

    Args:
        seconds: the processor time for a size.
    """
    small = large = math.inf
    for _ in range(_ROUNDS):
        small, large = min(small, seconds(size)), min(large, seconds(4 * size))
        if large < 9 * max(small, 0.02):
            return True
    return False
