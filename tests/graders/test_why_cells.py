"""What a feedback page says of a criterion that is not met, tried in the notebook itself."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import pytest

from autograder.report.why import reasons
from tests.graders.marked import BANK

WRONG = {
    "predict": "percent",
    "get_resnet_features": "no_normalize",
    "compute_cam": "bias",
    "compute_gradcam": "no_graph",
}


@pytest.mark.parametrize("task", WRONG)
def test_the_cell_shows_in_the_notebook_what_the_page_says(
    task, classroom, answer_grader, reference
):
    solution = (BANK / task / "wrong" / f"{WRONG[task]}.py").read_text("utf-8")
    answers, errors = classroom.worked(task, solution)
    mark = next(mark for mark in answer_grader.marks(answers, errors) if mark.task == task)
    found = reasons(mark, answers, reference, classroom.lab.call_of)
    assert found and all(why.cell and why.expected for why in found)
    for why in found:
        with redirect_stdout(io.StringIO()) as printed:
            namespace = classroom.notebook(task, solution)[0]
            printed.truncate(0)
            if "no answer" in why.seen:
                with pytest.raises(RuntimeError):
                    exec(why.cell, namespace)
                continue
            exec(why.cell, namespace)
        yours, _, expected = printed.getvalue().partition("expected:")
        assert _numbers(yours) == pytest.approx(_numbers(why.seen), rel=2e-3)
        assert _numbers(expected) == pytest.approx(_numbers(why.expected), rel=1e-6)


def test_a_right_solution_has_nothing_to_explain(classroom, answer_grader, reference):
    solution = (BANK / "compute_cam" / "right" / "einsum.py").read_text("utf-8")
    answers, errors = classroom.worked("compute_cam", solution)
    mark = next(mark for mark in answer_grader.marks(answers, errors) if mark.task == "compute_cam")
    assert reasons(mark, answers, reference, classroom.lab.call_of) == ()


def _numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]
