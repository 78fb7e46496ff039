"""Jupyter's own hook: a kernel that runs in Camlab's sandbox.

`Sandbox.run` hands it a child; `autograder.nbgrader.kernel_provisioner` has one sandbox for a
process.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

if TYPE_CHECKING:
    from autograder.kernel.child_process import ChildProcess
    from autograder.kernel.children import Children


class SandboxProvisioner(KernelProvisionerBase):
    """Launches kernels as children of a warm, sandboxed process; over ipc sockets."""

    sandbox: Children | None = None
    child: ChildProcess | None = None
    next_child: ChildProcess | None = None  # made by the caller, who also ends it

    def default_sandbox(self) -> Children:
        """The sandbox of a kernel that was given none."""
        raise NotImplementedError

    @property
    def has_process(self) -> bool:
        return self.child is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets: an absolute address that no other kernel has."""
        if self.sandbox is None:
            self.sandbox = await asyncio.to_thread(self.default_sandbox)
        if self.next_child is not None:
            self.child = self.next_child
            self.files = {**self.child.beside, **self.sandbox.files}
        else:
            self.child = self.sandbox.new_child()
            self.files = self.sandbox.files_of(kwargs.get("cwd") or os.getcwd())
        self.next_child = None
        manager: Any = self.parent
        manager.transport = "ipc"
        manager.ip = self.child.address
        manager.connection_file = str(self.child.folder / "connection.json")
        for port, channel in enumerate(("shell", "iopub", "stdin", "control", "hb"), start=1):
            setattr(manager, f"{channel}_port", port)
        self.connection_info = manager.get_connection_info()
        # The child has an environment of its own. Copying ours would fail at random: pytest, in the
        # graders' thread, notes there which test it is at.
        kwargs = await super().pre_launch(**{**kwargs, "env": {}})
        return {**kwargs, "cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        assert self.parent is not None and self.sandbox is not None and self.child is not None
        key = self.parent.session.key.decode()
        await asyncio.to_thread(self.sandbox.start_child, self.child, key, self.files)
        return self.connection_info

    async def poll(self) -> int | None:
        return 0 if self.child is None else self.child.poll()

    async def wait(self) -> int | None:
        if self.child is None:
            return 0
        while (status := self.child.poll()) is None:
            await asyncio.to_thread(self.child.wait, 1.0)
        return status

    async def send_signal(self, signum: int) -> None:
        if self.child is None:
            return
        if signum == signal.SIGINT:
            self.child.interrupt()
        elif signum:
            self.child.kill()

    async def kill(self, restart: bool = False) -> None:
        if self.child is not None:
            self.child.kill()

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        if self.child is not None and self.sandbox is not None:
            child, self.child = self.child, None
            await asyncio.to_thread(self.sandbox.end_child, child)

    def get_shutdown_wait_time(self, recommended: float = 5.0) -> float:
        """A student's kernel has nothing to save: it is not asked to leave, it is ended."""
        return 0.02
