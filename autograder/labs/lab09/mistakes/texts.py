"""The sentences of known mistakes, and rows of a table made into mistakes.

An instructor edits the sentences: `graders/hints.toml`, beside `policy.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from torch import Tensor

from autograder.lab import Mistake, PlainForm, PredictedMistake, Question
from autograder.labs.lab09.mistakes.activations import Activations

Case = TypeVar("Case")
Rows = Iterable[tuple[str, Callable[[Case], object]]]
PATH = Path(__file__).parent.parent / "graders" / "hints.toml"


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """task, or a group that tasks share -> key -> what was seen, and what to look at again."""
    return tomllib.loads(PATH.read_text("utf-8"))


def text(group: str, key: str, **words: str) -> str:
    return sentences()[group][key].format(**words)


def known(
    task: str,
    rows: Rows[Case],
    case: Callable[[Question], Case],
    activations: Activations,
    group: str | None = None,
    **words: str,
) -> Iterator[Mistake]:
    """The mistakes of a table.

    Args:
        rows: (key, what the reference would have answered); the id is what stands before the
            key's dot, and the key is that of the sentence.
        case: one question as the rows look at it.
        group: where the sentences stand, if not under the task.
    """
    for key, compute in rows:

        def answer(
            question: Question, compute: Callable[[Case], Any] = compute
        ) -> PlainForm | None:
            try:
                made = compute(case(question))
            except IndexError:
                return None  # the student's function stops there
            return made.detach().numpy() if isinstance(made, Tensor) else made

        said = text(group or task, key, **words)
        yield PredictedMistake(key.partition(".")[0], task, said, activations.on_one_thread(answer))
