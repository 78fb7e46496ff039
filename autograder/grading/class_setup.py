"""What is the same for every submission of a class: questions, and the reference's answers.

Making them takes seconds, so they are kept on disk, under a key of all that they are made from.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import nbformat
from nbformat import NotebookNode

from autograder.answers import Answer
from autograder.assets.weights import Weights, weights_of
from autograder.cells import grade_id
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.lab import Argument, Lab, Question, Questions
from autograder.storage.container import (
    UNSOUND,
    ArrayReader,
    ArrayWriter,
    Parts,
    read_container,
    write_container,
)
from autograder.storage.stored_answers import answers_in, answers_out
from autograder.storage.versions import code_digest, library_versions
from autograder.text.plain_text import listed, plain

MAGIC = b"camlab-class 4\n"
_KEPT = 4  # classes: the secret, the weights or the lab may change and change back
_ARGUMENTS = {kind.__name__: kind for kind in get_args(Argument)}


@dataclass(frozen=True)
class ClassSetup:
    """One class, ready to be run and judged."""

    lab: Lab
    release: NotebookNode  # the student release, as it was handed out
    folder: Path  # pictures and labels
    weights: Weights
    questions: Questions
    reference: Mapping[str, Answer]
    memory: Path  # what the class's judges keep: where known mistakes lead to


def set_up_class(
    course: Course, release: NotebookNode, before_making: Callable[[], object] | None = None
) -> ClassSetup:
    """Make the class's questions and let the reference answer them, or find both on disk.

    Args:
        course: the course.
        release: the student release's notebook (`read_release`).
        before_making: called when they are not on disk, before they are made.
    """
    weights = weights_of(course.lab)
    path = course.root / ".camlab" / "questions" / f"{_key(course, weights)}.class"
    known = _known(path)
    if known is None:
        if before_making is not None:
            before_making()
        questions = course.lab.make_questions(course.source, course.secret())
        known = questions, course.lab.reference_answers(questions, course.source)
        write_atomically(path, encode(*known), mode=0o600)
        _forget_old(path.parent)
    memory = path.with_suffix(".mistakes")
    return ClassSetup(course.lab, release, course.source, weights, *known, memory)


def read_release(course: Course) -> NotebookNode:
    """The student release's notebook; made in passing when the lab was not released yet.

    Raises:
        CamlabError: what lies there cannot be read: it was cut off or changed.
    """
    path = course.student_release / course.lab.notebook_name
    if path.is_file():
        return _read_notebook(path, course.lab)
    from autograder.gradebook.build import build_student, staged  # nbgrader: seconds

    with staged(course) as (scratch, folder):
        made = build_student(scratch, folder / "student")
        return nbformat.read(made / course.lab.notebook_name, as_version=4)


def _read_notebook(path: Path, lab: Lab) -> NotebookNode:
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)  # reading only logs what is wrong
    except Exception as error:  # nbformat raises whatever its converters stumble over
        raise CamlabError(
            f"The student release {path} cannot be read as a notebook ({plain(error, 200)}). Make "
            "it anew: camlab release."
        ) from error
    there = {grade_id(cell) for cell in notebook.cells}
    missing = {name for task in lab.tasks for name in (task.answer_id, task.grade_id)} - there
    if missing:
        raise CamlabError(
            f"The student release {path} has no cell {listed(sorted(missing))}, which the lab's "
            "tasks need. Make it anew: camlab release."
        )
    return notebook


def encode(questions: Questions, reference: Mapping[str, Answer]) -> bytes:
    """Questions, and the reference's answers or none, as plain data."""
    arrays = ArrayWriter()
    meta = {
        "questions": [
            [
                *(item.key, item.task, item.function),
                *(list(map(_argument_out, item.arguments)), item.words),
            ]
            for item in questions.questions
        ],
        "arrays": {name: arrays.add(array) for name, array in questions.arrays.items()},
        "activations": {key: arrays.add(look) for key, look in questions.activations.items()},
        "reference": answers_out(reference.values(), arrays),
        "pictures": list(questions.pictures),
    }
    pictures = {f"picture/{name}": picture for name, picture in questions.pictures.items()}
    return write_container(
        MAGIC, {"meta": json.dumps(meta).encode(), "arrays": arrays.part, **pictures}
    )


def _known(path: Path) -> tuple[Questions, Mapping[str, Answer]] | None:
    """What was made before; None where it is not there, damaged or of another version."""
    try:
        return decode(path.read_bytes())
    except OSError:
        return None


def decode(content: bytes) -> tuple[Questions, Mapping[str, Answer]] | None:
    """What `encode` was given; None where the bytes are not sound."""
    parts = read_container(MAGIC, content)
    if parts is None:
        return None
    try:
        return _decoded(parts)
    except (*UNSOUND, AttributeError):
        return None


def _decoded(parts: Parts) -> tuple[Questions, Mapping[str, Answer]]:
    meta, arrays = json.loads(parts["meta"]), ArrayReader(parts["arrays"])
    questions = Questions(
        tuple(
            Question(
                key,
                task,
                function,
                tuple(_ARGUMENTS[kind](*values) for kind, *values in given),
                words,
            )
            for key, task, function, given, words in meta["questions"]
        ),
        MappingProxyType({name: parts[f"picture/{name}"] for name in meta["pictures"]}),
        *(
            MappingProxyType({name: arrays.get(at).copy() for name, at in meta[kind].items()})
            for kind in ("arrays", "activations")
        ),
    )
    return questions, answers_in(meta["reference"], arrays)


def _argument_out(argument: Argument) -> list[object]:
    return [type(argument).__name__, *astuple(argument)]


def _key(course: Course, weights: Weights) -> str:
    parts = [
        course.lab.name,
        weights.digest,
        hashlib.sha256(course.secret()).hexdigest(),
        *(file_digest(course.source / name) for name in course.lab.files),
        code_digest(
            *sorted(map(str, {course.lab.folder, *course.lab.reference_folders})),
            "lab.py",
            "lab_definition.py",
            "storage/stored_answers.py",
            "kernel/guest/accelerations",
            without="graders",  # they judge answers, and have no part in asking
        ),
        json.dumps(library_versions()),
        platform.machine(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _forget_old(folder: Path) -> None:
    by_age = sorted(folder.glob("*.class"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[_KEPT:]:
        path.unlink(missing_ok=True)
        path.with_suffix(".mistakes").unlink(missing_ok=True)
