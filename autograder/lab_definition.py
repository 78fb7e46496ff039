"""What the `lab.py` of a lab is written with: questions, known mistakes, a sample class.

    lab = LabDefinition(__file__, reference=(convolve, max_pool))

    @lab.make_arrays
    def arrays(random):
        return {"image": random.normal(size=(9, 13))}

    lab.ask("max_pool", Array("image"), Plain(2), words="a 9 × 13 image in blocks of 2")

    read_lab = lab.read_lab

`docs/new-lab.md` goes through it. A lab with networks fills in `autograder.lab.Lab` by itself.
"""

from __future__ import annotations

import copy
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import cast

import numpy as np

from autograder.answers import Answer, Value
from autograder.errors import CamlabError
from autograder.judging.plain_form import plain_form
from autograder.kernel.guest.encoding import encode
from autograder.kernel.wire import decode
from autograder.lab import (
    Argument,
    Array,
    Lab,
    Mistake,
    Picture,
    Plain,
    PlainForm,
    PredictedMistake,
    Preloaded,
    Question,
    Questions,
    SampleStudent,
)
from autograder.lab_tasks import read_tasks

_MOST_BYTES = 64 * 2**20  # of one answer of the reference

MakeArrays = Callable[[np.random.Generator], Mapping[str, np.ndarray]]
Function = Callable[..., object]


class LabDefinition:
    """One lab without networks: its functions take arrays, numbers, texts and pictures.

    Args:
        file: `__file__` of the lab's `lab.py`.
        reference: what students write; a function's name is its task's.
        files: what lies beside the notebook for students, such as pictures.
        libraries: what its notebook imports and takes long to load, such as torch.
    """

    def __init__(
        self,
        file: str,
        *,
        reference: Iterable[Function],
        files: Iterable[str] = (),
        libraries: Iterable[str] = (),
    ) -> None:
        self._folder = Path(file).resolve().parent
        self._reference = {function.__name__: function for function in reference}
        self._files = tuple(files)
        self._preloaded = Preloaded(libraries=tuple(libraries))
        self._make_arrays: MakeArrays = lambda random: {}
        self._questions: list[Question] = []
        self._mistakes: list[tuple[str, str, str, Function]] = []
        self._students: list[SampleStudent] = [
            SampleStudent("ada", "everything right"),
            SampleStudent("alan", "handed in the release untouched", blank=True),
        ]

    def make_arrays(self, make: MakeArrays) -> MakeArrays:
        """Decorator: a function from a random generator to the arrays that questions name.

        The generator is seeded with the class's secret, so no student can know the numbers.
        """
        self._make_arrays = make
        return make

    def ask(self, function: str, *arguments: Argument, words: str = "") -> None:
        """Ask a student's function this, always by position.

        Args:
            function: the function's and the task's name.
            words: how a sentence for the student names the arguments.
        """
        if function not in self._reference:
            raise CamlabError(f"{self._folder}: the reference has no function {function}.")
        number = 1 + sum(question.task == function for question in self._questions)
        key = f"{function}/{number}"
        self._questions.append(Question(key, function, function, arguments, words))

    def mistake(self, task: str, text: str) -> Callable[[Function], Function]:
        """Decorator: what the reference would have answered, had it made a known mistake.

        The function's name, with hyphens, is the mistake's id; it takes the question's arguments.

        Args:
            text: two sentences: what was seen, what to look at again; never the answer.
        """

        def note(function: Function) -> Function:
            self._mistakes.append((function.__name__.replace("_", "-"), task, text, function))
            return function

        return note

    def sample_student(self, name: str, story: str, **answers: str) -> None:
        """One more student of `camlab demo`: grade ids and the code that stands there instead."""
        self._students.append(SampleStudent(name, story, answers))

    def read_lab(self, notebook: Path) -> Lab:
        """The lab, with the tasks of its source notebook."""
        return Lab(
            name=notebook.stem,
            tasks=read_tasks(notebook, self._folder / "graders"),
            folder=self._folder,
            files=self._files,
            make_questions=self._asked,
            reference_answers=self._answers,
            known_mistakes=self._known,
            preloaded=self._preloaded,
            reference=lambda: tuple(self._reference.values()),
            reference_folders=tuple(sorted({_folder_of(f) for f in self._reference.values()})),
            sample_class=lambda: tuple(self._students),
        )

    def _asked(self, folder: Path, secret: bytes) -> Questions:
        seed = hashlib.sha256(self._folder.name.encode() + secret).digest()
        made = self._make_arrays(np.random.default_rng(list(seed)))
        arrays = {name: np.asarray(array) for name, array in made.items()}
        return Questions(tuple(self._questions), arrays=arrays)

    def _answers(self, questions: Questions, folder: Path) -> Mapping[str, Answer]:
        return {
            question.key: Answer(question.key, as_student(self._call(question, questions, folder)))
            for question in questions.questions
        }

    def _call(self, question: Question, questions: Questions, folder: Path) -> object:
        return self._reference[question.function](*values(question, questions, folder))

    def _known(self, questions: Questions, folder: Path) -> tuple[Mistake, ...]:
        def answer(function: Function) -> Callable[[Question], PlainForm | None]:
            def answered(question: Question) -> PlainForm | None:
                given = function(*values(question, questions, folder))
                return cast("PlainForm", plain_form(as_student(given)))

            return answered

        return tuple(
            PredictedMistake(name, task, text, answer=answer(function))
            for name, task, text, function in self._mistakes
        )


def _folder_of(function: Function) -> Path:
    return Path(inspect.getfile(function)).resolve().parent


def as_student(result: object) -> Value:
    """What a function returned, encoded and decoded as a student's answer is."""
    described, blobs = encode(result, _MOST_BYTES)
    return decode(json.loads(json.dumps(described)), blobs)


def values(question: Question, questions: Questions, folder: Path) -> list[object]:
    """The arguments of a question, fresh, for a function on the trusted side.

    Args:
        folder: holds the lab's files.
    """

    def value(argument: Argument) -> object:
        match argument:
            case Array(name):
                return questions.arrays[name].copy()
            case Picture(name):
                return folder / name
            case Plain(given):
                return copy.copy(given)
        raise CamlabError(f"{question.key}: {argument} is an argument for a lab with networks.")

    return [value(argument) for argument in question.arguments]
