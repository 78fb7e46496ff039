"""The bank's solutions, answered and judged.

bank/<task>/right/*.py   full marks are due
bank/<task>/wrong/*.py   not full marks; the first line names the mistake, `-` where none is named
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.answers import Answer
from autograder.judging import Judge
from autograder.judging.hints import misfit
from autograder.judging.plain_form import plain_form
from autograder.results import TaskMark
from tests.graders.answering import Classroom

BANK = Path(__file__).parent / "bank"
TASKS = sorted(folder.name for folder in BANK.iterdir())


@dataclass(frozen=True)
class Marked:
    """One solution of the bank, judged."""

    task: str
    name: str
    right: bool
    expected_hint: str
    mark: TaskMark
    misfit: float  # from the reference, in tolerances; infinite where the form differs

    @property
    def full(self) -> bool:
        return self.mark.status == "full"

    @property
    def hints(self) -> list[str]:
        return [hint.mistake for hint in self.mark.hints] or ["-"]


def solutions() -> list[Path]:
    return sorted(BANK.glob("*/*/*.py"))


def task_of(path: Path) -> str:
    return path.parent.parent.name


def expected_hint(path: Path) -> str:
    """Empty for a right solution."""
    if path.parent.name == "right":
        return ""
    return path.read_text("utf-8").partition("\n")[0].removeprefix("#").strip()


def sample(paths: Sequence[Path]) -> list[Path]:
    """Every fifth right solution, and of each task the first wrong one with each hint."""
    right = [path for path in paths if path.parent.name == "right"][::5]
    wrong = {
        (task_of(path), expected_hint(path)): path
        for path in reversed(paths)
        if path.parent.name == "wrong"
    }
    return right + sorted(wrong.values())


def mark_solutions(
    classroom: Classroom, judge: Judge, reference: Mapping[str, Answer], paths: Sequence[Path]
) -> list[Marked]:
    made = [(task_of(path), path.read_text("utf-8")) for path in paths]
    marked = []
    for path, answers in zip(paths, classroom.answers_to_all(made), strict=True):
        task, right = task_of(path), path.parent.name == "right"
        mark = next(mark for mark in judge.marks(answers) if mark.task == task)
        misfit = _misfit(answers, reference)
        marked.append(Marked(task, path.stem, right, expected_hint(path), mark, misfit))
    return marked


def _misfit(answers: Mapping[str, Answer], reference: Mapping[str, Answer]) -> float:
    """The farthest of all answers; a Grad-CAM is measured by its map before the ReLU."""
    worst = 0.0
    for key, answer in answers.items():
        if answer.failure is not None:
            return float("inf")
        told, right = plain_form(answer.value), plain_form(reference[key].value)
        apart = misfit(told, right)
        signed = reference.get(f"{key}#before-relu")
        if signed is not None and apart < float("inf"):
            apart *= abs(right).max() / abs(plain_form(signed.value)).max()
        worst = max(worst, apart)
    return worst
