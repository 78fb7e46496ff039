"""Pairs that were made alike are named; right solutions that are alike by chance are not."""

from __future__ import annotations

import inspect
import random
import re

import pytest

from autograder.course import find_course
from autograder.gradebook.marks import class_marks
from autograder.report.class_page import class_page
from autograder.report.graded_code import graded_code
from autograder.report.likeness import Likeness, Pair, find_likeness, known_code
from autograder.report.likeness_process import alike
from autograder.storage.autograded import autograded_path
from autograder.storage.notebook_bytes import notebook_bytes
from tests.conftest import ROOT
from tests.lab09 import LAB
from tests.loading import loads
from tests.report.sample_results import class_of, row
from tests.report.sample_run import notebook

TASKS = [task.name for task in LAB.tasks if task.by_machine]
BANK_FOLDER = ROOT / "tests" / "graders" / "bank"
BANK = {
    task: [path.read_text() for path in sorted((BANK_FOLDER / task / "right").glob("*.py"))]
    for task in TASKS
}


@pytest.fixture(scope="module")
def known():
    return known_code(find_course(ROOT, "lab09"))


@pytest.mark.parametrize("lab", ["lab09", "lab10"])
def test_the_references_code_is_known(lab, small_lab):
    course = find_course(ROOT, lab) if lab == "lab09" else small_lab.course
    code = known_code(course)
    for function in course.lab.reference():
        assert inspect.getsource(function).strip() in code


def test_it_is_known_without_torch(root):
    program = (
        "from autograder.course import find_course\n"
        "from autograder.report.likeness import known_code\n"
        "assert known_code(find_course())"
    )
    assert not loads(program, "torch", root)


def sample_class(size: int, seed: int = 413) -> dict[str, dict[str, str]]:
    """Each student has a right solution of the bank for each task, drawn by chance."""
    luck = random.Random(seed)
    return {
        f"s{number:02d}": {task: luck.choice(BANK[task]) for task in TASKS}
        for number in range(size)
    }


def disguised(code: str) -> str:
    """Other names, other spacing, comments and empty lines: the same code."""
    names = r"\b(features|cam|weights?|logits|probs|x|out|h|w|grads?|image_file|label)\b"
    lines = re.sub(names, lambda found: f"{found[0]}_of_mine", code).splitlines()
    return "\n\n".join(f"{line.replace(', ', ' ,  ')}  # my idea" for line in lines)


def test_code_that_was_copied_and_disguised_is_named(known):
    codes = sample_class(30)
    codes["copy"] = {task: disguised(code) for task, code in codes["s07"].items()}
    ((first, second, share, tasks),) = alike(codes, known)
    assert {first, second} == {"copy", "s07"}
    assert share >= 0.9 and tasks == TASKS


@pytest.mark.parametrize("seed", range(3))
def test_right_solutions_of_the_bank_are_not_named(known, seed):
    assert alike(sample_class(30, seed), known) == []


@pytest.mark.parametrize("task", TASKS)
def test_no_two_right_solutions_of_one_task_are_named(known, task):
    codes = {f"{number}": {task: code} for number, code in enumerate(BANK[task])}
    assert alike(codes, known) == []


def test_the_reference_and_what_many_have_does_not_count(known):
    reference = {task: code for task, code in zip(TASKS, known[-4:], strict=True)}
    codes = sample_class(20) | {"a": reference, "b": reference}
    assert alike(codes, known) == []
    popular = sample_class(1)["s00"]
    codes = sample_class(10, seed=7) | {f"p{number}": popular for number in range(6)}
    assert alike(codes, known) == []


def test_a_class_is_compared_from_its_autograded_notebooks(tmp_path):
    course = find_course(ROOT, "lab09").writing_to(tmp_path)
    codes = sample_class(6)
    codes["copy"] = {task: disguised(code) for task, code in codes["s01"].items()}
    for student, own in codes.items():
        path = autograded_path(course, student)
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook_bytes(notebook(**own)))
    found = find_likeness(
        course, {student: graded_code(course, student) for student in [*codes, "absent"]}
    )
    assert [(pair.first, pair.second) for pair in found.pairs] == [("copy", "s01")]
    assert found.message == ""


def test_the_class_page_names_pairs_as_something_to_look_at():
    marks = class_marks(LAB, class_of(row("ada"), row("<b>eve</b>"), row("zoe")), None)
    pairs = Likeness((Pair("ada", "<b>eve</b>", 0.97, ("predict", "compute_cam")),))
    page = class_page(marks, likeness=pairs)
    assert "a reason to look, and no verdict" in page
    assert "97 %" in page and "predict, compute_cam" in page
    assert "<b>eve" not in page
    assert "no verdict" not in class_page(marks, likeness=Likeness())
    assert "took too long" in class_page(marks, likeness=Likeness(message="It took too long."))
