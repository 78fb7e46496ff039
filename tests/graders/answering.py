"""Answers of a solution as a sandbox would ship them, computed in this process."""

from __future__ import annotations

import copy
import functools
import io
import json
import random
import re
import sys
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import torch
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.answers import Answer, Failure
from autograder.kernel.guest.accelerations import activation_cache
from autograder.kernel.guest.encoding import encode
from autograder.kernel.guest.lenient import call
from autograder.kernel.guest.lenient import lenient as forgiving
from autograder.kernel.mending import may_be_mended, mended_notebook, released_parameters
from autograder.kernel.wire import decode
from autograder.lab import Global, Lab, Picture, Question, Questions, Tensor
from autograder.labs.lab09.trusted_networks import networks
from autograder.limits import Limits
from autograder.run import CellError

CELLS = ("imports", "files", "labels", "process_input", "helpers_pictures")  # run once
# What other tasks left behind, and the two networks; the solution's own task comes last.
SOLVED = ("get_resnet_features", "fc_weight", "compute_cam", "get_vgg_features")
CELL = re.compile(r"^# %% ?(?P<place>\S*).*\n", re.MULTILINE)


@dataclass(frozen=True)
class Classroom:
    """The notebook's globals, and the questions of one class."""

    lab: Lab
    questions: Questions
    given: dict[str, object]
    solved: Mapping[str, str]
    parameters: Mapping[str, Sequence[str]]  # of the functions that are handed out
    shared: dict[str, torch.Tensor] = field(default_factory=dict)  # given to several questions

    @classmethod
    def open(cls, lab: Lab, questions: Questions, notebook: Path) -> Classroom:
        """The current folder has to be one with the lab's files."""
        cells = {
            cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"])
            for cell in json.loads(notebook.read_text("utf-8"))["cells"]
        }
        given: dict[str, object] = {"__name__": "__main__"}
        for name in CELLS:
            exec(compile(cells[name], name, "exec"), given)
        prepared = functools.cache(given["process_input"])  # 400 solutions, three pictures
        given["process_input"] = lambda image_file: prepared(str(image_file)).clone()
        for name, picture in questions.pictures.items():
            Path(name).write_bytes(picture)
        parameters = released_parameters(nbformat.read(notebook, as_version=4))
        return cls(lab, questions, given, {name: cells[name] for name in SOLVED}, parameters)

    def answers(self, task: str, solution: str) -> dict[str, Answer]:
        """What this solution of one task answers to the task's questions."""
        return self.worked(task, solution)[0]

    def worked(self, task: str, solution: str) -> tuple[dict[str, Answer], list[CellError]]:
        """The answers, and what the solution's cells raised."""
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            namespace, before, own, errors = self.notebook(task, solution)
            asked = self.questions.of_task(task)
            self.shared.clear()
            given = {q.key: self._answer(q, namespace, {**before, task: own[""]}) for q in asked}
            if any(map(may_be_mended, given.values())):
                self._mend(task, {**before, **own}, given, errors)
            plt.close("all")
        return given, errors

    def notebook(
        self, task: str, solution: str
    ) -> tuple[dict[str, object], dict[str, str], dict[str, str], list[CellError]]:
        """Run the notebook with this solution of one task.

        Returns:
            Its globals, the cells of other tasks, the solution's own, and what they raised.
        """
        namespace = {**self.given, **self._networks(), "get_ipython": _NoNotebook}
        cells = cells_of(solution)
        before = {name: text for name, text in self.solved.items() if name != task}
        before |= {name: text for name, text in cells.items() if name in before}
        own = {name: text for name, text in cells.items() if name not in before}
        errors = []
        torch.set_grad_enabled(True)  # an earlier solution may have left it off
        _begin_random_numbers()
        for name, text in (*before.items(), *own.items()):
            if error := _run_cell(name or task, text, namespace):
                errors.append(error)
        return namespace, before, own, errors

    def _mend(
        self,
        task: str,
        cells: Mapping[str, str],
        given: dict[str, Answer],
        errors: Sequence[CellError],
    ) -> None:
        """As `kernel.sandbox` does in a child of its own."""
        made = [_cell(name or task, text) for name, text in cells.items()]
        function = self.questions.of_task(task)[0].function
        notebook = mended_notebook(
            new_notebook(cells=made),
            function,
            (),
            self.lab.fillings,
            range(len(made) * bool(errors)),
            {question.function for question in self.questions.questions},
        )
        if notebook is None:
            return
        namespace = {**self.given, **self._networks(), "get_ipython": _NoNotebook}
        _begin_random_numbers()
        missing = _missing([*errors, *(one.failure for one in given.values() if one.failure)])
        with forgiving(missing):
            for cell in notebook.cells:
                _run_cell("", cell.source, namespace)
        for question in self.questions.of_task(task):
            if may_be_mended(given[question.key]):
                mended = self._answer(question, namespace, {}, missing)
                if mended.value is None or may_be_mended(mended):
                    if all(one.mended is None for one in given.values()):
                        break  # nor will it for the others
                    continue
                given[question.key] = replace(given[question.key], mended=mended.value)

    def answers_to_all(
        self, solutions: Sequence[tuple[str, str]]
    ) -> list[tuple[dict[str, Answer], list[CellError]]]:
        """Of many solutions (task, text), on two cores: answers, and what cells raised."""
        global _classroom
        _classroom = self
        with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
            return list(pool.map(_answers, solutions))

    def _networks(self) -> dict[str, torch.nn.Module]:
        """Fresh networks over the weights that all share, as every submission gets them."""
        made = {}
        names = {"resnet": "resnet18", "vgg19": "vgg19"}
        for (name, builder), network in zip(names.items(), networks(), strict=True):
            kept = {id(parameter): parameter for parameter in network.parameters()}
            network = copy.deepcopy(network, {**kept})
            for module in network.modules():  # as at home, all of them have gradients
                for attribute, parameter in module._parameters.items():
                    if parameter is not None:
                        own = torch.nn.Parameter(parameter.detach())
                        setattr(module, attribute, own)
            activation_cache.register(network, builder)
            made[name] = network
        return made

    def _answer(
        self,
        question: Question,
        namespace: dict,
        cells: Mapping[str, str],
        missing: Collection[str] | None = None,
    ) -> Answer:
        if not callable(namespace.get(question.function)):
            message = f"`{question.function}` is not defined after all cells have run."
            return Answer(question.key, failure=Failure("not-defined", message))
        arguments = [self._argument(argument, namespace) for argument in question.arguments]
        try:
            function = namespace[question.function]
            if missing is not None:
                names = self.parameters.get(question.function, ())
                with forgiving(missing):
                    value = call(function, arguments, namespace, names)
            else:
                value = function(*arguments)
            described, blobs = encode(value, Limits().answers)
        except Exception as error:
            return Answer(question.key, failure=_failure(error, cells))
        finally:
            for name in ("resnet", "vgg19"):
                namespace[name].zero_grad(set_to_none=True)
        return Answer(question.key, decode(json.loads(json.dumps(described)), blobs))

    def _argument(self, argument: object, namespace: dict) -> object:
        match argument:
            case Global(name):
                return namespace[name]
            case Picture(name):
                return name
            case Tensor(name, shared):
                fresh = torch.from_numpy(self.questions.arrays[name].copy())
                return self.shared.setdefault(name, fresh) if shared else fresh
        return argument.value


_classroom: Classroom | None = None  # what forked processes find


def _answers(solution: tuple[str, str]) -> tuple[dict[str, Answer], list[CellError]]:
    return _classroom.worked(*solution)


def cells_of(solution: str) -> dict[str, str]:
    """The cells of a file of the bank, by name; the task's own is called "".

    A line `# %% fc_weight` begins what the student wrote in that cell of the notebook, any other
    name a cell of their own; a bare `# %%` goes on with the task's.
    """
    cells, place, start = {"": ""}, "", 0
    for match in [*CELL.finditer(solution), None]:
        text = solution[start : match.start() if match else None]
        cells[place] = cells.get(place, "") + text
        if match:
            place, start = match["place"], match.end()
    own, after = cells.pop(""), cells.pop("after", None)
    return {**cells, "": own} | ({} if after is None else {"after": after})


def _run_cell(name: str, text: str, namespace: dict) -> CellError | None:
    """Run one cell as Jupyter would; whatever it raises, the notebook goes on."""
    try:
        plain = TransformerManager().transform_cell(text)
        exec(compile(plain, name, "exec"), namespace)
    except Exception as error:
        line = getattr(error, "lineno", 0) if isinstance(error, SyntaxError) else _line(error, name)
        return CellError(name, 0, type(error).__name__, str(error), line or 0, _text(text, line))
    return None


def _begin_random_numbers() -> None:
    """As each run in the sandbox begins: what comes out depends on nobody's turn."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


class _NoNotebook:
    """Stands in for IPython: magics and shell lines change nothing for a grader."""

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        frame = sys._getframe(1)
        exec(cell, frame.f_globals)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments, **named: None


def _cell(name: str, text: str) -> NotebookNode:
    plain = TransformerManager().transform_cell(text)
    return new_code_cell(plain, metadata={"nbgrader": {"grade_id": name}})


def _missing(stopped: Sequence[CellError | Failure]) -> set[str]:
    """Packages for want of which something stopped."""
    said = (one.message for one in stopped if one.error == "ModuleNotFoundError")
    return {message.split("'")[1].partition(".")[0] for message in said}


def _failure(error: Exception, cells: Mapping[str, str]) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = next((frame for frame in reversed(frames) if frame.filename in cells), None)
    cell, line = (own.filename, own.lineno) if own else ("", 0)
    source = _text(cells.get(cell, ""), line)
    return Failure("raised", str(error), type(error).__name__, cell, line or 0, source)


def _line(error: Exception, name: str) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == name), 0)


def _text(cell: str, line: int | None) -> str:
    lines = cell.splitlines()
    return lines[line - 1] if line and line <= len(lines) else ""
