"""Answers of a solution as a sandbox would ship them, computed in this process."""

from __future__ import annotations

import copy
import functools
import json
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from autograder.answers import Answer, Failure
from autograder.kernel.inside.accelerations import activation_cache
from autograder.kernel.inside.encoding import encode
from autograder.kernel.wire import decode
from autograder.lab import Global, Lab, Picture, Question, Questions, Tensor
from autograder.labs.lab09.networks import networks

CELLS = ("imports", "labels", "process_input")  # of the real notebook, run once
SOLVED = ("get_resnet_features", "fc_weight", "compute_cam")  # what earlier tasks left behind
LIMIT = 64 * 2**20


@dataclass(frozen=True)
class Classroom:
    """The notebook's globals, and the questions of one class."""

    lab: Lab
    questions: Questions
    given: dict[str, object]
    solved: tuple[str, ...]

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
        return cls(lab, questions, given, tuple(cells[name] for name in SOLVED))

    def answers(self, task: str, solution: str) -> dict[str, Answer]:
        """What this solution of one task answers to the task's questions."""
        namespace = {**self.given, **self._networks()}
        for cell in self.solved:
            exec(cell, namespace)
        exec(compile(solution, task, "exec"), namespace)
        asked = self.questions.of_task(task)
        return {question.key: self._answer(question, namespace, solution) for question in asked}

    def answers_to_all(self, solutions: Sequence[tuple[str, str]]) -> list[dict | Exception]:
        """Of many solutions (task, text), on two cores; an exception where one does not run."""
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

    def _answer(self, question: Question, namespace: dict, solution: str) -> Answer:
        arguments = [self._argument(argument, namespace) for argument in question.arguments]
        try:
            value = namespace[question.function](*arguments)
            described, blobs = encode(value, LIMIT)
        except Exception as error:
            return Answer(question.key, failure=_failure(error, question.task, solution))
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
            case Tensor(name):
                return torch.from_numpy(self.questions.arrays[name].copy())
        return argument.value


_classroom: Classroom | None = None  # what forked processes find


def _answers(solution: tuple[str, str]) -> dict[str, Answer] | Exception:
    try:
        return _classroom.answers(*solution)
    except Exception as error:
        return RuntimeError(f"{type(error).__name__}: {error}")


def _failure(error: Exception, task: str, solution: str) -> Failure:
    frames = traceback.extract_tb(sys.exc_info()[2])
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == task), 0)
    source = solution.splitlines()[line - 1] if line else ""
    return Failure("raised", str(error), type(error).__name__, task, line, source)
