"""The part of a feedback page that says why: nothing of what students may not see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.answers import Answer, Failure, Scalar
from autograder.answers import Sequence as Listed
from autograder.labs.lab09.notebook_calls import call_of
from autograder.report.why import reasons
from autograder.results import Criterion
from tests.report.sample_results import mark
from tests.report.sample_run import maps, tensor

ANSWERS, REFERENCE = maps()


def cam_mark(sentence: str = ""):
    missed = Criterion("values", 0.0, 1.5, sentence)
    return replace(mark("compute_cam"), points=1.5, status="partial", criteria=(missed,))


def test_the_place_where_the_answer_is_farthest_is_told_with_both_values():
    key = "compute_cam/boat.jpg/285"
    (why,) = reasons(cam_mark("For boat.jpg and class 285 it is not."), ANSWERS, REFERENCE, call_of)
    theirs, true = (one[key].value.values for one in (ANSWERS, REFERENCE))
    row, column = np.unravel_index(np.abs(theirs - true).argmax(), (7, 7))
    assert why.question == 'compute_cam(get_resnet_features("boat.jpg"), 285)'
    assert why.place == f"row {row + 1}, column {column + 1}"
    assert float(why.seen) == theirs[row, column]
    assert abs(float(why.expected) - true[row, column]) < 1e-3
    assert f"yours[{row}][{column}]" in why.cell and why.expected in why.cell


def test_what_was_expected_is_left_out_where_students_may_not_see_the_reference():
    (why,) = reasons(cam_mark(), ANSWERS, REFERENCE, call_of, show_reference=False)
    assert why.cell and why.expected == "" and "expected" not in why.cell


def test_of_a_picture_made_for_grading_no_number_is_told():
    only_made = {
        key: answer if "made" in key else Answer(key, REFERENCE[key].value)
        for key, answer in ANSWERS.items()
    }
    (why,) = reasons(cam_mark("For a picture made for grading"), only_made, REFERENCE, call_of)
    assert why.criteria == ("values",)
    assert (why.question, why.seen, why.expected, why.cell) == ("", "", "", "")


def test_another_shape_and_a_function_that_stops_are_told_too():
    key = "compute_cam/cat.jpg/281"
    flat = {key: Answer(key, tensor(np.zeros(49)))}
    (why,) = reasons(cam_mark(), flat, REFERENCE, call_of)
    assert "[49]" in why.seen and "[7, 7]" in why.expected
    stopped = {key: Answer(key, failure=Failure("raised", "no", "RuntimeError"))}
    (why,) = reasons(cam_mark(), stopped, REFERENCE, call_of)
    assert "RuntimeError" in why.seen and why.cell.startswith("yours = compute_cam(")


def test_a_list_is_told_by_its_first_entry_that_differs():
    def listed(*probabilities: float) -> Listed:
        return Listed(
            tuple(
                Listed((Scalar("cat", "str"), Scalar(281, "int"), Scalar(p, "float")), "tuple")
                for p in probabilities
            ),
            "list",
        )

    key = "predict/resnet/cat.jpg"
    missed = replace(cam_mark(), task="predict")
    answers, right = {key: Answer(key, listed(0.5, 20.0))}, {key: Answer(key, listed(0.5, 0.2))}
    (why,) = reasons(missed, answers, right, call_of)
    assert why.question == 'predict(resnet, "cat.jpg")' and why.place == "entry 2"
    assert why.seen == "('cat', 281, 20)" and why.expected == "('cat', 281, 0.2)"
