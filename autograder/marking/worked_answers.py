"""Worked examples to calibrate by: `worked_answers.toml` in a lab's folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from autograder.errors import CamlabError
from autograder.lab import Lab


@dataclass(frozen=True)
class WorkedAnswer:
    """One made-up answer, with the mark that it should get."""

    task: str
    ticks: tuple[int, ...]  # the items of the rubric that it meets, from 0
    points: float
    text: str
    why: str


def read_worked_answers(lab: Lab) -> tuple[WorkedAnswer, ...]:
    """A lab's examples, in the order of the file; none where it has no such file.

    Raises:
        CamlabError: the file is not of that form.
    """
    path = lab.folder / "worked_answers.toml"
    if not path.is_file():
        return ()
    try:
        rows = tomllib.loads(path.read_text())["answer"]
        return tuple(
            WorkedAnswer(
                row["task"], tuple(row["meets"]), row["points"], row["text"].strip(), row["why"]
            )
            for row in rows
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise CamlabError(f"{path} is not a list of worked answers: {error}.") from error
