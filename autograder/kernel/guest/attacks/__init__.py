"""Attacks on the walls: what a hostile cell would try, one function each.

`camlab doctor`, the choice of a sandbox and the tests run the same ones.
"""

from . import file_system, network, privileges, processes, resources, talking
from .registry import ATTACKS, Attack

__all__ = [
    "ATTACKS",
    "Attack",
    "file_system",
    "network",
    "privileges",
    "processes",
    "resources",
    "talking",
]
