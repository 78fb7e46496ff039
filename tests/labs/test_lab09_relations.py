"""A relation holds for what it names, and for nothing that only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.labs.lab09.mistakes import relations

RANDOM = np.random.default_rng(413)
RIGHT = RANDOM.normal(size=(7, 7))
OTHER = RANDOM.normal(size=(7, 7))
FEATURES = RANDOM.exponential(size=(512, 7, 7)) * (RANDOM.random((512, 7, 7)) < 0.3)


def one_channel_wrong(features: np.ndarray) -> np.ndarray:
    changed = features.copy()
    changed[5] = OTHER
    return changed


@pytest.mark.parametrize(
    ("relation", "change", "holds"),
    [
        (relations.each_rescaled, lambda m: 3 * m, True),
        (relations.each_rescaled, lambda m: -3 * m, False),
        (relations.each_rescaled, lambda m: 3 * m + 0.1, False),
        (relations.each_rescaled_and_shifted, lambda m: 3 * m + 0.1, True),
        (relations.each_rescaled_and_shifted, np.abs, False),
        (relations.is_permutation, lambda m: m.T, True),
        (relations.is_permutation, lambda m: 2 * np.roll(m, 1, 0), True),
        (relations.is_permutation, lambda m: OTHER, False),
        (relations.is_permutation, np.abs, False),
    ],
)
def test_a_relation_of_two_maps(relation: Callable, change: Callable, holds: bool):
    assert relation(change(RIGHT), RIGHT) is holds


def by_channel(factors: np.ndarray) -> np.ndarray:
    return factors[:, None, None]


@pytest.mark.parametrize(
    ("relation", "change", "holds"),
    [
        (relations.channels_rescaled, lambda f: f * by_channel(RANDOM.random(512) + 0.1), True),
        (relations.channels_rescaled, lambda f: f + by_channel(RANDOM.random(512)), True),
        (relations.channels_rescaled, lambda f: f * by_channel(np.arange(512) < 256), True),
        (relations.channels_rescaled, lambda f: f * by_channel(np.arange(512) < 100), False),
        (relations.channels_rescaled, lambda f: f * (RANDOM.random((7, 7)) + 0.1), False),
        (relations.channels_rescaled, np.tanh, False),
        (relations.channels_rescaled, one_channel_wrong, False),
        (relations.places_rescaled, lambda f: f * (RANDOM.random((7, 7)) + 0.1), True),
        (relations.places_rescaled, lambda f: f * by_channel(RANDOM.random(512) + 0.1), False),
        (relations.places_rescaled, lambda f: -f, False),
    ],
)
def test_a_relation_of_two_feature_maps(relation: Callable, change: Callable, holds: bool):
    assert relation(change(FEATURES), FEATURES) is holds


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        (np.tanh, True),
        (lambda m: np.maximum(m, 0), True),
        (lambda m: np.sign(m) * m**2, True),
        (lambda m: np.where(m > 0, m, 0.01 * m), True),
        (lambda m: m**2, False),
        (lambda m: -m, False),
        (lambda m: m.T, False),
        (lambda m: m > 0, False),  # two numbers tell nothing
        (lambda m: OTHER, False),
    ],
)
def test_a_rising_function_of_each_number(change: Callable, holds: bool):
    assert (
        relations.is_monotone_transform([(np.asarray(change(RIGHT), dtype=np.float64), RIGHT)])
        is holds
    )


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        (np.round, True),
        (lambda m: m.round(1), True),
        (np.trunc, True),
        (lambda m: np.round(m) + 2, False),
        (lambda m: 0 * m, False),
    ],
)
def test_rounded_numbers(change: Callable, holds: bool):
    small = RIGHT / 100
    assert relations.rounded([(change(RIGHT), RIGHT), (change(small), small)]) is holds


def test_a_shift_is_the_same_in_each_place():
    assert relations.all_shifted([(RIGHT + 1, RIGHT), (OTHER, OTHER)])
    assert not relations.all_shifted([(RIGHT, RIGHT)])
    assert not relations.all_shifted([(RIGHT + OTHER, RIGHT)])


def test_among_many_numbers_a_few_wrong_ones_are_not_taken_for_moved_ones():
    assert relations.is_permutation(FEATURES[::-1], FEATURES)
    assert not relations.is_permutation(one_channel_wrong(FEATURES), FEATURES)
    assert not relations.is_monotone_transform([(one_channel_wrong(FEATURES), FEATURES)])


def test_a_multiple_has_a_positive_factor_of_its_own():
    rows = np.stack([RIGHT.ravel(), -RIGHT.ravel(), OTHER.ravel(), 0 * RIGHT.ravel()])
    assert relations.multiples(rows, 3 * RIGHT.ravel()).tolist() == [True, False, False, False]
    assert relations.multiples(rows, 3 * RIGHT.ravel() + 1).tolist() == [True, False, False, False]
    assert relations.multiples(rows, np.zeros(49)).tolist() == [False, False, False, True]


def test_a_mixture_is_found_behind_a_relu_too():
    one, other = RIGHT.ravel(), OTHER.ravel()
    mixed = 2 * one - 3 * other
    assert relations.mixture(mixed, one, other) == pytest.approx((2, -3))
    assert relations.mixture(np.maximum(mixed, 0), one, other) == pytest.approx((2, -3))
    assert relations.mixture(mixed**2, one, other) is None


def test_maps_tell_that_are_neither_right_nor_nothing():
    right = {1: RIGHT, 2: RIGHT, 3: RIGHT}
    assert relations.telling_maps({1: 2 * RIGHT, 2: OTHER, 3: OTHER}, right).keys() == {2, 3}
    assert relations.telling_maps({1: OTHER, 2: 0 * RIGHT, 3: RIGHT}, right) is None
    assert relations.telling_maps({1: OTHER, 2: OTHER, 3: OTHER[:3]}, right) is None
    assert relations.telling_maps({1: OTHER, 2: OTHER, 3: np.nan * OTHER}, right) is None


MAPS = [np.random.default_rng(seed).normal(size=(7, 7)) for seed in (1, 2, 3)]


def pairs_of(change) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.asarray(change(one), dtype=np.float64), one) for one in MAPS]


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda m: m > 0, True),
        (lambda m: 3.0 * (m > m.mean()) - 1, True),
        (lambda m: m >= m.max(), True),
        (lambda m: m < 0, False),
        (lambda m: m.T > 0, False),
        (lambda m: np.round(2 * m), False),
        (lambda m: m, False),
        (np.ones_like, False),
        (lambda m: np.where(m > 0, m, 0), False),
    ],
)
def test_a_threshold_has_two_numbers_and_a_bound(change, shown):
    assert relations.is_threshold(pairs_of(change)) is shown


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda m: m.clip(0, 1), True),
        (lambda m: m.clip(max=0.5), True),
        (lambda m: m.clip(min=-0.5), True),
        (lambda m: m, False),
        (lambda m: 1.1 * m.clip(0, 1), False),
        (lambda m: m.T.clip(0, 1), False),
        (np.zeros_like, False),
        (np.tanh, False),
    ],
)
def test_what_is_cut_off_is_the_right_map_between_its_bounds(change, shown):
    assert relations.is_clamped(pairs_of(change)) is shown
