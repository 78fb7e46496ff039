"""The error rate that is told in public is the one that was measured, on the bank as it is."""

from __future__ import annotations

import json

import pytest

from autograder.report.grader_accuracy import accuracy_sentence
from tests.graders.accuracy import PATH, QUOTED, quoted
from tests.graders.marked import expected_hint, fair_points, solutions

FIGURES = json.loads(PATH.read_bytes())


@pytest.mark.parametrize("page", QUOTED, ids=lambda page: page.name)
def test_a_page_quotes_the_measured_figures_with_the_command(page):
    text, sentence = page.read_text("utf-8"), accuracy_sentence(PATH)
    assert FIGURES["command"] in sentence
    assert quoted(text, sentence) == text


def test_a_page_without_the_marks_is_named():
    with pytest.raises(ValueError, match="accuracy"):
        quoted("nothing here", "x")


def test_the_figures_are_of_the_bank_as_it_is():
    paths = solutions()
    wrong = [path for path in paths if path.parent.name == "wrong"]
    assert FIGURES["right"] == sum(path.parent.name == "right" for path in paths)
    assert FIGURES["wrong"] == len(wrong)
    assert FIGURES["hints_expected"] == sum(expected_hint(path) != "-" for path in wrong)
    assert FIGURES["fair_stated"] == sum(fair_points(path) is not None for path in paths)


def test_the_figures_are_as_good_as_is_promised():
    assert FIGURES["right_refused"] == FIGURES["wrong_passed"] == 0
    assert FIGURES["hints_right"] >= 0.95 * FIGURES["hints_expected"]
    assert FIGURES["mutants_caught"] >= 0.95 * FIGURES["mutants"]
    for margin in FIGURES["margins"].values():
        assert margin["furthest_right"] < 1 < margin["nearest_wrong"]
