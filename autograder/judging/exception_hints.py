"""Plain words for what stopped a student's function, or a cell that should have made it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from autograder.answers import Answer, Array, Failure, Scalar, Value, has_method
from autograder.answers import Sequence as Listed
from autograder.judging.descriptions import describe_question, describe_type
from autograder.judging.plain_form import plain_form
from autograder.judging.task_code import NO_CODE, TaskCode
from autograder.lab import Question
from autograder.results import Hint
from autograder.run import CellError

TABLE = Path(__file__).parent / "exceptions.toml"
MOST_SAID = 2_000  # characters of an exception: patterns with `.*` take the square of a text's
_MODULE = re.compile(r"No module named '?([\w.]+)'?")
# What is not filled in yet, as the student's own line names it.
_UNFINISHED = (
    "`{name}` is still None there: that part of the lab is not filled in, or does not return what "
    "it computes. Look again at the cell of `{name}`, which this task needs."
)
_SWAPPED = (
    "Your function takes what the task names, in another order. Look again at its first line and "
    "at the task's: what comes first?"
)

_NOT_CALLED = Hint(
    "not-called",
    "Your function returns a method itself where its result is wanted. Look again at what it "
    "returns: where are the brackets that call it?",
)
# Nobody can tell which of the two it is.
_SLOW = (
    "It is slow, or something in it never ends. Look again at every loop in it, and at what it "
    "waits for: how often does it run, and what ends it?"
)


@cache
def read_exceptions() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(id, what the exception says, what that means and where to look), in order.

    The id is what stands before a key's dot.
    """
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return tuple(
        (name.partition(".")[0], re.compile(row["pattern"], re.IGNORECASE), row["advice"])
        for name, row in table.items()
    )


def failure_hints(
    answers: Sequence[Answer],
    failed: Sequence[tuple[Question, Failure]],
    errors: Sequence[CellError] = (),
    parts: Sequence[str] = (),
    code: TaskCode = NO_CODE,
) -> list[Hint]:
    """At most one hint: that nothing is written yet, or why the function stopped or is not there.

    Args:
        answers: all answers to the task's questions.
        failed: those that have a failure instead of a value.
        errors: what the cells of this task raised, or of a cell that it may need.
        parts: names that other cells of the lab let students fill in.
        code: the task's cell.
    """
    if answers and all(answer.value == Scalar(None, "NoneType") for answer in answers):
        return [_unfinished("returns None")]
    if any(answer.value is not None and has_method(answer.value) for answer in answers):
        return [_NOT_CALLED]
    for question, failure in failed:
        match failure.kind:
            case "raised" if failure.error == "NotImplementedError":
                return [_unfinished("says that it is not written")]
            case "raised":
                return [_stopped(question, failure, parts, code)]
            case "not-defined":
                return [_not_there(failure, errors, code)]
            case "timed-out":
                text = f"{failure.message} {_SLOW}"
                return [Hint(failure.kind, text)]
            case "died":
                text = f"{failure.message} Look again at every loop in it: what ends it?"
                return [Hint(failure.kind, text)]
            case "too-large":
                text = f"{failure.message} Look again at what your function returns."
                return [Hint("too-large", text)]
    return []


def other_type(answers: Sequence[Answer], expected: Value) -> list[Hint]:
    """A hint where all answers are another kind of thing than `expected`, the reference's."""
    others = [
        answer.value for answer in answers if answer.value and _differs(answer.value, expected)
    ]
    if not others or len(others) < len(answers):
        return []
    text = (
        f"Your function returns {describe_type(others[0])}. Look again at the task's last sentence "
        "and the docstring: what should come back, and which of your variables holds it?"
    )
    return [Hint("other-type", text)]


def missing_packages(texts: Sequence[str]) -> list[str]:
    """The packages that exceptions say are not there, each once."""
    found = (match[1] for text in texts for match in _MODULE.finditer(text))
    return list(dict.fromkeys(name.partition(".")[0] for name in found))


def _differs(value: Value, expected: Value) -> bool:
    """Whether it is another kind of thing altogether."""
    if isinstance(expected, Array):
        return not isinstance(plain_form(value), np.ndarray)
    return not isinstance(value, Listed)


def _unfinished(how: str) -> Hint:
    text = (
        f"Your function {how}: there is no answer yet. Look again at its last lines, and whether "
        "what you computed is returned."
    )
    return Hint("not-implemented", text)


def _stopped(question: Question, failure: Failure, parts: Sequence[str], code: TaskCode) -> Hint:
    where = _where(failure.cell, failure.line, failure.source)
    said = _exception(failure.error, failure.message)
    first = f"Asked about {describe_question(question)}, your function stopped{where} with {said}."
    name, advice = _advice(failure.error, failure.message, code)
    if code.swaps_parameters():
        name, advice = "arguments", _SWAPPED
    if name == "none":
        name = "no-gradient"
        for part in parts:
            if re.search(rf"\b{part}\b", failure.source):
                name, advice = "unfinished-part", _UNFINISHED.format(name=part)
    if name == "no-module":
        advice = _needs(failure.message) + advice
    return Hint(name, f"{first} {advice}")


def _not_there(failure: Failure, errors: Sequence[CellError], code: TaskCode) -> Hint:
    """The function, or a global that is passed to it, does not exist."""
    if not errors:
        text = (
            f"{failure.message} Look again at whether a cell of your notebook makes it, under "
            "exactly this name."
        )
        return Hint("not-defined", text)
    error = errors[0]
    where = _where(error.cell, error.line, error.source)
    said = _exception(error.error, error.message)
    first = f"{failure.message} A cell stopped{where} with {said}."
    name, advice = _advice(error.error, error.message, code)
    if name == "no-module":
        advice = _needs(error.message) + advice
    return Hint(name, f"{first} {advice}")


def _needs(message: str) -> str:
    packages = missing_packages([message])
    return f"It needs the package {packages[0]}, which grading does not have. " if packages else ""


def _advice(error: str, message: str, code: TaskCode) -> tuple[str, str]:
    said = f"{error}: {message}"[:MOST_SAID]
    name, advice = next(
        (name, advice) for name, known, advice in read_exceptions() if known.search(said)
    )
    if name == "no-file" and code.fetches(message):
        return "no-network", _advice_of("no-network")
    return name, advice


def _advice_of(wanted: str) -> str:
    return next(advice for name, _, advice in read_exceptions() if name == wanted)


# How a syntax error names a cell, in which a student would look for a file.
_OWN_FILE = re.compile(r" \((?:\d{1,20}\.py|<[\w ]{1,40}>), line \d{1,9}\)$", re.ASCII)


def _exception(error: str, message: str) -> str:
    """An exception's type and text on one line, neither told twice."""
    said = re.sub(r"\s+", " ", message).strip().rstrip(".").removeprefix(f"{error}: ")
    said = _OWN_FILE.sub("", said)
    return f"{error}: {said[:300]}" if said else error


def _where(cell: str, line: int, source: str) -> str:
    text = f" ({source.strip()})" if source.strip() else ""
    return f" in line {line} of the cell {cell}{text}" if line else ""
