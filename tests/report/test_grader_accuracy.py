"""What is known about the graders' errors stands on the class page, and nothing where it is not."""

from __future__ import annotations

import json

from autograder.report.grader_accuracy import accuracy_sentence

FIGURES = {
    "command": "python -m tests.graders.accuracy",
    "right": 160,
    "right_refused": 1,
    "wrong": 380,
    "wrong_passed": 2,
    "hints_expected": 350,
    "hints_right": 349,
    "hints_other": 1,
    "fair_stated": 62,
    "fair_within_half_a_point": 61,
    "weights": "stand-in",
    "margins": {
        "a": {"furthest_right": 0.02, "nearest_wrong": 40.0},
        "b": {"furthest_right": 0.3, "nearest_wrong": 3.5},
    },
    "mutants": 150,
    "mutants_caught": 149,
}


def test_the_sentence_has_the_figures_and_the_command(tmp_path):
    path = tmp_path / "accuracy.json"
    path.write_text(json.dumps(FIGURES))
    said = accuracy_sentence(path)
    assert "of 160 right ones 1 were refused, of 380 wrong ones 2 got full marks" in said
    assert "149 of 150 changes" in said and "61 of 62 marks" in said
    assert "lay at 0.3, the nearest wrong one at 3.5" in said
    assert said.endswith("(python -m tests.graders.accuracy, stand-in weights).")


def test_a_lab_without_figures_says_nothing(tmp_path):
    assert accuracy_sentence(tmp_path / "accuracy.json") == ""
    (tmp_path / "accuracy.json").write_text('{"right": 1}')
    assert accuracy_sentence(tmp_path / "accuracy.json") == ""
