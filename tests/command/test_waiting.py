"""The bar names who is being waited for, and does not promise what nobody knows."""

from __future__ import annotations

import pytest

from autograder.command import waiting
from autograder.command.waiting import UnderWay
from tests.report.sample_results import row


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    return now


def test_whoever_takes_longest_is_named(clock):
    under_way = UnderWay(2)
    under_way.began("ada")
    clock[0] = 10.0
    under_way.began("eve")
    clock[0] = 30.0
    assert under_way.longest() == ("ada", 30.0)
    under_way.ended(row("ada"))
    assert under_way.longest() == ("eve", 20.0)


def test_the_estimate_is_silent_where_only_slow_ones_are_left(clock):
    under_way = UnderWay(2)
    for name in ("a", "b"):
        under_way.began(name)
        clock[0] += 4.0
        under_way.ended(row(name))
    under_way.began("eve")
    assert under_way.seconds_left(remaining=11) == pytest.approx(22.0)
    assert under_way.seconds_left(remaining=1) is None
