"""Execute a notebook's cells in a child, and say what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from autograder.cells import name_of
from autograder.kernel.calls import forgive, suspend
from autograder.kernel.cell_calls import called_functions
from autograder.kernel.cell_places import functions_in_traceback
from autograder.kernel.notebook_client import SubmissionClient
from autograder.run import CellError


@dataclass(frozen=True)
class Execution:
    """What became of the cells.

    Attributes:
        message: why they ended early, as a sentence; empty where they did not.
        fatal: the index of the cell that the child did not survive, if one.
        doubted: functions that did not come back in a cell.
    """

    message: str = ""
    fatal: int | None = None
    doubted: frozenset[str] = frozenset()


def execute_cells(
    client: SubmissionClient,
    functions: Collection[str],
    instead: Mapping[int, tuple[str, str]],
    doubted: Collection[str] = (),
    forgiving: Collection[str] | None = None,
) -> Execution:
    """Execute all cells, whatever they raise; the child is left alive where it can be asked.

    Args:
        functions: those that are asked later. One that does not come back in a cell is not
            waited for in another.
        instead: by index, what to execute in place of a cell that was fatal before, and why.
        doubted: those of which this is known already.
        forgiving: everyday slips in cells are forgiven, and that these packages are missing.
    """
    # In a thread of its own: the caller's may have an event loop already.
    with ThreadPoolExecutor(1, thread_name_prefix="cells") as pool:
        work = _execute(client, functions, instead, doubted, forgiving)
        return pool.submit(asyncio.run, work).result()


async def _execute(
    client: SubmissionClient,
    functions: Collection[str],
    instead: Mapping[int, tuple[str, str]],
    doubted_before: Collection[str],
    forgiving: Collection[str] | None,
) -> Execution:
    doubted = set(doubted_before)
    client.functions = functions
    async with client.kernel():
        if forgiving is not None:
            forgive(client.child, forgiving)
        if doubted:
            suspend(client.child, doubted)
        for index, cell in enumerate(client.nb.cells):
            message = ""
            try:
                if index in instead:
                    await _execute_instead(client, index, *instead[index])
                else:
                    await client.async_execute_cell(cell, index)
            except DeadKernelError:
                message = client.died_in(index)
            except CellTimeoutError:
                client.child.timed_out = True
                client.child.kill()
                message = f"The time ran out in {client.describe(index)}."
            except Exception as error:
                # jupyter_client raises whatever a malformed message makes it stumble over.
                client.child.kill()
                name = type(error).__name__
                message = f"In {client.describe(index)} the kernel sent a broken message ({name})."
            message = message or client.child.message
            if message:
                doubted |= called_functions(client.nb.cells, cell, functions)
                return Execution(message, index, frozenset(doubted))
            if client.timed_out_in == index:
                new = set(functions_in_traceback(cell.outputs)) & set(functions)
                new = new or called_functions(client.nb.cells, cell, functions)
                doubted |= new
                suspend(client.child, new)
            if client.ended_by == index:
                return Execution(_ended(client, index), None, frozenset(doubted))
    return Execution(doubted=frozenset(doubted))


async def _execute_instead(client: SubmissionClient, index: int, source: str, why: str) -> None:
    cell = client.nb.cells[index]
    own, cell.source = cell.source, source
    try:
        await client.async_execute_cell(cell, index)
    finally:
        cell.source = own
    cell.outputs = [new_output("error", ename="CellStopped", evalue=why, traceback=[why])]
    client.errors.append(CellError(name_of(cell), index, "CellStopped", why))


def _ended(client: SubmissionClient, index: int) -> str:
    left = any(
        cell.cell_type == "code" and cell.source.strip() for cell in client.nb.cells[index + 1 :]
    )
    rest = "the cells below it were not run" if left else "everything above it counts"
    return f"The notebook ended itself in {client.describe(index)}, by `exit` or `quit`: {rest}."
