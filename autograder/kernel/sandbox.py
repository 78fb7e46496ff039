"""Run one submission in a child: its cells as Jupyter would, then the questions."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.answers import Answer, Failure
from autograder.kernel.asking import ChannelLost, ask
from autograder.kernel.cell_places import CellPlaces
from autograder.kernel.children import Children
from autograder.kernel.notebook_client import SubmissionClient
from autograder.lab import Questions
from autograder.run import Run


class Sandbox(Children):
    """Runs submissions; many threads may call `run` at once. Made by `open_sandbox`."""

    def run(
        self,
        notebook: NotebookNode,
        questions: Questions,
        beside: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Run:
        """Run the notebook's cells in a child of its own, ask the questions, end the child.

        Args:
            notebook: the student's; a copy of it is run.
            questions: what is asked when its cells have run.
            beside: the student's other files, which lie beside it; the lab's own files stay.

        Whatever the submission does, the result holds one answer for each question.
        """
        started = time.monotonic()
        run = _run_submission(self, notebook, questions, beside)
        return replace(run, seconds=time.monotonic() - started)


def _run_submission(
    sandbox: Children, notebook: NotebookNode, questions: Questions, beside: Mapping[str, bytes]
) -> Run:
    """Everything about one submission, in the calling thread."""
    notebook = _prepared(notebook)
    child = sandbox.new_child()
    child.beside = beside
    client = SubmissionClient(notebook, sandbox=sandbox, child=child)
    problem, answers = "", {}
    try:
        problem = _wait_for(_run_cells(client))
        if child.poll() is None:
            places = CellPlaces(notebook)
            try:
                for answer in ask(child, questions, sandbox.files, sandbox.limits, places):
                    answers[answer.question] = answer
            except ChannelLost as lost:
                problem = problem or str(lost)
    finally:
        sandbox.end_child(child)
    problem = child.reason or problem
    for question in questions.questions:
        if question.key not in answers:
            failure = Failure("not-asked", problem or "This question could not be asked.")
            answers[question.key] = Answer(question.key, failure=failure)
    return Run(notebook, answers, tuple(client.errors), problem, timed_out=child.late)


def _wait_for(cells: Coroutine[None, None, str]) -> str:
    """Run to the end in a thread of its own: the caller's may have an event loop already."""
    with ThreadPoolExecutor(1, thread_name_prefix="cells") as pool:
        return pool.submit(asyncio.run, cells).result()


async def _run_cells(client: SubmissionClient) -> str:
    """Run the cells one after the other; returns why that ended early, if it did."""
    async with client.kernel():
        for index, cell in enumerate(client.nb.cells):
            try:
                await client.async_execute_cell(cell, index)
            except DeadKernelError:
                return client.died_in(index)
            except CellTimeoutError:
                client.child.late = True
                client.child.kill()
                return f"The notebook was stopped: {client.describe(index)} ran too long."
            except Exception as error:
                # jupyter_client raises whatever a malformed message makes it stumble over.
                client.child.kill()
                name = type(error).__name__
                return f"In {client.describe(index)} the kernel sent a broken message ({name})."
            if client.child.reason:
                return client.child.reason
    return ""


def _prepared(notebook: NotebookNode) -> NotebookNode:
    """A copy without outputs, and without tags that tell a runner what to do with a cell."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    notebook.metadata.pop("widgets", None)
    return notebook
