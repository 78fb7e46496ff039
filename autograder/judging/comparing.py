"""When two answers count as the same: tolerances, and where they come from.

Measured on right answers (float32 against float64, oneDNN on and off, AVX2 and SSE only,
channels_last, batches), as the largest difference over the largest number of the reference:
feature maps 7e-6, CAM 1.4e-5, Grad-CAM before its ReLU 1.8e-5; probabilities 3e-6 (absolute). The
nearest mistakes: a bias added to every cell of a CAM 4e-3, one grey level in the pixels 0.11,
softmax over the top five 0.3. A thousandth lies some fifty times above the noise and below the
mistakes.
"""

from __future__ import annotations

import numpy as np

MAP_TOLERANCE = 1e-3  # of the largest number of the reference, or of its map before the ReLU
PROBABILITY_TOLERANCE = 1e-4  # absolute
TIE = 1e-5  # probabilities closer than this may stand in either order


def distance(answer: np.ndarray, reference: np.ndarray, scale: np.ndarray | None = None) -> float:
    """max |answer - reference| / max |scale|; shapes are equal already, infinite where NaN is."""
    difference = float(np.abs(answer - reference).max())
    largest = float(np.abs(reference if scale is None else scale).max())
    if difference == 0:
        return 0.0
    return difference / largest if largest > 0 and np.isfinite(difference) else float("inf")


def same(answer: np.ndarray, reference: np.ndarray, scale: np.ndarray | None = None) -> bool:
    """Whether two arrays are equal up to float32 rounding."""
    return distance(answer, reference, scale) <= MAP_TOLERANCE


def same_up_to_factor(
    answer: np.ndarray, reference: np.ndarray, scale: np.ndarray | None = None
) -> bool:
    """Whether `answer` is `reference` times one positive number, up to rounding.

    What is the same is so at factor 1, also where there is nothing but rounding to compare.
    """
    if same(answer, reference, scale):
        return True
    power = float(np.vdot(answer, answer))
    factor = float(np.vdot(answer, reference)) / power if power else 0.0
    return np.isfinite(factor) and factor > 0 and same(answer * factor, reference, scale)


def same_up_to_factor_and_offset(answer: np.ndarray, reference: np.ndarray) -> bool:
    """Whether `answer` is a positive number times `reference`, plus a constant."""
    if same(answer, reference):
        return True
    centred, wanted = answer - answer.mean(), reference - reference.mean()
    return bool(centred.any()) and same_up_to_factor(centred, wanted)
