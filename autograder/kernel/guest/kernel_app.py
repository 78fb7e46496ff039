"""ipykernel's own kernel, listening on sockets that the grader opened and passed down.

The grader listens before the child exists, so a client can connect at once and no file is made
in a place that both sides can write to. libzmq takes such sockets by its option ZMQ_USE_FD.
"""

from __future__ import annotations

import os
import pdb
import socket
import sys
from typing import Any

import zmq
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import debugger
from tornado.ioloop import IOLoop
from traitlets.config import Config

from .accelerations import drawing
from .call_server import CallServer

# The order in which the grader passes its listening sockets.
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


class SandboxKernelApp(IPKernelApp):
    """A kernel without a connection file, profile folder, history or parent to poll."""

    listeners: dict[int, int]  # "port" -> file descriptor

    def init_pdb(self) -> None:
        """Nobody answers a debugger's prompt here: what was left of one in a function is passed."""
        super().init_pdb()  # type: ignore[no-untyped-call] # ipykernel's
        os.environ["PYTHONBREAKPOINT"] = "0"
        for module in (pdb, debugger):
            vars(module)["set_trace"] = lambda *args, **named: None

    def init_connection_file(self) -> None:
        pass

    def write_connection_file(self, **kwargs: Any) -> None:
        pass

    def cleanup_connection_file(self) -> None:
        pass

    def _try_bind_socket(self, s: zmq.Socket[Any], port: int) -> int:
        s.setsockopt(zmq.USE_FD, self.listeners[port])
        s.bind(f"ipc:///camlab-{port}")  # a name only: the socket listens already
        return port

    def init_iopub(self, context: zmq.Context[Any]) -> None:
        # By default the thousand-and-first message that waits for a slow reader is dropped, and the
        # word that a cell is done may be that one. Here they wait, in this process's own memory.
        context.sndhwm = 0
        super().init_iopub(context)  # type: ignore[no-untyped-call] # ipykernel's

    def init_control(self, context: zmq.Context[Any]) -> None:
        super().init_control(context)  # type: ignore[no-untyped-call] # ipykernel's
        # The debugger's connection to this kernel itself: nobody debugs here, and the name of
        # the socket leads nowhere, so libzmq would try again for ever.
        self.debug_shell_socket.close(linger=0)
        self.debug_shell_socket = context.socket(zmq.DEALER)

    def init_heartbeat(self) -> None:
        address = ("ipc", "", self.hb_port)
        self.heartbeat = _Heartbeat(  # type: ignore[no-untyped-call] # ipykernel's
            zmq.Context(), address
        )
        self.heartbeat.listener = self.listeners[self.hb_port]
        self.heartbeat.start()


class _Heartbeat(Heartbeat):
    listener: int

    def _try_bind_socket(self) -> None:
        self.socket.setsockopt(zmq.USE_FD, self.listener)
        self.socket.bind("ipc:///camlab-heartbeat")


def _ask_exit(shell: ZMQInteractiveShell) -> None:
    """`exit()` ends the notebook; the kernel stays, for its functions are still to be asked.

    The grader reads this in the cell's reply. In a plain kernel the process would end a tenth of a
    second later, in the middle of whatever comes next.
    """
    assert shell.payload_manager is not None
    shell.payload_manager.write_payload({"source": "ask_exit", "keepkernel": True})


def _silence(app: SandboxKernelApp) -> None:
    """In a copy of the process: its threads are gone, and the sockets are the kernel's."""
    app.iopub_thread.send_multipart = lambda *_, **__: None


def make_kernel(
    key: str, listeners: list[int], channel: socket.socket, work: str, accelerate: bool
) -> SandboxKernelApp:
    """A kernel ready to start, with the call server on its event loop."""
    config = Config()
    config.IPKernelApp.transport = "ipc"
    config.HistoryManager.enabled = False
    config.IPKernelApp.log_level = 50
    # A pause after each cell, so that outputs overtake the reply; nbclient waits for both.
    config.IPythonKernel._execute_sleep = 0.0
    if accelerate:
        drawing.configure(config)
    ZMQInteractiveShell.ask_exit = _ask_exit  # type: ignore[method-assign] # IPython's own way
    app = SandboxKernelApp.instance(config=config)
    app.listeners = dict(enumerate(listeners, start=1))
    for port, name in enumerate(CHANNELS, start=1):
        setattr(app, f"{name}_port", port)
    app.session.key = key.encode()
    app.initialize([])  # type: ignore[no-untyped-call] # ipykernel's
    assert app.shell is not None
    server = CallServer(channel, app.shell, work, lambda: _silence(app))
    loop = IOLoop.current()
    loop.add_handler(channel.fileno(), lambda *_: server.serve(), loop.READ)
    os.chdir(work)
    # As in Jupyter: what lies beside the notebook can be imported. IPython adds it, except where
    # Python was told (-P) to import nothing from the folder in which the fork server began.
    sys.path.insert(0, "")
    return app
