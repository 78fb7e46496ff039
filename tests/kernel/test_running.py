"""Cells run as Jupyter would run them, all of them, and errors are told in people's words."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from nbformat.v4 import new_markdown_cell

from autograder.answers import Scalar
from autograder.kernel import Sandbox
from autograder.lab import Global, Picture, Plain, Question, Questions, Tensor
from tests.kernel.conftest import HONEST, marks, notebook_of

NONE = Questions(())


def one(function: str, *arguments, **more) -> Questions:
    return Questions((Question("q", "task", function, arguments),), **more)


def printed(run, cell: int = 0) -> str:
    return "".join(output.get("text", "") for output in run.notebook.cells[cell].outputs)


def test_an_honest_notebook_answers_every_question(sandbox: Sandbox, questions: Questions) -> None:
    run = sandbox.run(notebook_of(*HONEST), questions)
    assert marks(run, questions) == 4
    assert (run.message, run.errors) == ("", ())
    assert run.seconds > 0


def test_the_graders_environment_is_not_copied_while_pytest_notes_its_test_there(
    sandbox: Sandbox, questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(self: object) -> dict[str, str]:
        raise KeyError("PYTEST_CURRENT_TEST")

    monkeypatch.setattr(type(os.environ), "copy", changed_meanwhile)
    run = sandbox.run(notebook_of(*HONEST), questions)
    assert marks(run, questions) == 4


@pytest.mark.parametrize(
    "call",
    [
        "breakpoint()",
        "import pdb; pdb.set_trace()",
        "import cv2, numpy; cv2.imshow('x', numpy.zeros((2, 2))); assert cv2.waitKey(0) == -1",
    ],
    ids=["breakpoint", "pdb", "window"],
)
def test_what_somebody_at_the_machine_would_answer_is_passed_by(
    sandbox: Sandbox, questions: Questions, call: str
) -> None:
    left = [cell.replace("factor):\n", f"factor):\n    {call}\n") for cell in HONEST]
    assert all(call in cell for cell in left)
    run = sandbox.run(notebook_of(*left), questions)
    assert marks(run, questions) == 4
    assert (run.message, run.errors) == ("", ())


@pytest.mark.parametrize(
    "cell",
    [
        "import torch\ntorch.set_num_threads(8)\ntorch.set_num_interop_threads(8)",
        "import torch\nscaled = torch.compile(scaled)",
        "import torch\n@torch.compile(mode='max-autotune')\ndef scaled(tensor, factor):\n"
        "    return tensor * factor",
    ],
    ids=["threads", "compiled", "compiled by a decorator"],
)
def test_what_makes_torch_quicker_elsewhere_is_passed_by(
    sandbox: Sandbox, questions: Questions, cell: str
) -> None:
    looked = "import torch\nprint(torch.get_num_threads(), getattr(scaled, '__wrapped__', 0))"
    run = sandbox.run(notebook_of(*HONEST, cell, looked), questions)
    assert marks(run, questions) == 4
    assert (run.message, run.errors) == ("", ())
    assert printed(run, 3) == "1 0\n"


def test_the_notebook_that_was_given_is_not_changed(sandbox: Sandbox) -> None:
    notebook = notebook_of("1 + 1")
    notebook.cells[0].metadata["tags"] = ["skip-execution"]
    run = sandbox.run(notebook, NONE)
    assert notebook.cells[0].outputs == []
    assert run.notebook.cells[0].outputs[0].data["text/plain"] == "2"


def test_outputs_are_those_of_jupyter(sandbox: Sandbox) -> None:
    run = sandbox.run(
        notebook_of(
            "import sys\nprint('out')\nprint('err', file=sys.stderr)",
            "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
            "await __import__('asyncio').sleep(0)\n_ = get_ipython().run_line_magic('pwd', '')",
            "!echo from the shell",
        ),
        NONE,
    )
    assert {output.name for output in run.notebook.cells[0].outputs} == {"stdout", "stderr"}
    assert "image/png" in run.notebook.cells[1].outputs[0].data
    assert "from the shell" in printed(run, 3)
    assert run.errors == ()


def test_later_cells_run_after_an_error_and_the_error_has_its_line(sandbox: Sandbox) -> None:
    notebook = notebook_of("x = 1\n\n1 / 0\n", "print('later')", "for\n")
    notebook.cells.insert(1, new_markdown_cell("text"))
    notebook.cells[0].metadata["nbgrader"] = {"grade_id": "predict"}
    run = sandbox.run(notebook, NONE)
    first, second = run.errors
    assert (first.cell, first.index, first.error) == ("predict", 0, "ZeroDivisionError")
    assert (first.line, first.source, first.message) == (3, "1 / 0", "division by zero")
    assert (second.index, second.error, second.line, second.source) == (3, "SyntaxError", 1, "for")
    assert printed(run, 2) == "later\n"


def test_tags_of_the_submission_have_no_effect(sandbox: Sandbox) -> None:
    notebook = notebook_of("print('run all the same')")
    notebook.cells[0].metadata["tags"] = ["skip-execution"]
    notebook.metadata["kernelspec"] = {"name": "no such kernel", "display_name": "?"}
    assert printed(sandbox.run(notebook, NONE)) == "run all the same\n"


def test_a_function_that_raises_is_told_with_the_students_own_line(sandbox: Sandbox) -> None:
    notebook = notebook_of("import torch", "def f(n):\n    y = n\n    return torch.zeros(n) @ [1]")
    notebook.cells[1].metadata["nbgrader"] = {"grade_id": "compute_cam"}
    failure = sandbox.run(notebook, one("f", Plain(2))).answers["q"].failure
    assert (failure.kind, failure.error) == ("raised", "TypeError")
    assert (failure.cell, failure.line) == ("compute_cam", 3)
    assert failure.source == "return torch.zeros(n) @ [1]"
    assert "raised" not in failure.message and failure.message


@pytest.mark.parametrize("raised", ["SystemExit(3)", "KeyboardInterrupt()", "GeneratorExit()"])
def test_whatever_a_function_raises_is_caught(sandbox: Sandbox, raised: str) -> None:
    questions = Questions((Question("a", "t", "f", ()), Question("b", "t", "g", ())))
    run = sandbox.run(notebook_of(f"def f(): raise {raised}\ndef g(): return 1"), questions)
    assert run.answers["a"].failure.error == raised.partition("(")[0]
    assert run.answers["b"].value == Scalar(1, "int")


def test_a_missing_function_and_a_missing_global_are_named(sandbox: Sandbox) -> None:
    questions = Questions(
        (
            Question("no function", "t", "absent", ()),
            Question("no global", "t", "f", (Global("resnet"),)),
            Question("not callable", "t", "number", ()),
        )
    )
    run = sandbox.run(notebook_of("number = 3\ndef f(x): return 1"), questions)
    names = ("absent", "resnet", "number")
    for answer, name in zip(run.answers.values(), names, strict=True):
        assert answer.failure.kind == "not-defined" and f"`{name}`" in answer.failure.message


def test_arguments_are_what_the_question_says(sandbox: Sandbox) -> None:
    questions = one(
        "f",
        Global("thing"),
        Picture("made.png"),
        Tensor("map"),
        Plain("text"),
        pictures={"made.png": b"bytes"},
        arrays={"map": np.ones((1, 2, 2), np.float32)},
    )
    source = (
        "import torch\nthing = object()\n"
        "def f(a, path, tensor, text):\n"
        "    assert a is thing and type(tensor) is torch.Tensor and tensor.is_leaf\n"
        "    assert not tensor.requires_grad and not tensor.is_inference()\n"
        "    return [path, open(path, 'rb').read() == b'bytes', str(tensor.dtype), text]"
    )
    value = sandbox.run(notebook_of(source), questions).answers["q"].value
    assert [item.value for item in value.items] == ["made.png", True, "torch.float32", "text"]


def test_made_pictures_are_not_there_while_cells_run(sandbox: Sandbox) -> None:
    source = "import os\nseen = os.listdir('.')\ndef f(): return [seen, os.listdir('.')]"
    run = sandbox.run(notebook_of(source), one("f", pictures={"made.png": b"x"}))
    before, after = run.answers["q"].value.items
    assert "made.png" not in [item.value for item in before.items]
    assert {"made.png", "words.txt"} <= {item.value for item in after.items}


def test_lab_files_are_fresh_when_questions_begin(sandbox: Sandbox) -> None:
    source = "open('words.txt', 'w').write('mine')\ndef f(): return open('words.txt').read()"
    assert sandbox.run(notebook_of(source), one("f")).answers["q"].value.value == "some words"
    assert sandbox.run(notebook_of(source), one("f")).answers["q"].value.value == "some words"


def test_each_question_gets_a_tensor_of_its_own(sandbox: Sandbox) -> None:
    asked = tuple(Question(str(n), "t", "f", (Tensor("a"),)) for n in range(2))
    questions = Questions(asked, arrays={"a": np.ones(2, np.float32)})
    run = sandbox.run(notebook_of("def f(t):\n    t += 1\n    return float(t[0])"), questions)
    assert [answer.value.value for answer in run.answers.values()] == [2.0, 2.0]


def test_an_endless_question_costs_itself_only(sandbox: Sandbox) -> None:
    questions = Questions(
        (Question("a", "t", "f", ()), Question("b", "t", "g", ()), Question("c", "t", "f", ()))
    )
    run = sandbox.run(notebook_of("def f():\n    while True: pass\ndef g(): return 1"), questions)
    assert [a.failure and a.failure.kind for a in run.answers.values()] == [
        "timed-out",
        None,
        "timed-out",
    ]


def test_a_death_costs_the_question_that_led_to_it(sandbox: Sandbox) -> None:
    questions = Questions(tuple(Question(name, "t", name, ()) for name in ("f", "die", "g")))
    source = "import os\ndef f(): return 1\ndef die(): os._exit(0)\ndef g(): return 2"
    run = sandbox.run(notebook_of(source), questions)
    assert run.answers["f"].value == Scalar(1, "int")
    assert run.answers["die"].failure.kind == "died"
    assert run.answers["g"].value == Scalar(2, "int")


def test_a_huge_answer_is_refused_and_the_next_is_taken(sandbox: Sandbox) -> None:
    questions = Questions((Question("a", "t", "f", ()), Question("b", "t", "g", ())))
    source = "import torch\ndef f(): return torch.zeros(2**20)\ndef g(): return 1"
    run = sandbox.run(notebook_of(source), questions)
    assert run.answers["a"].failure.kind == "too-large"
    assert run.answers["b"].value == Scalar(1, "int")


def test_what_functions_print_is_swallowed(sandbox: Sandbox) -> None:
    source = "def f():\n    print('x' * 10**7)\n    return 1"
    assert sandbox.run(notebook_of(source), one("f")).answers["q"].value == Scalar(1, "int")


def test_every_submission_starts_from_the_same_random_numbers(sandbox: Sandbox) -> None:
    source = (
        "import random, numpy, torch\n"
        "print(random.random(), numpy.random.rand(), torch.rand(1), hash('a'))"
    )
    runs = [sandbox.run(notebook_of(source), NONE) for _ in range(2)]
    assert printed(runs[0]) == printed(runs[1]) != ""


def test_many_threads_run_submissions_at_once(sandbox: Sandbox, questions: Questions) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: sandbox.run(notebook_of(*HONEST), questions), range(8)))
    assert [marks(run, questions) for run in runs] == [4] * 8


def test_the_autograder_cannot_be_imported(sandbox: Sandbox) -> None:
    run = sandbox.run(notebook_of("import autograder", "import camlab_solutions"), NONE)
    assert [error.error for error in run.errors] == ["ModuleNotFoundError"] * 2


def test_modules_beside_the_notebook_are_imported_as_in_jupyter(sandbox: Sandbox) -> None:
    beside = {
        "helpers.py": b"VALUE = 7\n",
        "package/inner.py": b"VALUE = 8\n",
        "words.txt": b"the student's",
    }
    notebook = notebook_of(
        "from helpers import VALUE\nfrom package.inner import VALUE as more\nprint(VALUE, more)",
        "%%writefile made.py\nVALUE = 9",
        "import made\nprint(made.VALUE, open('words.txt').read())",
    )
    run = sandbox.run(notebook, NONE, beside)
    assert run.errors == ()
    assert printed(run).strip() == "7 8"
    assert printed(run, 2).strip() == "9 some words", "the lab's own files stay"


def test_weights_lie_where_they_lie_at_home(sandbox: Sandbox, questions: Questions) -> None:
    cell = (
        "import os\n"
        "def total(*_):\n"
        "    there = os.path.expanduser('~/.cache/torch')\n"
        "    return os.path.realpath(there) == os.path.realpath(os.environ['TORCH_HOME'])\n"
    )
    run = sandbox.run(notebook_of(cell), questions)
    assert run.answers["total"].value == Scalar(True, "bool")
