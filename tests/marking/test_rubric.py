"""The half points to tick come from the mark scheme in the lab's own notebook."""

from __future__ import annotations

import pytest

from autograder.course import find_course
from autograder.gradebook.rubric import parse_rubric, read_rubric
from autograder.lab import Task
from autograder.marking.worked_answers import read_worked_answers
from tests.conftest import ROOT
from tests.lab09 import LAB

TASK = Task("words", 2.0, "words", "words")
LISTED = """**Marking scheme.** Half a point each:

- names places for each class (bars for *prison*,
  the face for the cat);
- says where the two agree;
- gives a reason;
- bears it out.

Any reason counts. "Not good enough" alone earns nothing.
"""
CLAUSES = """1 point for reading: names places (half a point), and says where
they differ (half a point).

1 point for the reason: gives a reason (half a point) and bears it out (half a point).
"""


def test_the_lab_has_four_half_points():
    rubric = read_rubric(find_course(ROOT, "lab09"), LAB.task("interpretation"))
    assert [item.points for item in rubric.items] == [0.5] * 4
    assert "places" in rubric.items[0].text and "differ" in rubric.items[1].text
    assert "maps" in rubric.scheme


@pytest.mark.parametrize("scheme", [LISTED, CLAUSES], ids=["a list", "clauses"])
def test_both_ways_of_writing_a_scheme_are_read(scheme):
    rubric = parse_rubric(scheme, TASK)
    assert [item.points for item in rubric.items] == [0.5] * 4
    assert rubric.items[0].text.startswith("names places")
    assert rubric.items[3].text == "bears it out"
    assert rubric.score([0, 3]) == 1.0
    assert "*" not in rubric.items[0].text


def test_the_rest_of_a_scheme_is_what_its_items_do_not_say():
    rubric = parse_rubric(LISTED, TASK)
    assert "names places" not in rubric.rest and "half a point" not in rubric.rest.lower()
    assert rubric.rest == 'Any reason counts. "Not good enough" alone earns nothing.'
    assert rubric.scheme == LISTED.strip()


def test_items_may_have_points_of_their_own():
    scheme = "Half a point each:\n\n- a\n- b\n- c (one point)\n"
    assert [item.points for item in parse_rubric(scheme, TASK).items] == [0.5, 0.5, 1.0]


@pytest.mark.parametrize("scheme", ["", "As you like.", "Half a point each:\n\n- a\n- b\n"])
def test_a_scheme_that_does_not_add_up_is_marked_by_half_points(scheme):
    rubric = parse_rubric(scheme, TASK)
    assert rubric.items == ()
    assert rubric.steps == (0.0, 0.5, 1.0, 1.5, 2.0)
    assert rubric.score([3]) == 1.5


def test_the_worked_answers_have_every_half_point_and_fit_the_rubric():
    examples = read_worked_answers(LAB)
    rubric = read_rubric(find_course(ROOT, "lab09"), LAB.task("interpretation"))
    assert sorted(one.points for one in examples) == [0.0, 0.5, 1.0, 1.5, 2.0]
    for one in examples:
        assert rubric.score(list(one.ticks)) == one.points
        assert one.why
