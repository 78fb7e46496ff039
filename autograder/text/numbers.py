"""A number as people write it into a cell."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_LONGEST = 40  # characters; spreadsheets write 15 digits


def read_number(text: str) -> float | None:
    """Digits with a point or a comma, such as 1,5; None for all else.

    Python's own reading also takes `0_1`, `nan` and the digits of every script.
    """
    text = text.strip()
    if len(text) > _LONGEST or _NUMBER.fullmatch(text) is None:
        return None
    value = float(text.replace(",", "."))
    return value if math.isfinite(value) else None
