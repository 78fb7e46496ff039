"""compute_cam: cam_k[i, j] = Σ_c W[k, c] · X[c, i, j]. 3 points.

A sixth for the form, a third for where the evidence lies, half for the numbers themselves
(`policy.toml` has the shares). Random numbers of the right shape earn the form's share: dropout
that was left on and sums that pile up look like them, and the doubt is the student's. A constant
map, or one map for all, earns nothing. Right numbers in another form lose the form's share alone.
"""

from itertools import pairwise

import numpy as np

from autograder.judging import (
    CriterionFailed,
    criterion,
    describe_question,
    same,
    same_up_to_factor_and_offset,
)


@criterion(
    sentence="compute_cam should return a tensor of shape [7, 7] of finite numbers, different for "
    "each class and each feature map.",
)
def test_form(answers, reference):
    asked = [
        (answers.tensor(question, 7, 7, exact=True), reference.tensor(question, 7, 7))
        for question in answers.first_times()
    ]
    if all(not np.ptp(actual) for actual, _ in asked):
        raise CriterionFailed("Every cell holds the same number.")
    for (one, expected_one), (other, expected_other) in pairwise(asked):
        if same(one, other) and not same(expected_one, expected_other):
            raise CriterionFailed("It is the same for two different classes or feature maps.")


@criterion(
    sentence="Each map should show where the evidence for the asked class lies: the weighted sum "
    "of the channels, whatever its scale.",
)
def test_evidence(answers, reference):
    for question in answers:
        expected = reference.tensor(question, 7, 7)
        if not same_up_to_factor_and_offset(answers.tensor(question, 7, 7), expected):
            raise CriterionFailed(f"For {describe_question(question)} the map lies elsewhere.")


@criterion(
    sentence="Each map should be the weighted sum itself, signed, not rescaled: then "
    "mean(cam) + bias is the logit.",
)
def test_values(answers, reference):
    for question in answers:
        expected = reference.tensor(question, 7, 7)
        if not same(answers.tensor(question, 7, 7), expected):
            raise CriterionFailed(f"For {describe_question(question)} the numbers differ.")
