"""The table of known mistakes: large enough, told apart from right work, without the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.lab import Questions
from autograder.labs.lab09.mistakes.texts import sentences
from tests.lab09 import LAB


@pytest.fixture(scope="module")
def mistakes():
    return LAB.known_mistakes(Questions(()), Path())


def test_there_are_at_least_thirty_and_some_for_every_task(mistakes):
    names = {(mistake.task, mistake.name) for mistake in mistakes}
    assert len(names) >= 30
    tasks = {task.name for task in LAB.tasks if task.by_machine}
    assert {task for task, _ in names} == tasks


def test_each_says_what_was_seen_and_what_to_look_at_again(mistakes):
    for mistake in mistakes:
        assert mistake.text.count("Look again at") == 1, mistake.text
        seen, _, again = mistake.text.partition(" Look again at")
        assert seen.endswith(".") and again.endswith((".", "?")), mistake.text


def test_no_hint_shows_code(mistakes):
    given_away = ("torch.", "F.", ".sum(", ".mean(", ".detach(", "dim=", "autograd.grad")
    for mistake in mistakes:
        assert not [word for word in given_away if word in mistake.text], mistake.text


def test_each_sentence_is_some_mistakes_own(mistakes):
    said = {mistake.text for mistake in mistakes}
    rows = [text for group in sentences().values() for text in group.values()]
    whats = ("map", "feature map")
    assert not [row for row in rows if not said & {row.replace("{what}", what) for what in whats}]
