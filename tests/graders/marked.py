"""The bank's solutions, answered and judged.

bank/<task>/right/*.py      full marks are due
bank/<task>/wrong/*.py      not full marks; the first line names the mistake, or several that fit,
                            with `|` between them; `-` where none is named
bank/<task>/debatable/*.py  both may be said

A second line `# fair 2.5` says what a fair TA gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.answers import Answer
from autograder.judging import AnswerGrader
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
    verdict: str  # "right", "wrong", "debatable"
    expected_hint: str
    fair: float | None
    mark: TaskMark
    stopped: bool  # some question has no answer
    misfit: float  # from the reference, in tolerances; infinite where the form differs

    @property
    def right(self) -> bool:
        return self.verdict == "right"

    @property
    def wrong(self) -> bool:
        return self.verdict == "wrong"

    @property
    def hit(self) -> bool:
        """Whether the hint that comes first is one that was expected."""
        return self.hints[0] in self.expected_hint.split("|")

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


def fair_points(path: Path) -> float | None:
    """What a fair TA gives, where the file says so."""
    for line in path.read_text("utf-8").splitlines()[:2]:
        if line.startswith("# fair "):
            return float(line.removeprefix("# fair "))
    return None


def sample(paths: Sequence[Path], part: int = 3) -> list[Path]:
    """Few enough for each run of the tests; `python -m tests.graders.accuracy` judges all.

    A part of these: every other right solution, and of each task the first wrong one with each
    hint. That each hint fires is for `test_every_mistake`.
    """
    right = [path for path in paths if path.parent.name == "right"][:: 2 * part]
    wrong = {
        (task_of(path), expected_hint(path)): path
        for path in reversed(paths)
        if path.parent.name != "right"
    }
    return right + sorted(wrong.values())[::part]


def mark_solutions(
    classroom: Classroom,
    answer_grader: AnswerGrader,
    reference: Mapping[str, Answer],
    paths: Sequence[Path],
) -> list[Marked]:
    made = [(task_of(path), path.read_text("utf-8")) for path in paths]
    marked = []
    for path, (answers, errors) in zip(paths, classroom.answers_to_all(made), strict=True):
        task = task_of(path)
        codes = {task: path.read_text("utf-8")}
        mark = next(
            mark
            for mark in answer_grader.marks(answers, errors, codes, {task: _handed_out(task)})
            if mark.task == task
        )
        misfit = _misfit(answers, reference)
        stopped = any(answer.failure is not None for answer in answers.values())
        hint, fair, verdict = expected_hint(path), fair_points(path), path.parent.name
        marked.append(Marked(task, path.stem, verdict, hint, fair, mark, stopped, misfit))
    return marked


def _handed_out(task: str) -> str:
    return (BANK / task / "wrong" / "untouched.py").read_text("utf-8")


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
