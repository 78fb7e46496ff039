"""Both sandboxes ship the same answers: a solution's marks do not depend on where it ran."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.assets.weights import find_weights
from autograder.errors import CamlabError
from autograder.judging import AnswerGrader
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.results import TaskMark
from tests.graders.marked import TASKS, solutions, task_of
from tests.graders.solved_notebook import with_answers

NOTEBOOKS = {"right": 2, "wrong": 4}


def notebooks(source: NotebookNode) -> list[tuple[str, NotebookNode]]:
    """("right" or "wrong", a notebook with one such solution of each task)"""
    made = []
    for side, count in NOTEBOOKS.items():
        of_tasks = []
        for task in TASKS:
            paths = [p for p in solutions() if task_of(p) == task and p.parent.name == side]
            of_tasks.append(paths[:: max(1, len(paths) // count)][:count])
        made += [(side, _with(source, paths)) for paths in zip_longest(*of_tasks)]
    return made


def _with(source: NotebookNode, paths: tuple[Path | None, ...]) -> NotebookNode:
    return with_answers(source, {task_of(path): path.read_text("utf-8") for path in paths if path})


@pytest.fixture(scope="module")
def marks(
    classroom, answer_grader: AnswerGrader, root
) -> Mapping[str, list[tuple[str, tuple[TaskMark, ...]]]]:
    """Each sandbox's (side, marks) of every notebook."""
    folder = root / "source" / "lab09"
    made = notebooks(nbformat.read(folder / "lab09.ipynb", as_version=4))
    seen = {}
    for kind in ("bwrap", "landlock"):
        try:
            choose_sandbox(kind)
        except CamlabError as error:
            pytest.skip(str(error))
        seen[kind] = _marked(kind, made, classroom, answer_grader, folder)
    return seen


def _marked(kind, made, classroom, answer_grader: AnswerGrader, folder: Path):
    home = find_weights().torch_home
    with (
        open_sandbox(classroom.lab, folder, home, kind, jobs=2) as sandbox,
        ThreadPoolExecutor(2) as pool,
    ):
        runs = list(pool.map(lambda one: sandbox.run(one[1], classroom.questions), made))
    assert not [run.message for run in runs if run.message]
    return [
        (side, answer_grader.marks(run.answers)) for (side, _), run in zip(made, runs, strict=True)
    ]


def test_without_what_makes_networks_quicker_marks_are_the_same(
    classroom, answer_grader: AnswerGrader, root, monkeypatch
):
    """`inside.accelerations`, switched off: torchvision's own networks, slowly."""
    folder = root / "source" / "lab09"
    made = notebooks(nbformat.read(folder / "lab09.ipynb", as_version=4))
    some = [made[0], made[NOTEBOOKS["right"]]]
    kind = choose_sandbox("auto").kind
    quick = _marked(kind, some, classroom, answer_grader, folder)
    monkeypatch.setenv("CAMLAB_ACCELERATIONS", "off")
    assert _marked(kind, some, classroom, answer_grader, folder) == quick
    assert [side for side, _ in quick] == ["right", "wrong"]


def test_a_solution_has_the_same_marks_criteria_and_hints_in_both(marks):
    assert marks["bwrap"] == marks["landlock"]


def test_right_ones_have_full_marks_and_wrong_ones_have_not(marks, capsys):
    machine = {
        side: [
            mark
            for told, of_notebook in marks["bwrap"]
            for mark in of_notebook
            if told == side and mark.status != "manual"
        ]
        for side in NOTEBOOKS
    }
    with capsys.disabled():
        counts = {side: len(found) for side, found in machine.items()}
        print(f"\n\nthrough both sandboxes alike: {counts}")
    assert all(mark.status == "full" for mark in machine["right"])
    assert not [mark for mark in machine["wrong"] if mark.status == "full"]
