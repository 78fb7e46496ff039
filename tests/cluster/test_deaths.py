"""A worker's death is held against a submission only where nothing else can explain it."""

from __future__ import annotations

import pytest

from autograder.cluster.deaths import DeathDecision, Deaths


@pytest.fixture
def deaths() -> Deaths:
    return Deaths()


def test_one_death_proves_nothing(deaths):
    deaths.began("ada", "one")
    assert deaths.died("one") == {"ada": DeathDecision.AGAIN}


def test_two_deaths_without_neighbours_set_a_submission_aside(deaths):
    for worker, decision in (("one", DeathDecision.AGAIN), ("two", DeathDecision.ASIDE)):
        deaths.began("ada", worker)
        assert deaths.died(worker) == {"ada": decision}


def test_a_neighbour_of_a_killer_gets_another_chance_alone(deaths):
    for worker in ("one", "two"):
        deaths.began("ada", worker)
        deaths.began("killer", worker)
        decisions = deaths.died(worker)
    assert decisions == {"ada": DeathDecision.ALONE, "killer": DeathDecision.ALONE}


def test_who_is_alone_when_a_worker_dies_is_to_blame(deaths):
    deaths.began("killer", "three")
    assert deaths.died("three", alone=["killer"]) == {"killer": DeathDecision.ASIDE}


def test_a_submission_that_was_waiting_its_turn_there_is_not_touched(deaths):
    deaths.began("ada", "one")
    deaths.began("alan", "two")
    assert deaths.died("two") == {"alan": DeathDecision.AGAIN}
    deaths.ended("ada")
    assert deaths.died("one") == {}


def test_what_is_finished_is_forgotten(deaths):
    deaths.began("ada", "one")
    deaths.died("one")
    deaths.ended("ada")
    deaths.began("ada", "two")
    assert deaths.died("two") == {"ada": DeathDecision.AGAIN}


def test_what_has_left_a_worker_is_neither_to_blame_nor_a_neighbour(deaths):
    for worker in ("w1", "w2"):
        deaths.began("done", worker)
        deaths.left("done", worker)
        deaths.began("deadly", worker)
        decisions = deaths.died(worker)
        assert "done" not in decisions
    assert decisions == {"deadly": DeathDecision.ASIDE}


def test_a_worker_that_was_given_up_says_nothing_about_the_next_one(deaths):
    for worker, decision in (("one", DeathDecision.AGAIN), ("two", DeathDecision.ASIDE)):
        deaths.began("ada", worker)
        deaths.left("ada", "given up")
        assert deaths.died(worker) == {"ada": decision}
