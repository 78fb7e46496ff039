"""How often the graders are right: judge the whole bank and all mutants, and write it down.

    python -m tests.graders.accuracy

The figures go to `accuracy.json` beside the graders, which the class page quotes, and in a sentence
into the README and the docs for instructors.
"""

from __future__ import annotations

import json
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path

from autograder.assets.weights import find_weights
from autograder.files import write_atomically
from autograder.judging import AnswerGrader
from autograder.report.grader_accuracy import accuracy_sentence
from tests.graders.conftest import open_classroom
from tests.graders.marked import TASKS, Marked, mark_solutions, solutions
from tests.graders.mutants import Mutant, judge_mutants
from tests.lab09 import LAB

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m tests.graders.accuracy"
PATH = LAB.graders / "accuracy.json"
QUOTED = (ROOT / "README.md", ROOT / "docs" / "for-instructors.md")
BEGIN, END = "<!-- accuracy -->", "<!-- end of accuracy -->"


def main() -> None:
    folder = ROOT / "source" / "lab09"
    with tempfile.TemporaryDirectory() as scratch, open_classroom(ROOT, Path(scratch)) as room:
        reference = room.lab.reference_answers(room.questions, folder)
        mistakes = room.lab.known_mistakes(room.questions, folder)
        with AnswerGrader(room.lab, room.questions, reference, mistakes) as answer_grader:
            bank = mark_solutions(room, answer_grader, reference, solutions())
            mutants = judge_mutants(room, answer_grader, reference)
    figures = accuracy(bank, mutants, find_weights().kind)
    write_atomically(PATH, json.dumps(figures, indent=1).encode() + b"\n")
    for page in QUOTED:
        page.write_text(quoted(page.read_text("utf-8"), accuracy_sentence(PATH)), "utf-8")
    print(json.dumps(figures, indent=1))
    for item in bank:
        if (item.right and not item.full) or (item.wrong and (item.full or _misled(item))):
            print(item.task, item.verdict, item.name, item.mark.points, item.hints)


def quoted(text: str, sentence: str) -> str:
    """The text of a page with this sentence between its two marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there is no {BEGIN} … {END} in it")
    return f"{before}{begin}\n{textwrap.fill(sentence, 100)}\n{end}{after}"


def accuracy(bank: Sequence[Marked], mutants: Sequence[Mutant], weights: str) -> dict[str, object]:
    """The figures of `accuracy.json`."""
    right = [item for item in bank if item.right]
    wrong = [item for item in bank if item.wrong]
    named = [item for item in wrong if item.expected_hint != "-"]
    stated = [item for item in bank if item.fair is not None]
    telling = [mutant for mutant in mutants if mutant.changed]
    return {
        "command": COMMAND,
        "weights": weights,
        "right": len(right),
        "right_refused": sum(not item.full for item in right),
        "wrong": len(wrong),
        "wrong_passed": sum(item.full for item in wrong),
        "hints_expected": len(named),
        "hints_right": sum(item.hit for item in named),
        "hints_other": sum(_misled(item) for item in wrong),
        "fair_stated": len(stated),
        "fair_within_half_a_point": sum(
            abs((item.fair or 0.0) - item.mark.points) <= 0.5 for item in stated
        ),
        "mutants": len(telling),
        "mutants_caught": sum(not mutant.full for mutant in telling),
        "margins": {task: _margin([item for item in bank if item.task == task]) for task in TASKS},
    }


def furthest_right(of_task: Sequence[Marked]) -> Marked:
    """Mean-pooled maps and rounded numbers are right for another reason than their distance."""
    near = [item for item in of_task if item.right and item.misfit <= 1]
    return max(near, key=lambda item: item.misfit)


def nearest_wrong(of_task: Sequence[Marked]) -> Marked:
    """What is wrong in its form alone, such as [1, 7, 7], lies at no distance."""
    far = [item for item in of_task if item.wrong and item.misfit > 1]
    return min(far, key=lambda item: item.misfit)


def _margin(of_task: Sequence[Marked]) -> dict[str, float]:
    """In tolerances: 1 is where right ends."""
    return {
        "furthest_right": float(f"{furthest_right(of_task).misfit:.2g}"),
        "nearest_wrong": float(f"{nearest_wrong(of_task).misfit:.3g}"),
    }


def _misled(item: Marked) -> bool:
    """Whether another mistake is named than the one that was made."""
    return item.hints != ["-"] and not item.hit


if __name__ == "__main__":
    main()
