"""Attack a sandbox as a hostile submission would, and say what was stopped."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.kernel.backends import BACKENDS
from autograder.kernel.child_process import ChildProcess
from autograder.kernel.children import Children
from autograder.kernel.guest.attacks import ATTACKS, Attack
from autograder.kernel.guest.framing import ChannelClosedError, FrameError, read_frame, write_frame
from autograder.kernel.world import World, open_world
from autograder.lab import Preloaded
from autograder.limits import Limits

# Small, so that an attack on them is over soon; nothing of a lab is loaded here.
LIMITS = Limits(
    cell_seconds=10.0,
    submission_seconds=15.0,
    cpu_seconds=20.0,
    memory=320 * 2**20,
    scratch=8 * 2**20,
    processes=40,
    open_files=256,
)
_ANSWER_SECONDS = 15.0
_LARGEST_ANSWER = 2**16


@dataclass(frozen=True)
class Trial:
    """What became of one attack.

    Attributes:
        got: what it got or harmed; empty: it was stopped.
        refused: how, as far as it could tell: an error, or its death.
        gap: why this kind of sandbox does not stop it, where that is known and borne.
    """

    attack: Attack
    got: str
    refused: str
    gap: str = ""

    @property
    def stopped(self) -> bool:
        return not self.got


class AttackedSandbox(Children):
    """A sandbox whose children attack. Made by `open_attacked`."""

    world: World

    def run(self, attack: Attack) -> Trial:
        """One attack, in a child of its own; a second child is its partner."""
        children: list[ChildProcess] = []
        got = refused = ""
        try:
            partner = None
            if attack.partner is not None:
                partner = self._child(children)
                self._ask(partner, attack, "partner")
            got, refused = self._ask(self._child(children), attack, "run")
            if attack.heard is not None and partner is not None:
                heard, _ = self._ask(partner, attack, "heard")
                got = got or heard
        finally:
            for child in children:
                refused = child.message or refused if child is children[-1] else refused
                self.end_child(child)
        damage = self.world.damage()
        got = "; ".join(filter(None, (got, damage)))
        return Trial(attack, got, refused, attack.gaps.get(self.kind, "") if got else "")

    def _child(self, children: list[ChildProcess]) -> ChildProcess:
        child = self.new_child()
        children.append(child)
        self.start_child(child, "", {})
        return child

    def _ask(self, child: ChildProcess, attack: Attack, step: str) -> tuple[str, str]:
        request = {
            "attack": attack.name,
            "step": step,
            "world": self.world.facts_for(self.server_pid),
        }
        deadline = time.monotonic() + _ANSWER_SECONDS
        try:
            write_frame(child.channel, request)
            answer, _ = read_frame(child.channel, _LARGEST_ANSWER, deadline)
        except (TimeoutError, ChannelClosedError, FrameError, OSError) as error:
            status = child.wait(1.0)
            return "", child.message or f"it died ({status})" if status else type(error).__name__
        if not isinstance(answer, dict):
            return "", "its answer is none"
        return str(answer.get("got", "")), str(answer.get("refused", ""))


@contextmanager
def open_attacked(
    kind: str, runtime: Path, course: Path | None = None
) -> Iterator[AttackedSandbox]:
    """A sandbox of that kind that loads nothing, and a world around it.

    Args:
        runtime: an empty folder of this process, mode 0700.
        course: a real course folder that may not be listed.

    Raises:
        CamlabError: it does not start.
    """
    nothing = np.zeros((0, 3, 8, 8), np.float32)
    backend = BACKENDS[kind](Preloaded(), nothing, None, runtime, attacks=True)
    with open_world(LIMITS, course) as world:
        sandbox = AttackedSandbox({}, backend, LIMITS, runtime)
        sandbox.world = world
        try:
            sandbox.wait_until_ready()
            yield sandbox
        finally:
            sandbox.close()


def try_attacks(
    sandbox: AttackedSandbox, attacks: Iterable[Attack] = tuple(ATTACKS.values())
) -> Iterator[Trial]:
    """Each of them, one after the other.

    Raises:
        CamlabError: a child could not be started.
    """
    for attack in attacks:
        yield sandbox.run(attack)


QUICK = tuple(attack for attack in ATTACKS.values() if attack.quick)
