"""A mistake, a hang or a crash costs its own task; each task meets the notebook as it was left."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from autograder.answers import Scalar
from autograder.kernel import Sandbox
from autograder.kernel.calls import _DOUBTED_SHARE
from autograder.lab import Picture, Plain, Question, Questions, Tensor
from autograder.limits import Limits
from tests.conftest import ROOT
from tests.kernel.conftest import (
    HONEST,
    LIMITS,
    make_questions,
    marks,
    notebook_of,
    open_light,
)

TOTAL, SCALED = HONEST
QUESTIONS = make_questions(b"a task of its own" * 4)

# What a function may do instead of answering, and how that is told.
HANGS = {
    "python": "while True: pass",
    "C": "import itertools; sum(itertools.repeat(1))",
    "nothing stops it": (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass"
    ),
}


@pytest.mark.parametrize("hang", HANGS)
def test_a_function_that_hangs_costs_its_own_task(bwrap_sandbox: Sandbox, hang: str) -> None:
    run = bwrap_sandbox.run(notebook_of(TOTAL, f"def scaled(*_):\n    {HANGS[hang]}\n"), QUESTIONS)
    assert marks(run, QUESTIONS) == 2
    assert [a.failure.kind for a in run.answers.values() if a.failure] == ["timed-out"] * 2
    assert "not asked again" in run.answers["scaled/again"].failure.message


@pytest.mark.parametrize("hang", ["python", "C"])
def test_a_function_that_hangs_in_a_cell_keeps_no_other_cell_waiting(
    bwrap_sandbox: Sandbox, hang: str
) -> None:
    notebook = notebook_of(
        TOTAL, f"def scaled(*_):\n    {HANGS[hang]}\n", "scaled(1, 2)", "scaled(2, 3)", "print(4)"
    )
    run = bwrap_sandbox.run(notebook, QUESTIONS)
    assert marks(run, QUESTIONS) == 2
    kinds = [error.error for error in run.errors]
    assert kinds in (["CellTimeout", "TimeoutError"], ["CellStopped", "TimeoutError"])
    assert "another cell" in run.errors[1].message
    assert run.notebook.cells[4].outputs[0].text == "4\n"


def test_a_given_cell_waits_for_a_function_no_longer_than_it_has_to(lab_folder) -> None:
    """A check that hangs tells nothing that the questions do not tell."""
    limits = replace(LIMITS, cell_seconds=60.0, given_cell_seconds=1.0)
    notebook = notebook_of(
        TOTAL, "def scaled(*_):\n    while True: pass", "x = scaled(1, 2)", "y = scaled(1, 2)"
    )
    notebook.cells[2].metadata["nbgrader"] = {"grade_id": "check", "locked": True}
    with open_light("landlock", lab_folder, limits) as sandbox:
        run = sandbox.run(notebook, QUESTIONS)
    assert [error.error for error in run.errors] == ["CellTimeout", "TimeoutError"]
    assert "longer than 1 s" in run.errors[0].message
    assert marks(run, QUESTIONS) == 2


def test_a_cell_that_hangs_is_left_out_but_for_what_it_defines(bwrap_sandbox: Sandbox) -> None:
    source = f"{SCALED}\nimport itertools\nsum(itertools.repeat(1))"
    run = bwrap_sandbox.run(notebook_of(TOTAL, source, "print(3)"), QUESTIONS)
    assert marks(run, QUESTIONS) == 4
    assert [error.error for error in run.errors] == ["CellStopped"]
    assert run.notebook.cells[1].source == source
    assert run.notebook.cells[2].outputs[0].text == "3\n"


@pytest.mark.parametrize("end", ["import os; os._exit(1)", "import ctypes; ctypes.string_at(0)"])
def test_a_cell_that_ends_the_kernel_is_left_out(sandbox: Sandbox, end: str) -> None:
    run = sandbox.run(notebook_of(*HONEST, end, "print(3)"), QUESTIONS)
    assert marks(run, QUESTIONS) == 4
    assert "cell 3" in run.message
    assert run.notebook.cells[3].outputs[0].text == "3\n"


def test_a_kernel_that_ends_once_its_cell_ran_out_of_time_is_heard_of(sandbox: Sandbox) -> None:
    cell = (
        "import os, signal\nsignal.signal(signal.SIGINT, lambda *_: os._exit(3))\nwhile True: pass"
    )
    run = sandbox.run(notebook_of(cell), Questions(()))
    assert "The kernel died in cell 1" in run.message
    assert "exit status 3" in run.message


def test_a_notebook_that_ends_every_kernel_is_not_run_for_ever(sandbox: Sandbox) -> None:
    cells = ["import os\nos._exit(1)"] * 4
    started = time.monotonic()
    run = sandbox.run(notebook_of(*cells, *HONEST), QUESTIONS)
    assert marks(run, QUESTIONS) == 4, "asked with their own cells alone"
    assert time.monotonic() - started < 4 * LIMITS.submission_seconds


DAMAGES = {
    "no gradients": "import torch\ntorch.set_grad_enabled(False)",
    "another type": "import torch\ntorch.set_default_dtype(torch.float64)",
    "umask": "import os\nos.umask(0o777)",
    "folder": "import os\nos.mkdir('x'); os.chdir('x')",
    "closed folder": "import os\nos.chmod('.', 0)",
    "operators": "import torch\ntorch.Tensor.__mul__ = lambda a, b: a",
    "builtins": "import builtins\nbuiltins.sum = max",
    "names": "sum = max",
    "everything": "%reset -f",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_other_cells_do_to_the_world_costs_nothing(
    bwrap_sandbox: Sandbox, damage: str
) -> None:
    run = bwrap_sandbox.run(
        notebook_of(TOTAL, SCALED, DAMAGES[damage]), QUESTIONS, is_right=_exactly
    )
    assert marks(run, QUESTIONS) == 4


def _exactly(question, answer) -> bool:
    if question.task == "total":
        return answer.value == Scalar(3 * sum(QUESTIONS.pictures["fresh.bin"]), "int")
    values = getattr(answer.value, "values", None)
    return values is not None and bool((abs(values - 2 * QUESTIONS.arrays["fresh"]) < 1e-6).all())


def test_one_task_cannot_disturb_another_but_itself(bwrap_sandbox: Sandbox) -> None:
    source = """
state, cache = [], {"made by a cell": 1}
def f():
    state.append(1)
    return len(state)
def g():
    import os, torch
    return [len(state), len(cache), torch.is_grad_enabled(), "F" in os.environ, sum([1, 1])]
def h():
    import os, torch
    torch.set_grad_enabled(False)
    os.environ["F"] = "1"
    state.extend([1, 1])
    cache.clear()
"""
    asked = [("h", "h"), ("f", "f"), ("f/again", "f"), ("g", "g")]
    questions = Questions(tuple(Question(key, name, name, ()) for key, name in asked))
    expected = {"h": None, "f": 1, "f/again": 2, "g": [0, 1, True, False, 2]}

    def plain(answer):
        value = answer.value
        return [item.value for item in value.items] if hasattr(value, "items") else value.value

    def is_right(question, answer):
        return answer.value is not None and plain(answer) == expected[question.key]

    for known in (None, is_right):
        run = bwrap_sandbox.run(notebook_of(source), questions, is_right=known)
        assert {key: plain(answer) for key, answer in run.answers.items()} == expected
        assert run.message == "", "in a fresh copy of the process; no cell was run again"


def test_the_better_answers_count_and_a_wrong_function_stays_wrong(bwrap_sandbox: Sandbox) -> None:
    wrong = SCALED.replace("* factor", "+ factor")
    run = bwrap_sandbox.run(notebook_of(TOTAL, wrong, "factor = 1"), QUESTIONS, is_right=_exactly)
    assert marks(run, QUESTIONS) == 2
    assert run.message == ""


def test_what_a_cell_above_prepares_is_there_when_a_function_is_asked_by_itself(
    bwrap_sandbox: Sandbox,
) -> None:
    notebook = notebook_of(
        "from functools import partial\ndef times(a, b):\n    return a * b",
        "helper = partial(times)",
        "def scaled(tensor, factor):\n    return helper(tensor, factor)",
        TOTAL,
        "helper = None",
    )
    run = bwrap_sandbox.run(notebook, QUESTIONS)
    assert marks(run, QUESTIONS) == 4
    assert "`scaled`" in run.message and "`total`" not in run.message


def test_an_array_is_not_there_before_the_question_that_passes_it(bwrap_sandbox: Sandbox) -> None:
    source = """
import gc, sys
def arrays():
    found, frame = [], sys._getframe()
    while frame:
        found += [v for v in frame.f_locals.values() if isinstance(v, (dict, list, bytes))]
        frame = frame.f_back
    found += [o for o in gc.get_objects() if type(o) in (dict, list)]
    return sum(
        len(b) == 4 * 1234 for o in found for b in (o.values() if type(o) is dict else o)
        if isinstance(b, bytes)
    ) + sum(getattr(o, "nbytes", 0) == 4 * 1234 for d in found if type(d) is dict
            for o in d.values())
def first():
    return arrays()
def second(tensor):
    return int(tensor.sum())
"""
    import numpy as np

    questions = Questions(
        (
            Question("first", "first", "first", ()),
            Question("second", "second", "second", (Tensor("late"),)),
            Question("path", "first", "first", ()),
        ),
        arrays={"late": np.ones(1234, np.float32)},
    )
    answers = bwrap_sandbox.run(notebook_of(source), questions).answers
    assert answers["first"].value == Scalar(0, "int")
    assert answers["second"].value == Scalar(1234, "int")


@pytest.mark.parametrize("leave", ["exit()", "quit", "exit", "quit()", "get_ipython().ask_exit()"])
def test_exit_is_the_end_of_the_notebook_and_nothing_else(bwrap_sandbox: Sandbox, leave) -> None:
    run = bwrap_sandbox.run(notebook_of(*HONEST, leave, "print('below')"), QUESTIONS)
    assert marks(run, QUESTIONS) == 4
    assert run.errors == ()
    assert run.notebook.cells[3].outputs == []
    assert "ended itself in cell 3" in run.message and "not run" in run.message


def test_exit_above_everything_costs_nothing_either(bwrap_sandbox: Sandbox) -> None:
    run = bwrap_sandbox.run(notebook_of("quit()", *HONEST), QUESTIONS)
    assert marks(run, QUESTIONS) == 4


def test_a_function_may_call_exit(bwrap_sandbox: Sandbox) -> None:
    questions = Questions((Question("f", "t", "f", (Picture("a"), Plain(1))),))
    run = bwrap_sandbox.run(notebook_of("def f(*_):\n    exit()\n    return 1"), questions)
    assert run.answers["f"].value == Scalar(1, "int")


POOL = """from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
def scaled(tensor, factor):
    return pool.submit(lambda: tensor * factor).result()"""


def test_a_thread_that_a_cell_started_is_there_for_the_function_that_needs_it(
    sandbox: Sandbox,
) -> None:
    run = sandbox.run(notebook_of(TOTAL, POOL, "scaled(1, 2)"), QUESTIONS)
    assert marks(run, QUESTIONS) == 4
    assert not run.timed_out


def test_an_endless_loop_beside_threads_ends_and_costs_its_own_task(
    bwrap_sandbox: Sandbox,
) -> None:
    loop = "def total(*_):\n    while True: pass\n"
    run = bwrap_sandbox.run(notebook_of(POOL, "scaled(1, 2)", loop), QUESTIONS)
    assert marks(run, QUESTIONS) == 2
    assert run.timed_out
    assert run.answers["total"].failure.kind == "timed-out"


def test_a_function_too_slow_for_a_given_cell_has_its_time_when_it_is_asked(lab_folder) -> None:
    limits = replace(LIMITS, given_cell_seconds=0.5, question_seconds=3.0)
    slow = (
        "import time\ndef scaled(tensor, factor):\n    time.sleep(1.1)\n    return tensor * factor"
    )
    notebook = notebook_of(TOTAL, slow, "scaled(1, 2)")
    notebook.cells[2].metadata["nbgrader"] = {"grade_id": "check", "locked": True}
    with open_light("landlock", lab_folder, limits) as sandbox:
        run = sandbox.run(notebook, QUESTIONS)
    assert [error.error for error in run.errors] == ["CellTimeout"]
    assert marks(run, QUESTIONS) == 4


def test_a_function_that_came_back_once_has_all_of_a_questions_time(lab_folder) -> None:
    """Who is slow and no endless loop is doubted no longer."""
    limits = replace(LIMITS, given_cell_seconds=0.5, question_seconds=3.0)
    slow = """import time
seconds = iter([1.0, 0.8, 2.4])
def scaled(tensor, factor):
    time.sleep(next(seconds))
    return tensor * factor"""
    notebook = notebook_of(TOTAL, slow, "scaled(1, 2)")
    notebook.cells[2].metadata["nbgrader"] = {"grade_id": "check", "locked": True}
    with open_light("landlock", lab_folder, limits) as sandbox:
        run = sandbox.run(notebook, QUESTIONS)
    assert marks(run, QUESTIONS) == 4


def test_the_instructors_page_says_how_long_a_doubted_function_is_waited_for() -> None:
    limits = Limits()
    said = " ".join((ROOT / "docs" / "for-instructors.md").read_text("utf-8").split())
    more = limits.question_seconds * _DOUBTED_SHARE
    assert f"waited for in vain ({limits.given_cell_seconds:g} s) has {more:g} s more" in said
    assert f"once it came back, {limits.question_seconds:g} s for each question" in said
