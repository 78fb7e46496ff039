"""The graders are judged like a classifier, on solutions that lie in `bank/` as data."""

from __future__ import annotations

import json

from tests.graders.accuracy import PATH, furthest_right, nearest_wrong
from tests.graders.marked import TASKS, Marked, solutions

FIGURES = json.loads(PATH.read_bytes())


def test_the_bank_is_large_enough():
    verdicts = [path.parent.name for path in solutions()]
    assert verdicts.count("right") >= 150 and verdicts.count("wrong") >= 300


def test_no_right_solution_is_refused(bank):
    refused = [
        (item.task, item.name, [criterion.sentence for criterion in item.mark.criteria])
        for item in bank
        if item.right and not item.full
    ]
    assert not refused


def test_no_wrong_solution_passes(bank):
    assert not [(item.task, item.name) for item in bank if item.wrong and item.full]


def test_nineteen_of_twenty_wrong_solutions_get_the_hint_that_names_their_mistake(bank):
    named = [item for item in bank if item.wrong and item.expected_hint != "-"]
    missed = [
        (item.task, item.name, item.expected_hint, item.hints) for item in named if not item.hit
    ]
    assert len(missed) <= 0.05 * len(named), missed


def test_marks_are_within_half_a_point_of_what_a_fair_ta_gives(bank):
    stated = [item for item in bank if item.fair is not None]
    assert len(stated) >= 20
    assert not [
        (item.task, item.name, item.fair, item.mark.points)
        for item in stated
        if abs(item.fair - item.mark.points) > 0.5
    ]


def test_a_sample_of_the_bank_does_no_worse_than_the_figures(bank):
    """Of the sample alone: what goes wrong there went wrong in the whole."""
    refused = sum(item.right and not item.full for item in bank)
    passed = sum(item.wrong and item.full for item in bank)
    unfair = sum(item.fair is not None and abs(item.fair - item.mark.points) > 0.5 for item in bank)
    named = [item for item in bank if item.wrong and item.expected_hint != "-"]
    assert refused <= FIGURES["right_refused"]
    assert passed <= FIGURES["wrong_passed"]
    assert unfair <= FIGURES["fair_stated"] - FIGURES["fair_within_half_a_point"]
    assert sum(not item.hit for item in named) <= (
        FIGURES["hints_expected"] - FIGURES["hints_right"]
    )


def test_no_hint_is_given_where_none_fits(bank):
    unnamed = [item for item in bank if item.wrong and item.expected_hint == "-"]
    assert not [(item.task, item.name, item.hints) for item in unnamed if item.hints != ["-"]]


def test_hints_are_two_sentences_without_the_answer(bank):
    for item in bank:
        for hint in item.mark.hints:
            assert hint.text.endswith((".", "?")), hint
            assert "ook again" in hint.text or "Print" in hint.text or "Run that" in hint.text


def test_what_the_bank_shows_is_printed(bank, capsys):
    with capsys.disabled():
        print("\n\n" + "\n".join(_table(bank)))


def _table(bank: list[Marked]) -> list[str]:
    rows = ["graders on the bank      right: full / refused   wrong: refused / full   hint named"]
    for task in [*TASKS, "all"]:
        of_task = [item for item in bank if task in (item.task, "all")]
        right = [item for item in of_task if item.right]
        wrong = [item for item in of_task if item.wrong]
        named = [item for item in wrong if item.expected_hint != "-"]
        hit = sum(item.hit for item in named)
        full, passed = sum(item.full for item in right), sum(item.full for item in wrong)
        rows.append(
            f"{task:<24} {full:>11} / {len(right) - full:<7} {len(wrong) - passed:>15} / "
            f"{passed:<4} {hit:>9} of {len(named)}"
        )
    for task in TASKS:
        of_task = [item for item in bank if item.task == task]
        furthest, nearest = furthest_right(of_task), nearest_wrong(of_task)
        rows.append(
            f"{task:<24} furthest right {furthest.misfit:.2g} tolerances ({furthest.name}), "
            f"nearest wrong {nearest.misfit:.3g} ({nearest.name})"
        )
    return rows
