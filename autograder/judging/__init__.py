"""Runs the hidden graders over the answers of a class, one submission after the other.

Judge       answers in, marks out
criterion, Refused, spoken, same, …    what a grader file is written with
"""

from autograder.judging.comparing import (
    PROBABILITY_TOLERANCE,
    TIE,
    same,
    same_up_to_factor,
    same_up_to_factor_and_offset,
)
from autograder.judging.criterion import Refused, criterion
from autograder.judging.judge import Judge
from autograder.judging.words import spoken

__all__ = [
    "PROBABILITY_TOLERANCE",
    "TIE",
    "Judge",
    "Refused",
    "criterion",
    "same",
    "same_up_to_factor",
    "same_up_to_factor_and_offset",
    "spoken",
]
