"""A child that runs attacks in the place of a notebook, when the grader says which."""

from __future__ import annotations

import os
import socket

from .attacks import ATTACKS
from .attacks.registry import World
from .framing import ChannelClosedError, read_frame, write_frame

_LONGEST = 300
# How a wall shows: the system says no, or there is nothing there.
_REFUSALS = (OSError, MemoryError, ImportError, RuntimeError)


def serve(channel: socket.socket, closed: dict[str, object]) -> None:
    """Run the steps that are named until the grader hangs up. Never returns."""
    try:
        while True:
            request = read_frame(channel)[0]
            assert isinstance(request, dict)
            write_frame(
                channel, {**_run(request["attack"], request["step"], request["world"]), **closed}
            )
    except (ChannelClosedError, OSError):
        os._exit(0)


def _run(name: str, step: str, world: World) -> dict[str, str]:
    function = getattr(ATTACKS[name], step)
    try:
        return {"got": str(function(world) or "")[:_LONGEST], "refused": ""}
    except _REFUSALS as error:
        return {"got": "", "refused": f"{type(error).__name__}: {error}"[:_LONGEST]}
    except BaseException as error:
        said = f"the attack itself is broken: {type(error).__name__}: {error}"
        return {"got": said[:_LONGEST], "refused": ""}
