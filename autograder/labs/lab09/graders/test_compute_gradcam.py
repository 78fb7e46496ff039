"""compute_gradcam: ReLU(Σ_c α_c · X[c, i, j]), α_c = Σ_ij ∂z_k / ∂X[c, i, j]. 3 points.

What the criteria share is as in `test_compute_cam.py`; where the ReLU alone was forgotten, the
table leaves more.
"""

from itertools import pairwise

import numpy as np

from autograder.judging import Refused, criterion, same, same_up_to_factor, spoken


@criterion(
    sentence="compute_gradcam should return a tensor of shape [7, 7] of finite numbers, none "
    "negative, different for each class and each picture.",
)
def test_form(answers, reference):
    asked = []
    for question in answers.first_times():
        told = answers.tensor(question, 7, 7, exact=True)
        if told.min() < -1e-3 * np.abs(told).max():
            raise Refused(f"For {spoken(question)} some cells are negative.")
        asked.append((told, reference.tensor(question, 7, 7)))
    if all(not np.ptp(told) for told, _ in asked):
        raise Refused("Every cell holds the same number.")
    for (one, right_one), (other, right_other) in pairwise(asked):
        # Nothing may speak for either of two classes: all zero is no sameness.
        if one.any() and same(one, other) and not same(right_one, right_other):
            raise Refused("It is the same for two different classes or pictures.")


@criterion(
    sentence="Each map should show where VGG-19's features speak for the asked class: each "
    "channel weighted by the gradient of the logit, pooled over places.",
)
def test_evidence(answers, reference):
    for question in answers:
        right = reference.tensor(question, 7, 7)
        positive = np.maximum(answers.tensor(question, 7, 7), 0)
        if not same_up_to_factor(positive, right, reference.signed(question, 7, 7)):
            raise Refused(f"For {spoken(question)} the map lies elsewhere.")


@criterion(
    sentence="Each map should be the weighted sum after its ReLU, at its own scale, also when "
    "the same question is asked again.",
)
def test_values(answers, reference):
    asked = [
        (answers.tensor(q, 7, 7), reference.tensor(q, 7, 7), reference.signed(q, 7, 7))
        for q in answers
    ]
    if all(same(told * 49, right, signed) for told, right, signed in asked):
        answers.remarks.notice("mean-pooled-gradcam")
        return
    for question, (told, right, signed) in zip(answers, asked, strict=True):
        if not same(told, right, signed):
            raise Refused(f"For {spoken(question)} the numbers differ.")
