"""An endless loop in the lab's own notebook: given cells call the function, one task is lost."""

from __future__ import annotations

import pytest

from autograder.assets.weights import find_weights
from autograder.cells import grade_id
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.kernel.cell_calls import called_functions
from autograder.limits import Limits
from tests.graders.solved_notebook import whole_with

# (task, its answer): a loop that hears Ctrl-C ends there and then, another takes its process along,
# and the cells are run once more without it.
LOOPS = {
    "python": ("compute_cam", "def compute_cam(features, label):\n    while True: pass\n"),
    "C": (
        "predict",
        "import collections, itertools\n"
        "def predict(model, image_file):\n    collections.deque(itertools.count(), maxlen=0)\n",
    ),
}
# Honest cells and questions take a second of it.
SHORT = Limits(given_cell_seconds=6.0, question_seconds=12.0)


def test_every_given_cell_that_calls_a_students_function_is_known(source, classroom):
    functions = {question.function for question in classroom.questions.questions}
    calls = {
        name: called_functions(source.cells, cell, functions)
        for cell in source.cells
        if (name := grade_id(cell)) and cell.cell_type == "code"
    }
    assert calls["test_predict"] == {"predict"}
    assert calls["two_classes"] == {"get_resnet_features", "compute_cam"}, "through show_cam"
    assert calls["predict_show"] == {"predict"}
    assert calls["pooling"] == {"compute_gradcam"}
    assert calls["helpers_pictures"] == set(), "it defines, and calls nothing"


@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_costs_its_own_task_and_one_more_run(
    loop, source, classroom, answer_grader, root, monkeypatch
):
    task, code = LOOPS[loop]
    notebook = whole_with(source, {task: code})
    folder, home = root / "source" / "lab09", find_weights().torch_home
    kind = choose_sandbox("auto").kind
    with open_sandbox(classroom.lab, folder, home, kind, SHORT) as sandbox:
        children, fork = [], sandbox.new_child
        monkeypatch.setattr(sandbox, "new_child", lambda: children.append(fork()) or children[-1])
        run = sandbox.run(notebook, classroom.questions)
    marks = {mark.task: mark for mark in answer_grader.marks(run.answers, run.errors)}
    assert marks.pop(task).points == 0
    assert {mark.status for mark in marks.values() if mark.status != "manual"} == {"full"}
    assert len(children) <= 2
    waited = [error for error in run.errors if error.error in ("CellTimeout", "CellStopped")]
    assert len(waited) == 1, "no cell waits for it twice"
