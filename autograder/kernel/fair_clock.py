"""Time as a child had it: what it spent waiting for a processor is not counted.

An honest student on a busy machine gets a processor half of the time and takes twice as long. The
system keeps, for each process, how long it ran and how long it was ready to run but did not
(Linux: /proc/PID/schedstat); limits on time count the wall time less the latter: the child's own
processor time, and the time in which it slept or waited for something else. Other systems do not
tell; there it is plain wall time.

A second run alone (`grading.grade_class`) is left for where this clock cannot tell. Neither would
do by itself: the clock is blind outside of Linux, and a second run of each endless loop doubles
what it costs the class.
"""

from __future__ import annotations

import time
from pathlib import Path

# However busy the machine is (or a submission makes it), one second counts after four.
SLOWEST = 4


class FairClock:
    """Counts from when it was made."""

    def __init__(self, supervisor: int = 0) -> None:
        self._started = time.monotonic()
        self._supervisor = supervisor
        self._process = 0
        self._waited: dict[int, float] = {}  # by process, as it was when last looked at

    def now(self) -> float:
        """Seconds that count."""
        wall = time.monotonic() - self._started
        return max(wall - self._waited_for_processor(), wall / SLOWEST)

    def may_be_unfair(self) -> bool:
        """Whether the machine, not the submission, may be why a time ran out.

        Where the system does not tell who waited for a processor, or so many wait that seconds
        count in which the child had none.
        """
        wall = time.monotonic() - self._started
        waited = self._waited_for_processor()
        return not self._waited or wall - waited < wall / SLOWEST

    def _waited_for_processor(self) -> float:
        """Of the child's first thread, in which Jupyter runs cells, and of the copies of it."""
        try:
            if not self._process:
                self._process = _children(self._supervisor)[0]
            for process in (self._process, *_children(self._process)):
                _, waited, _ = Path(f"/proc/{process}/schedstat").read_text().split()
                self._waited[process] = int(waited) / 1e9
        except (OSError, ValueError, IndexError):
            pass  # it has ended, or the system does not tell: what was known stays
        return sum(self._waited.values())


def _children(process: int) -> list[int]:
    return [
        int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]
