"""compute_gradcam: ReLU(Σ_c α_c · X[c, i, j]), α_c = Σ_ij ∂z_k / ∂X[c, i, j]. 3 points.

What the criteria share is as in `test_compute_cam.py`; where the ReLU alone was forgotten, the
table leaves more.
"""

from itertools import pairwise

import numpy as np

from autograder.judging import (
    CriterionFailed,
    criterion,
    describe_question,
    same,
    same_up_to_factor,
)


@criterion(
    sentence="compute_gradcam should return a tensor of shape [7, 7] of finite numbers, none "
    "negative, different for each class and each picture.",
)
def test_form(answers, reference):
    asked = []
    for question in answers.first_times():
        actual = answers.tensor(question, 7, 7, exact=True)
        if actual.min() < -1e-3 * np.abs(actual).max():
            raise CriterionFailed(f"For {describe_question(question)} some cells are negative.")
        asked.append((actual, reference.tensor(question, 7, 7)))
    if all(not np.ptp(actual) for actual, _ in asked):
        raise CriterionFailed("Every cell holds the same number.")
    for (one, expected_one), (other, expected_other) in pairwise(asked):
        # Nothing may speak for either of two classes: all zero is no sameness.
        if one.any() and same(one, other) and not same(expected_one, expected_other):
            raise CriterionFailed("It is the same for two different classes or pictures.")


@criterion(
    sentence="Each map should show where VGG-19's features speak for the asked class: each "
    "channel weighted by the gradient of the logit, pooled over places.",
)
def test_evidence(answers, reference):
    for question in answers:
        expected = reference.tensor(question, 7, 7)
        positive = np.maximum(answers.tensor(question, 7, 7), 0)
        if not same_up_to_factor(positive, expected, reference.signed(question, 7, 7)):
            raise CriterionFailed(f"For {describe_question(question)} the map lies elsewhere.")


@criterion(
    sentence="Each map should be the weighted sum after its ReLU, at its own scale, also when "
    "the same question is asked again.",
)
def test_values(answers, reference):
    asked = [
        (answers.tensor(q, 7, 7), reference.tensor(q, 7, 7), reference.signed(q, 7, 7))
        for q in answers
    ]
    if all(same(actual * 49, expected, signed) for actual, expected, signed in asked):
        answers.remarks.notice("mean-pooled-gradcam")
        return
    for question, (actual, expected, signed) in zip(answers, asked, strict=True):
        if not same(actual, expected, signed):
            raise CriterionFailed(f"For {describe_question(question)} the numbers differ.")
