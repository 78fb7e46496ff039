"""Who is being waited for, and how long it may still take."""

from __future__ import annotations

import threading
import time

from rich.progress import ProgressColumn, Task
from rich.text import Text

from autograder.results import SubmissionResult
from autograder.text.plain_text import plain

SHOWN_AFTER = 5.0  # seconds; before, everybody comes and goes


class UnderWay:
    """Submissions that were begun and are not finished; told by many threads."""

    def __init__(self, width: int) -> None:
        self._width = max(width, 1)
        self._since: dict[str, float] = {}
        self._seconds: list[float] = []
        self._lock = threading.Lock()

    def began(self, student: str) -> None:
        with self._lock:
            self._since[student] = time.monotonic()

    def ended(self, result: SubmissionResult) -> None:
        with self._lock:
            began = self._since.pop(result.student, None)
            if began is not None:
                self._seconds.append(time.monotonic() - began)

    def longest(self) -> tuple[str, float]:
        """The student who takes longest, and for how many seconds so far; "" when nobody is."""
        with self._lock:
            if not self._since:
                return "", 0.0
            student = min(self._since, key=lambda name: self._since[name])
            return student, time.monotonic() - self._since[student]

    def seconds_left(self, remaining: int) -> float | None:
        """An estimate; None while too little is known, or only slow ones are left."""
        with self._lock:
            if len(self._seconds) < 2 or remaining <= len(self._since):
                return None
            recent = self._seconds[-50:]
            return remaining * sum(recent) / len(recent) / self._width


class WaitingColumn(ProgressColumn):
    """`waiting for eve, 35 s`."""

    def __init__(self, under_way: UnderWay) -> None:
        super().__init__()
        self._under_way = under_way

    def render(self, task: Task) -> Text:
        student, seconds = self._under_way.longest()
        if not student or seconds < SHOWN_AFTER:
            return Text("")
        return Text(f"waiting for {plain(student, 24)}, {seconds:.0f} s")


class LeftColumn(ProgressColumn):
    """`about 12 min left`; nothing where nobody can tell."""

    def __init__(self, under_way: UnderWay) -> None:
        super().__init__()
        self._under_way = under_way

    def render(self, task: Task) -> Text:
        left = self._under_way.seconds_left(int(task.remaining or 0))
        if left is None:
            return Text("")
        return Text(f"about {left / 60:.0f} min left" if left >= 90 else f"about {left:.0f} s left")
