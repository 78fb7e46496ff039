"""Runs the hidden graders over the answers of a class, one submission after the other.

AnswerGrader    answers in, marks out
criterion, CriterionFailed, describe_question, same, …    what a grader file is written with
"""

from autograder.judging.answer_grader import AnswerGrader
from autograder.judging.comparing import (
    PROBABILITY_TOLERANCE,
    TIE,
    same,
    same_up_to_factor,
    same_up_to_factor_and_offset,
)
from autograder.judging.criterion import CriterionFailed, criterion
from autograder.judging.descriptions import describe_question
from autograder.judging.prediction_forms import plain_spelling, same_name

__all__ = [
    "PROBABILITY_TOLERANCE",
    "TIE",
    "AnswerGrader",
    "CriterionFailed",
    "criterion",
    "describe_question",
    "plain_spelling",
    "same",
    "same_name",
    "same_up_to_factor",
    "same_up_to_factor_and_offset",
]
