"""The class of `camlab demo`: twelve submissions as a TA meets them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from autograder.lab import SampleStudent
from autograder.labs.lab09 import sample_answers


def sample_class() -> tuple[SampleStudent, ...]:
    """The class of `camlab demo`; their written answers are the worked ones, the best first."""
    return tuple(_with_written_answers(_students()))


def _with_written_answers(students: tuple[SampleStudent, ...]) -> Iterator[SampleStudent]:
    table = tomllib.loads((Path(__file__).parent / "worked_answers.toml").read_text("utf-8"))
    rows = sorted(table["answer"], key=lambda row: -row["points"])
    written = cycle({row["task"]: row["text"].strip()} for row in rows)
    for student in students:
        if student.blank or student.content is not None:
            yield student
        else:
            yield replace(student, answers={**next(written), **student.answers})


def _students() -> tuple[SampleStudent, ...]:
    return (
        SampleStudent("ada", "everything right"),
        SampleStudent("alan", "handed in the release untouched", blank=True),
        SampleStudent("barbara", "forgot the softmax", {"predict": sample_answers.NO_SOFTMAX}),
        SampleStudent(
            "claude", "lists the least probable first", {"predict": sample_answers.ASCENDING}
        ),
        SampleStudent(
            "donald",
            "took the features after the pooling",
            {"get_resnet_features": sample_answers.POOLED_FEATURES},
        ),
        SampleStudent(
            "edsger", "put a ReLU on the CAM", {"compute_cam": sample_answers.RELU_ON_CAM}
        ),
        SampleStudent(
            "frances", "scaled the CAM to [0, 1]", {"compute_cam": sample_answers.NORMALISED_CAM}
        ),
        SampleStudent(
            "grace", "left out Grad-CAM's ReLU", {"compute_gradcam": sample_answers.NO_RELU}
        ),
        SampleStudent(
            "hedy",
            "differentiated the probability, not the logit",
            {"compute_gradcam": sample_answers.SOFTMAX_GRADIENT},
        ),
        SampleStudent(
            "john", "a syntax error in one cell", {"compute_cam": sample_answers.SYNTAX_ERROR}
        ),
        SampleStudent(
            "katherine", "an endless loop in one cell", {"fc_weight": sample_answers.ENDLESS_LOOP}
        ),
        SampleStudent(
            "linus", "handed in something that is not a notebook", content=b"%PDF-1.7 my lab report"
        ),
    )
