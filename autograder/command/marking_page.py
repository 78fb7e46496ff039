"""`camlab marks`: serves the marking page until Ctrl-C."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Sequence

import uvicorn
from rich.console import Console

from autograder.course import Course
from autograder.errors import CamlabError
from autograder.marking.marking_server import marking_app, tokens_for
from autograder.text.plain_text import plain

HOST = "127.0.0.1"


def serve_marking(course: Course, tas: Sequence[str], port: int, console: Console) -> None:
    """Print an address for each TA and serve their pages, on this machine alone.

    Args:
        course: a course that was graded.
        tas: who marks; nobody named: whoever is logged in.
        port: 0 for any that is free.

    Raises:
        CamlabError: nothing was graded yet, a name stands twice, or the port is taken.
    """
    names = [name.strip() for name in tas] or [getpass.getuser()]
    if len(set(names)) < len(names) or not all(names):
        raise CamlabError("Give each TA a name of their own: --ta ann --ta bob.")
    tokens = tokens_for(names)
    app = marking_app(course, tokens)
    # No log of requests: an address holds its token.
    config = uvicorn.Config(
        app, host=HOST, port=port, log_level="warning", access_log=False, lifespan="off"
    )
    try:
        listening = config.bind_socket()
    except SystemExit:
        raise CamlabError(f"Port {port} is taken. Give another, or none: camlab marks.") from None
    # asyncio sends at once only on sockets that it opened itself; else each answer waits for 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for token, name in tokens.items():
        address = f"http://{HOST}:{listening.getsockname()[1]}/{token}/"
        console.print(
            f"{plain(name, 60)}: {address}", markup=False, highlight=False, soft_wrap=True
        )
    console.print(
        "Each mark is in the gradebook as soon as it is ticked. Whoever has an address can mark: "
        "keep it. Ctrl-C ends; then: camlab report",
        highlight=False,
    )
    uvicorn.Server(config).run(sockets=[listening])
