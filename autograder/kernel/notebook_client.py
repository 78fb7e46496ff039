"""nbclient, told how far to trust a submission's kernel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from queue import Empty
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode

from autograder.cells import grade_id, is_given, name_of
from autograder.errors import CamlabError
from autograder.kernel.cell_calls import called_functions
from autograder.kernel.cell_places import place_in_traceback
from autograder.kernel.child_process import ChildProcess, describe_end
from autograder.kernel.printed import Printed
from autograder.kernel.provisioner import SandboxProvisioner
from autograder.kernel.wire import MalformedAnswerError, clean_text
from autograder.run import CellError
from autograder.text.plain_text import plain

if TYPE_CHECKING:
    from autograder.kernel.children import Children

_TIMED_OUT = "CellTimeout"
# Counted for each message, whatever it holds; a piece of text is joined with the one before it.
_MESSAGE_WEIGHT = 200
_PIECE_WEIGHT = 20
_QUEUED = 16  # messages that wait here to be read; the others wait in the child's own memory
_SILENCE_SECONDS = 4.0  # after a cell's reply, without a word of what it printed
_START_SECONDS = 60.0


class SubmissionClient(NotebookClient):
    """Runs the cells of one notebook in `child`; all of them, whatever they raise.

    Attributes:
        errors: what cells raised, in the order in which they ran.
        ended_by: the index of the cell that called `exit()`; None where none did.
        timed_out_in: the index of the cell that was interrupted last, for its time.
        functions: those that are asked later; a given cell that calls one has less time.
    """

    # nbclient lets both be None; here there is a manager always, and a client while cells run.
    km: AsyncKernelManager
    kc: AsyncKernelClient

    def __init__(self, notebook: NotebookNode, sandbox: Children, child: ChildProcess) -> None:
        self.sandbox = sandbox
        self.child = child
        self.errors: list[CellError] = []
        self.ended_by: int | None = None
        self.timed_out_in: int | None = None
        self.functions: Collection[str] = ()
        self.output_left = sandbox.limits.output
        self._printed = Printed()
        self._displays: dict[str, list[NotebookNode]] = {}  # outputs that may be updated
        self._replied = False  # the kernel has said that the cell is done
        self._until_dead: asyncio.Task[None] | None = None  # of a cell that ran out of time
        super().__init__(
            notebook,
            km=_kernel_manager(sandbox, child),
            allow_errors=True,
            interrupt_on_timeout=True,
            raise_on_iopub_timeout=True,
            iopub_timeout=10**6,  # `_async_poll_output_msg` knows when the kernel is silent
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=False,  # `Printed` does it
            skip_cells_with_tag="",
            on_cell_error=self._note_error,
            on_cell_executed=self._note_end,
        )

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator[None]:
        """The child started, its channels open; closed again on leaving, the child left alive."""
        self.ended = asyncio.Event()
        await self.km.start_kernel()
        loop = asyncio.get_running_loop()
        loop.add_reader(self.child.lifeline, self._hear_supervisor)
        self.kc = self.km.client()
        self.kc.allow_stdin = False
        try:
            self.kc.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
            await self._welcome()
            self._count_fairly(self.kc.shell_channel)
            yield
        finally:
            loop.remove_reader(self.child.lifeline)
            self.kc.stop_channels()
            self.km._close_control_socket()
            self.km.context.destroy(linger=0)

    async def _welcome(self) -> None:
        """Wait for the kernel's first word on iopub: from then on no output is lost."""
        while True:
            message = asyncio.ensure_future(self.kc.iopub_channel.get_msg(timeout=_START_SECONDS))
            end = asyncio.ensure_future(self.ended.wait())
            await asyncio.wait({message, end}, return_when=asyncio.FIRST_COMPLETED)
            end.cancel()
            if not message.done():
                message.cancel()
                raise CamlabError(
                    "A sandbox could not be started. Its log ends: "
                    f"{self.sandbox.log_tail()}\nRun `camlab doctor` to see what is missing."
                )
            if message.result()["msg_type"] == "iopub_welcome":
                return

    def _hear_supervisor(self) -> None:
        if self.child.poll() is not None:
            asyncio.get_running_loop().remove_reader(self.child.lifeline)
            self.ended.set()

    async def _async_poll_kernel_alive(self) -> None:
        """Told by the supervisor instead of asking every second."""
        await self.ended.wait()
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()

    def _count_fairly(self, channel: Any) -> None:
        """Let the limit on a cell count the child's time, not the wall's."""
        wait, clock = channel.get_msg, self.child.clock

        async def get_msg(timeout: float | None = None) -> dict[str, Any]:
            until = clock.now() + (timeout or 0.0)
            left = timeout
            while True:
                try:
                    message = await wait(timeout=left)
                    self._replied = True
                    return message
                except Empty:
                    if left is None or (left := until - clock.now()) <= 0:
                        raise

        channel.get_msg = get_msg

    async def _async_handle_timeout(self, timeout: int, cell: NotebookNode | None = None) -> Any:
        self.child.timed_out = True
        self._replied = True  # in the kernel's place: it has some seconds to stop
        self.error_on_timeout = {
            "ename": _TIMED_OUT,
            "evalue": f"This cell was stopped: it took longer than {timeout:g} s.",
            "traceback": [],
        }
        # nbclient no longer listens for the kernel's end, which may be near: a flood that cannot
        # be interrupted is killed.
        self._until_dead = asyncio.ensure_future(self._async_poll_kernel_alive())
        return await super()._async_handle_timeout(timeout, cell)

    def _get_timeout(self, cell: NotebookNode | None) -> float:  # type: ignore[override] # half seconds too
        limits = self.sandbox.limits
        if cell is None or not is_given(cell):
            return limits.cell_seconds
        if not called_functions(self.nb.cells, cell, self.functions):
            return limits.cell_seconds
        return min(limits.cell_seconds, limits.given_cell_seconds)

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any
    ) -> NotebookNode:
        """One cell; whatever becomes of it, what it printed until then is kept."""
        self._replied = False
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            if self._until_dead is not None:
                self._until_dead.cancel()
            if cell.cell_type == "code":
                cell.outputs = self._printed.finish(cell.outputs)

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        """Read what the cell shows until it is idle.

        A reader with thousands of messages before it is slow, not the kernel silent: as long as
        messages come, they are read.
        """
        quiet_since = self.child.clock.now()
        while True:
            try:
                message = await self.kc.iopub_channel.get_msg(timeout=_SILENCE_SECONDS)
            except Empty:
                if self._replied and self.child.clock.now() - quiet_since >= _SILENCE_SECONDS:
                    raise
                continue
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return
            elif not self._spend(_MESSAGE_WEIGHT, cell, cell_index):
                return
            quiet_since = self.child.clock.now()

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Keep what a notebook may hold and only so much of it; the kernel is not trusted."""
        if not isinstance(msg.get("content"), dict):
            return None
        kind = msg["msg_type"]
        if kind == "status":
            self._spend(_PIECE_WEIGHT, cell, cell_index)
            return super().process_message(msg, cell, cell_index)
        content = _plain_content(kind, msg["content"])
        weight = _PIECE_WEIGHT if kind == "stream" else _MESSAGE_WEIGHT
        if not self._spend(weight + _weight(content), cell, cell_index) or content is None:
            return None
        if kind == "stream":
            self._clear_if_waiting(cell)
            self._printed.add(cell.outputs, content["name"], content["text"])
            return None
        return super().process_message({**msg, "content": content}, cell, cell_index)

    def _spend(self, weight: int, cell: NotebookNode, cell_index: int) -> bool:
        """Count what a message weighs; False once all cells together have shown too much."""
        left, self.output_left = self.output_left, self.output_left - weight
        if self.output_left >= 0:
            return True
        if left >= 0:
            self.child.interrupt()
            megabytes = self.sandbox.limits.output / 2**20
            text = f"All cells together printed more than {megabytes:g} MB; the rest is left out."
            self.errors.append(CellError(name_of(cell), cell_index, "TooMuchOutput", text))
        elif self.output_left < -4 * self.sandbox.limits.output:
            self.child.kill_because("It printed without end and could not be interrupted.")
        return False

    def _clear_if_waiting(self, cell: NotebookNode) -> None:
        if self.clear_before_next_output:
            cell.outputs[:] = []
            self._printed.forget()
            self.clear_before_next_output = False

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        self._clear_if_waiting(self.nb.cells[cell_index])
        # nbclient would remember the output's place in the list, which is not its place for ever.
        output = super().output(outs, msg, None, cell_index)
        if display_id and output is not None:
            self._displays.setdefault(display_id, []).append(output)
        return output

    def clear_output(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self._printed.forget()

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Each output that an update changes is counted as if it were shown anew."""
        for output in self._displays.get(display_id, ()):
            self.output_left -= _MESSAGE_WEIGHT + _weight(msg["content"])
            if self.output_left < 0:
                return
            output["data"] = NotebookNode(msg["content"]["data"])
            output["metadata"] = NotebookNode()

    def handle_comm_msg(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """Widgets have nobody to talk to here."""

    def _note_error(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]
    ) -> None:
        content = execute_reply["content"]
        traceback = content.get("traceback")
        lines = [line for line in traceback if isinstance(line, str)] if traceback else []
        name = _text(content.get("ename"), 200) or "Error"
        if name == _TIMED_OUT:
            self.timed_out_in = cell_index
        place = place_in_traceback(cell, cell.get("execution_count"), lines[-50:])
        self.errors.append(
            CellError(
                name_of(cell),
                cell_index,
                name,
                _text(content.get("evalue"), 2_000),
                place.line,
                place.source,
            )
        )

    def _note_end(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        payload = execute_reply["content"].get("payload")
        entries = payload if isinstance(payload, list) else []
        if any(isinstance(one, dict) and one.get("source") == "ask_exit" for one in entries):
            self.ended_by = cell_index

    def describe(self, index: int) -> str:
        """Which cell, for people: by its grade id, else by how it begins, for it is theirs."""
        cell = self.nb.cells[index]
        if name := grade_id(cell):
            return f"cell {index + 1} (`{name}`)"
        first = next(filter(str.strip, cell.source[:2_000].splitlines()), "")
        return f"cell {index + 1} (“{plain(first.strip(), 50)}”)"

    def died_in(self, index: int) -> str:
        """Why the kernel is dead, as far as its exit status tells."""
        how = describe_end(self.child.wait(1.0))
        return self.child.message or f"The kernel died in {self.describe(index)}: {how}."


def _kernel_manager(sandbox: Children, child: ChildProcess) -> AsyncKernelManager:
    """A manager whose kernel is `child`, whatever the notebook's metadata asks for."""
    context = zmq.asyncio.Context()
    # One message may not weigh more than all outputs together; libzmq then hangs up.
    context.maxmsgsize = sandbox.limits.output + 2**20
    context.rcvhwm = _QUEUED
    manager = AsyncKernelManager(context=context, kernel_name="python3")
    manager._kernel_spec = KernelSpec(argv=[], language="python", display_name="Camlab")
    manager.provisioner = SandboxProvisioner(
        kernel_spec=manager._kernel_spec, kernel_id="camlab", parent=manager
    )
    manager.provisioner.sandbox = sandbox
    manager.provisioner.next_child = child
    return manager


def _plain_content(kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """The parts of an output message that a notebook may hold, as plain text; None for others."""
    try:
        match kind:
            case "stream":
                name = content.get("name")
                if name not in ("stdout", "stderr"):
                    return None
                return {"name": name, "text": clean_text(content.get("text"), 2**24)}
            case "error":
                lines = content.get("traceback")
                lines = lines[:200] if isinstance(lines, list) else []
                return {
                    "ename": clean_text(content.get("ename"), 200),
                    "evalue": clean_text(content.get("evalue"), 20_000),
                    "traceback": [clean_text(line) for line in lines],
                }
            case "display_data" | "execute_result" | "update_display_data":
                data = content.get("data")
                data = data if isinstance(data, dict) else {}
                plain: dict[str, Any] = {"data": {}, "metadata": {}}
                for mime, value in list(data.items())[:20]:
                    if isinstance(value, str):
                        plain["data"][clean_text(mime, 100)] = clean_text(value, 2**24)
                transient = content.get("transient")
                identity = transient.get("display_id") if isinstance(transient, dict) else None
                if isinstance(identity, str):
                    plain["transient"] = {"display_id": identity[:100]}
                if type(content.get("execution_count")) is int:
                    plain["execution_count"] = content["execution_count"]
                return plain
            case "clear_output":
                return {"wait": bool(content.get("wait"))}
            case "execute_input":
                count = content.get("execution_count")
                return {"execution_count": count} if type(count) is int else {}
    except MalformedAnswerError:
        return None
    return None


def _weight(content: object) -> int:
    """About how many bytes `content` takes in a file."""
    if isinstance(content, dict):
        return sum(len(key) + _weight(value) for key, value in content.items())
    if isinstance(content, list):
        return sum(map(_weight, content))
    return len(content) if isinstance(content, str) else 8


def _text(value: object, longest: int) -> str:
    return clean_text(value, longest) if isinstance(value, str) else ""
