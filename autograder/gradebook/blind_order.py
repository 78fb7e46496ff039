"""Numbers in the place of names, for whoever marks by hand.

A number depends on the course's secret and on the student alone: it is the same for all TAs, and
stays when others hand in later. Sorted by it, a class is in an order that has nothing to do with
names, the same for all TAs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def blind_numbers(secret: bytes, lab: str, students: Iterable[str]) -> dict[str, str]:
    """Give each student a number such as `4839-2017`.

    Returns:
        Student -> number, in the order of the numbers.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for student in sorted(students):
        number, again = _number(secret, lab, student, 0), 0
        while number in taken:  # one class of a thousand in two hundred has such a pair
            again += 1
            number = _number(secret, lab, student, again)
        taken.add(number)
        found[student] = number
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _number(secret: bytes, lab: str, student: str, again: int) -> str:
    text = f"{lab}\n{student}\n{again}".encode("utf-8", "replace")
    digest = hmac.digest(secret, b"blind number\n" + text, hashlib.sha256)
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"
    return f"{digits[:4]}-{digits[4:]}"
