"""What a lab is: its tasks, the questions put to a student's functions, and who judges them.

Everything that is particular to one lab stands in `autograder/labs/<name>/`;
the rest of the autograder knows only the classes below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np

from autograder.answers import Answer


@dataclass(frozen=True)
class Task:
    """One row of `results.json`."""

    name: str  # the function's name, or the written answer's
    points: float
    grade_id: str  # the nbgrader cell that carries the points
    answer_id: str  # the nbgrader cell that the student fills in
    grader: str | None = None  # a file of `Lab.graders`; None: a person marks it

    @property
    def by_machine(self) -> bool:
        return self.grader is not None


# The kinds of argument that a question may pass, always by position.
@dataclass(frozen=True)
class Global:
    """A global of the student's notebook, such as `resnet`."""

    name: str


@dataclass(frozen=True)
class Picture:
    """The path of a picture in the working folder, such as `cat.jpg`."""

    name: str


@dataclass(frozen=True)
class Tensor:
    """An ordinary float32 torch tensor made from `Questions.arrays[name]`.

    Fresh for each question, or one and the same for all questions that share it.
    """

    name: str
    shared: bool = False


@dataclass(frozen=True)
class Array:
    """A fresh numpy array made from `Questions.arrays[name]`, of its dtype."""

    name: str


@dataclass(frozen=True)
class Plain:
    """An int, float, str or bool."""

    value: int | float | str | bool


Argument = Global | Picture | Tensor | Array | Plain


@dataclass(frozen=True)
class Question:
    """One call of one of the student's functions."""

    key: str  # unique and stable: "compute_cam/cat.jpg/281", "compute_cam/cat.jpg/281/again"
    task: str
    function: str
    arguments: tuple[Argument, ...]
    words: str = ""  # how a sentence for the student names it; empty: by its arguments


@dataclass(frozen=True)
class Questions:
    """All that is asked of every submission of one class, in the order of asking."""

    questions: tuple[Question, ...]
    pictures: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    # Pictures that are made for this class and given to a submission only when the asking starts.
    arrays: Mapping[str, np.ndarray] = field(default_factory=lambda: MappingProxyType({}))
    # What the networks' trunks make of those pictures (`guest.accelerations.activation_cache`), so
    # that it is computed once for the class; given together with them.
    activations: Mapping[str, np.ndarray] = field(default_factory=lambda: MappingProxyType({}))

    def of_task(self, task: str) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.task == task)


def no_pictures(folder: Path) -> np.ndarray:
    """For a lab whose networks look at nothing in advance."""
    return np.zeros((0, 3, 1, 1), np.float32)


@dataclass(frozen=True)
class Preloaded:
    """What the sandbox loads once and every submission of the class shares.

    A notebook may import other things too, and each submission then waits for them by itself.
    """

    libraries: tuple[str, ...] = ()  # modules, in the order of loading
    # torchvision's name of the builder, and the file name of its weights, in the order of loading
    weights: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # the lab's folder -> its pictures as the networks want them, [n, 3, height, width], float32:
    # the fork server looks at them once for everybody
    pictures: Callable[[Path], np.ndarray] = no_pictures


# A float64 array, or, for lists of triples, a tuple of tuples.
PlainForm = np.ndarray | tuple[object, ...]


@dataclass(frozen=True)
class PredictedMistake:
    """A known mistake whose answers can be computed."""

    name: str  # its id in `results.json`
    task: str
    text: str  # two sentences: what was seen, what to look at again; never the answer
    # What the reference answers once it has made the mistake too; None where nobody can predict it.
    answer: Callable[[Question], PlainForm | None]


@dataclass(frozen=True)
class PatternMistake:
    """A known mistake that shows in how answers relate to each other and to the expected ones."""

    name: str  # as in `PredictedMistake`
    task: str
    text: str
    # (the submission's answers, the reference's) in plain form, by question -> is this the mistake?
    shows: Callable[[Mapping[Question, object], Mapping[Question, object]], bool]
    last: bool = False  # a general one, looked for only where nothing more telling fits


Mistake = PredictedMistake | PatternMistake


def no_questions(folder: Path, secret: bytes) -> Questions:
    return Questions(())


def no_answers(questions: Questions, folder: Path) -> Mapping[str, Answer]:
    return {}


def no_known_mistakes(questions: Questions, folder: Path) -> tuple[Mistake, ...]:
    return ()


def no_reference() -> tuple[Callable[..., object], ...]:
    return ()


def no_call(key: str) -> str | None:
    return None


@dataclass(frozen=True)
class SampleStudent:
    """One made-up student of `camlab demo`: the solution, with some answers replaced."""

    name: str
    story: str
    answers: Mapping[str, str] = field(default_factory=dict)  # grade id -> source of the cell
    blank: bool = False  # hands in the untouched release
    content: bytes | None = None  # hands in these bytes instead of a notebook


@dataclass(frozen=True)
class Lab:
    """One lab, as the autograder sees it."""

    name: str  # the assignment's name and the notebook's: lab09, lab09.ipynb
    tasks: tuple[Task, ...]
    folder: Path  # its definition, and `graders/` with the policy
    files: tuple[str, ...]  # pictures and labels that lie beside the notebook
    # (folder with the lab's files, the class's secret) -> questions; the same for the same input
    make_questions: Callable[[Path, bytes], Questions] = no_questions
    # (questions, folder with the lab's files) -> what the reference answers, by question key
    reference_answers: Callable[[Questions, Path], Mapping[str, Answer]] = no_answers
    # (questions, folder with the lab's files) -> what is known to go wrong; cheap until it is asked
    known_mistakes: Callable[[Questions, Path], tuple[Mistake, ...]] = no_known_mistakes
    # cells that students fill in, and names that these make, which tasks may need
    parts: tuple[str, ...] = ()
    # of those that earn nothing: a cell that fills the part where it was left empty, so that what
    # was written after it can be read; never the answer to a task
    fillings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    preloaded: Preloaded = Preloaded()
    # a question's key -> the call as a student writes it in the notebook; None where it cannot be
    # written there, such as of a picture that was made for grading
    call_of: Callable[[str], str | None] = no_call
    # what students write, as the reference has it: its code must not leak into a release; called
    # only where that is wanted, since importing it may take seconds
    reference: Callable[[], tuple[Callable[..., object], ...]] = no_reference
    # where that code lies: a change there makes questions and expected answers anew
    reference_folders: tuple[Path, ...] = ()
    sample_class: Callable[[], tuple[SampleStudent, ...]] = tuple

    @property
    def graders(self) -> Path:
        """The hidden pytest graders, and `policy.toml`."""
        return self.folder / "graders"

    @property
    def max_score(self) -> float:
        return sum(task.points for task in self.tasks)

    @property
    def notebook_name(self) -> str:
        return f"{self.name}.ipynb"

    def task(self, name: str) -> Task:
        return next(task for task in self.tasks if task.name == name)
