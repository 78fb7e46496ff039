"""Which submission is to blame when workers die.

A worker may die of a submission or of something else (a reboot, a job at the end of its time), and
others may have run beside it. So one death proves nothing. A submission that was under way on two
workers when they died is to blame if it had no neighbour there; otherwise it is run once more,
alone, and then there is no doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum

DEATHS = 2


class DeathDecision(Enum):
    AGAIN = "again"  # the scheduler runs it elsewhere
    ALONE = "alone"  # stop: it is tried alone when all others are done
    ASIDE = "aside"  # stop: it is set aside


class Deaths:
    """Keeps count of one class; not for several threads at once."""

    def __init__(self) -> None:
        self._under_way: dict[str, str] = {}  # submission -> the worker that has begun it
        self._died_under: dict[str, list[bool]] = defaultdict(list)  # had it neighbours there?

    def began(self, submission: str, worker: str) -> None:
        self._under_way[submission] = worker

    def left(self, submission: str, worker: str) -> None:
        """It no longer runs on `worker`, whose death is not its own from now on."""
        if self._under_way.get(submission) == worker:
            del self._under_way[submission]

    def ended(self, submission: str) -> None:
        """It is done, or given up: what is kept of it is forgotten."""
        self._under_way.pop(submission, None)
        self._died_under.pop(submission, None)

    def died(self, worker: str, alone: Iterable[str] = ()) -> dict[str, DeathDecision]:
        """A worker died; gives what is to become of each submission that was under way there.

        Args:
            alone: those that are being tried alone.
        """
        there = [name for name, where in self._under_way.items() if where == worker]
        decisions = {}
        for name in there:
            del self._under_way[name]
            self._died_under[name].append(len(there) > 1)
            decisions[name] = self._decision(self._died_under[name], name in alone)
        return decisions

    def _decision(self, neighbours: list[bool], alone: bool) -> DeathDecision:
        if alone:
            return DeathDecision.ASIDE
        if len(neighbours) < DEATHS:
            return DeathDecision.AGAIN
        return DeathDecision.ALONE if any(neighbours) else DeathDecision.ASIDE
