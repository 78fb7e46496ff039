"""An instructor's table decides about forms; a table that is not clear is refused."""

from __future__ import annotations

import pytest

from autograder.errors import CamlabError
from autograder.judging import Refused
from autograder.judging.policy import Remarks, read_policy
from tests.lab09 import POLICY


def test_the_projects_own_table_can_be_read():
    assert {policy for policy, _ in read_policy(POLICY).values()} == {"accept", "remark", "refuse"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[numpy-array]\npolicy = "maybe"\nsentence = "x"', "must be one of accept"),
        ('[numpy-array]\npolicy = "accept"', "cannot be used"),
        ("[numpy-array", "cannot be used"),
    ],
)
def test_a_table_that_is_not_clear_is_refused(tmp_path, text, said):
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(CamlabError, match=said):
        read_policy(path)


def test_a_remark_is_made_once_and_a_refusal_stops():
    remarks = Remarks(POLICY)
    remarks.notice("numpy-array")
    remarks.notice("numpy-array")
    assert len(remarks.sentences) == 1
    with pytest.raises(Refused, match="whole numbers"):
        remarks.notice("integer-tensor")
