"""How a wrong array may relate to the right one. Two arrays of one shape each, float64, finite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, TypeVar

import numpy as np

from autograder.judging.comparing import (
    MAP_TOLERANCE,
    same,
    same_up_to_factor,
    same_up_to_factor_and_offset,
)

Candidate = TypeVar("Candidate")


def correlation(actual: np.ndarray, expected: np.ndarray) -> float:
    """Pearson's r of two arrays of one shape; 0 where one is constant."""
    one, other = actual.ravel() - actual.mean(), expected.ravel() - expected.mean()
    power = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / power if power > 0 else 0.0


def each_rescaled(actual: np.ndarray, expected: np.ndarray) -> bool:
    """actual = f · expected with some f > 0."""
    return bool(expected.any()) and same_up_to_factor(actual, expected)


def all_shifted(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """actual = expected + c in each pair, and c is not 0 in all."""
    shifts = [float((actual - expected).mean()) for actual, expected in pairs]
    return any(not same(actual, expected) for actual, expected in pairs) and all(
        np.ptp(expected) > 0 and same(actual - shift, expected)
        for shift, (actual, expected) in zip(shifts, pairs, strict=True)
    )


def each_rescaled_and_shifted(actual: np.ndarray, expected: np.ndarray) -> bool:
    """actual = f · expected + c with some f > 0."""
    return np.ptp(expected) > 0 and same_up_to_factor_and_offset(actual, expected)


def channels_rescaled(actual: np.ndarray, expected: np.ndarray) -> bool:
    """Whether each channel of [channels, h, w] is f · expected + c, f and c its own, f > 0.

    A channel that is constant in either tells nothing.
    """
    one, other = actual.reshape(len(actual), -1), expected.reshape(len(actual), -1)
    return _rows_are_parallel(
        one - one.mean(1, keepdims=True), other - other.mean(1, keepdims=True)
    )


def places_rescaled(actual: np.ndarray, expected: np.ndarray) -> bool:
    """Whether the channels at each place of [channels, h, w] are f · expected, f its own, f > 0."""
    return _rows_are_parallel(
        actual.reshape(len(actual), -1).T, expected.reshape(len(actual), -1).T
    )


def _rows_are_parallel(one: np.ndarray, other: np.ndarray) -> bool:
    """All that are not nearly zero in either, a third of them at least."""
    powers = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    telling = powers > MAP_TOLERANCE * powers.max()
    alike = (one * other).sum(1)[telling] >= (1 - MAP_TOLERANCE**2) * powers[telling]
    return bool(3 * telling.sum() >= len(one) and alike.all())


def multiples(candidates: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Which rows of the candidates [..., n], times some f > 0 each, are the answer [n].

    A number may be added besides, as where a map was brought to 0 to 1.
    """
    near = _times(candidates, answer)
    centred = answer - answer.mean()
    if np.abs(centred).max() > MAP_TOLERANCE * np.abs(answer).max():
        near |= _times(candidates - candidates.mean(-1, keepdims=True), centred)
    return near


def fitting(candidates: np.ndarray, answer: np.ndarray) -> set[int]:
    """The numbers of the candidates [m, n] that `multiples` finds, as they are or cut off at 0."""
    near = multiples(candidates, answer) | multiples(np.maximum(candidates, 0), answer)
    return set(np.flatnonzero(near).tolist())


def one_fits_all(found: Iterable[Set[Candidate]]) -> bool:
    """Whether one and the same candidate fits every answer.

    Args:
        found: for each answer, those that fit it. None is asked for once none is left: each may
            cost a pass through a network.
    """
    fits: Set[Candidate] | None = None
    for here in found:
        fits = here if fits is None else fits & here
        if not fits:
            return False
    return fits is not None


def _times(candidates: np.ndarray, answer: np.ndarray) -> np.ndarray:
    powers = np.einsum("...i,...i", candidates, candidates)
    largest = float(np.abs(answer).max())
    if not largest:
        return powers == 0
    factors = candidates @ answer / np.where(powers > 0, powers, 1)
    apart = np.abs(candidates * factors[..., None] - answer).max(-1)
    return (factors > 0) & (apart <= MAP_TOLERANCE * largest)


def mixture(answer: np.ndarray, one: np.ndarray, other: np.ndarray) -> tuple[float, float] | None:
    """(a, b) where answer = a · one + b · other, or that with a ReLU behind it; [n] each.

    None where no numbers do, or where a ReLU leaves too little to tell.
    """
    scale = MAP_TOLERANCE * float(np.abs(answer).max())
    parts = np.stack([one, other], 1)
    for kept in (np.ones(answer.shape, bool), answer > scale):
        if kept.sum() < 6:  # two numbers are free
            continue
        found = np.linalg.lstsq(parts[kept], answer[kept], rcond=None)[0]
        made = parts @ found
        if np.abs(made - answer)[kept].max() <= scale and (made[~kept] <= scale).all():
            return float(found[0]), float(found[1])
    return None


def telling_maps(
    actual: Mapping[Any, Any], expected: Mapping[Any, Any]
) -> dict[Any, np.ndarray] | None:
    """The answers that are not right, be it but for a factor, as [49].

    None where one is no finite map of 7 × 7, or where all but one are nothing but zeros.
    """
    maps = {}
    for question, answer in actual.items():
        if not isinstance(answer, np.ndarray) or answer.squeeze().shape != (7, 7):
            return None
        if not np.isfinite(answer).all():
            return None
        right = np.asarray(expected[question]).reshape(1, 49)
        if not multiples(right, answer.reshape(49)).any():
            maps[question] = answer.reshape(49)
    return maps if sum(bool(one.any()) for one in maps.values()) >= 2 else None


def rounded(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether each `actual` is `expected` to so many decimals, and one shows several numbers."""
    for step in (1.0, 0.1, 0.01):
        whole = all(
            np.abs(actual / step - np.round(actual / step)).max() < 1e-4 for actual, _ in pairs
        )
        near = all(
            np.abs(actual - expected).max() <= step * (1 + 1e-4) for actual, expected in pairs
        )
        if whole and near:
            return any(len(np.unique(actual)) > 1 for actual, _ in pairs)
    return False


def is_monotone_transform(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether `actual` rises wherever `expected` does: one rising function of each number.

    Chance does not order 49 numbers. A function that leaves hardly any apart tells nothing, so some
    must differ in each pair, and several in half of them.
    """
    varied = 0
    for actual, expected in pairs:
        ordered = actual.ravel()[np.argsort(expected.ravel(), kind="stable")]
        slack = MAP_TOLERANCE * float(np.abs(ordered).max())
        if not np.ptp(ordered) > slack:
            return False
        if float((np.maximum.accumulate(ordered) - ordered).max()) > slack:
            return False
        varied += len(np.unique(np.round(ordered / slack))) >= 5
    return 2 * varied >= len(pairs)


def is_threshold(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether `actual` has two numbers: the larger one where `expected` lies above some bound.

    Where all lie on one side there is one number; half of the pairs must show two.
    """
    varied = 0
    for actual, expected in pairs:
        high = actual > actual.mean()
        low, slack = ~high, MAP_TOLERANCE * float(np.abs(actual).max())
        if np.ptp(actual) <= slack:
            continue
        if np.ptp(actual[high]) > slack or np.ptp(actual[low]) > slack:
            return False
        if expected[high].min() < expected[low].max() - MAP_TOLERANCE * np.abs(expected).max():
            return False
        varied += 1
    return bool(pairs) and 2 * varied >= len(pairs)


def is_clamped(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    """Whether `actual` is `expected`, cut off at the smallest and largest number that it has.

    One number alone tells nothing; half of the pairs must show several.
    """
    cut, varied = False, 0
    for actual, expected in pairs:
        if not same(actual, np.clip(expected, actual.min(), actual.max())):
            return False
        cut = cut or not same(actual, expected)
        varied += np.ptp(actual) > MAP_TOLERANCE * np.abs(actual).max()
    return bool(cut and 2 * varied >= len(pairs))


def is_permutation(actual: np.ndarray, expected: np.ndarray) -> bool:
    """Most of the same numbers in other places, up to a factor."""
    power, wanted = float(np.linalg.norm(actual)), float(np.linalg.norm(expected))
    if not power or not wanted:
        return False
    actual = actual * (wanted / power)
    moved = np.count_nonzero(np.abs(actual - expected) > MAP_TOLERANCE * np.abs(expected).max())
    # Sorted, many numbers lie close together: a tenth of the tolerance still tells them apart.
    apart = np.abs(np.sort(actual.ravel()) - np.sort(expected.ravel())).max()
    return bool(
        3 * moved >= np.count_nonzero(expected)
        and 10 * apart <= MAP_TOLERANCE * np.abs(expected).max()
    )
