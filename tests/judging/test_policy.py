"""An instructor's table decides about forms; a table that is not clear is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CamlabError
from autograder.judging import CriterionFailed
from autograder.judging.policy import POLICIES, Remarks, read_policy
from autograder.lab import Questions
from tests.lab09 import LAB, POLICY


def test_the_projects_own_table_can_be_read():
    policy = read_policy(POLICY)
    assert {chosen for chosen, _ in policy.forms.values()} <= set(POLICIES)
    assert {"accept", "remark", "form"} <= {chosen for chosen, _ in policy.forms.values()}


def test_the_shares_are_the_tasks_points_and_form_costs_at_most_a_quarter():
    lab, shares = LAB, read_policy(POLICY).shares
    for task in (task for task in lab.tasks if task.by_machine):
        assert sum(shares[task.name].values()) == pytest.approx(task.points)
        assert 0 < shares[task.name]["form"] <= task.points / 4


def test_a_known_mistake_earns_something_in_a_task_where_it_can_be_known():
    mistakes = LAB.known_mistakes(Questions(()), Path())
    known = {(mistake.task, mistake.name) for mistake in mistakes}
    earns = read_policy(POLICY).earns
    assert not {(task, name) for task, row in earns.items() for name in row} - known


FORM = '[forms.numpy-array]\npolicy = "{}"\nsentence = "x"\n'
SHARES = "[shares.t]\nform = 1\nvalues = 2\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHARES + FORM.format("maybe"), "must be one of accept"),
        (SHARES + '[forms.numpy-array]\npolicy = "accept"', "cannot be used"),
        ("[shares.t]\nform = 1\n", "cannot be used"),
        ("[forms.numpy-array", "cannot be used"),
        (SHARES + "[earns.t]\nflipped = 3\n" + FORM.format("accept"), "must be less than"),
        (SHARES + "[earns.t]\nflipped = 'a'\n" + FORM.format("accept"), "cannot be used"),
    ],
)
def test_a_table_that_is_not_clear_is_refused(tmp_path, text, said):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(CamlabError, match=said):
        read_policy(path)


def test_a_remark_is_made_once_and_a_form_stops_the_criterion_about_it_alone():
    remarks = Remarks(POLICY)
    remarks.notice("numpy-array")
    remarks.notice("numpy-array")
    assert len(remarks.sentences) == 1
    remarks.notice("integer-tensor")
    with pytest.raises(CriterionFailed, match="whole numbers"):
        remarks.notice("integer-tensor", exact=True)
    assert list(remarks.met) == ["numpy-array", "integer-tensor"]
