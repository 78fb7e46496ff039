"""How a wrong array may relate to the right one. Two arrays of one shape each, float64, finite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.judging.comparing import (
    MAP_TOLERANCE,
    same,
    same_up_to_factor,
    same_up_to_factor_and_offset,
)


def correlation(told: np.ndarray, right: np.ndarray) -> float:
    """Pearson's r of two arrays of one shape; 0 where one is constant."""
    one, other = told.ravel() - told.mean(), right.ravel() - right.mean()
    power = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / power if power > 0 else 0.0


def each_rescaled(told: np.ndarray, right: np.ndarray) -> bool:
    """told = f · right with some f > 0."""
    return bool(right.any()) and same_up_to_factor(told, right)


def all_shifted(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """told = right + c in each pair, and c is not 0 in all."""
    shifts = [float((told - right).mean()) for told, right in pairs]
    return any(not same(told, right) for told, right in pairs) and all(
        np.ptp(right) > 0 and same(told - shift, right)
        for shift, (told, right) in zip(shifts, pairs, strict=True)
    )


def each_rescaled_and_shifted(told: np.ndarray, right: np.ndarray) -> bool:
    """told = f · right + c with some f > 0."""
    return np.ptp(right) > 0 and same_up_to_factor_and_offset(told, right)


def rounded(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether each `told` is `right`, rounded or cut to so many decimals, and one shows several."""
    for step in (1.0, 0.1, 0.01):
        whole = all(np.abs(told / step - np.round(told / step)).max() < 1e-4 for told, _ in pairs)
        near = all(np.abs(told - right).max() <= step * (1 + 1e-4) for told, right in pairs)
        if whole and near:
            return any(len(np.unique(told)) > 1 for told, _ in pairs)
    return False


def bent(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether `told` rises wherever `right` does: one rising function of each number.

    Chance does not order 49 numbers. A function that leaves hardly any apart tells nothing, so some
    must differ in each pair, and several in half of them.
    """
    varied = 0
    for told, right in pairs:
        ordered = told.ravel()[np.argsort(right.ravel(), kind="stable")]
        slack = MAP_TOLERANCE * float(np.abs(ordered).max())
        if not np.ptp(ordered) > slack:
            return False
        if float((np.maximum.accumulate(ordered) - ordered).max()) > slack:
            return False
        varied += len(np.unique(np.round(ordered / slack))) >= 5
    return 2 * varied >= len(pairs)


def elsewhere(told: np.ndarray, right: np.ndarray) -> bool:
    """Most of the same numbers in other places, up to a factor."""
    power, wanted = float(np.linalg.norm(told)), float(np.linalg.norm(right))
    if not power or not wanted:
        return False
    told = told * (wanted / power)
    moved = np.count_nonzero(np.abs(told - right) > MAP_TOLERANCE * np.abs(right).max())
    # Sorted, many numbers lie close together: a tenth of the tolerance still tells them apart.
    apart = np.abs(np.sort(told.ravel()) - np.sort(right.ravel())).max()
    return bool(
        3 * moved >= np.count_nonzero(right) and 10 * apart <= MAP_TOLERANCE * np.abs(right).max()
    )
