"""One row of the benchmark's table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, as text."""

    part: str
    what: str
    value: str
    beside: str = ""  # what it is compared with
    ratio: str = ""
