"""A mark stays with the answer that it was given for."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.gradebook.marked_answers import CHANGED, MarkedAnswers, answer_digests
from autograder.gradebook.marks import class_marks
from autograder.run import Run
from tests.report.sample_gradebook import LAB, make_gradebook, mark_by_hand
from tests.report.sample_results import class_of, row


def run_with(answer: str) -> Run:
    cell = nbformat.v4.new_markdown_cell(answer)
    cell.metadata["nbgrader"] = {"grade_id": "interpretation"}
    return Run(nbformat.v4.new_notebook(cells=[cell]), {})


def test_an_answers_digest_changes_with_its_words_alone():
    first, second, other = (
        answer_digests(run_with(text), LAB) for text in ("the ears", "the  ears\n", "the coat")
    )
    assert first == second != other
    assert set(first) == {"interpretation"}


class TA:
    """Grades a student's answer again and again, each time in a fresh process."""

    def __init__(self, folder):
        self.folder, self.marked, self.asked = folder, False, False

    def grade(self, answer: str) -> bool:
        kept = MarkedAnswers(self.folder)
        self.asked = kept.waits("ada", "q", answer, marked=self.marked, asked=self.asked)
        kept.save()
        return self.asked

    def mark(self) -> None:
        self.marked, self.asked = True, False


def test_a_marked_answer_waits_again_only_when_it_changed(tmp_path):
    ta = TA(tmp_path)
    assert ta.grade("one"), "nobody has marked it"
    ta.mark()
    assert not ta.grade("one"), "the same answer never waits again"
    assert ta.grade("two"), "it has changed"
    assert ta.grade("two"), "it waits until somebody looks at it"
    ta.mark()
    assert not ta.grade("two")
    assert not ta.grade("two")
    assert ta.grade("three")


def test_a_changed_answer_that_changes_back_keeps_its_mark(tmp_path):
    ta = TA(tmp_path)
    ta.grade("one")
    ta.mark()
    assert ta.grade("two")
    assert not ta.grade("one")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"ada": 5}', b'{"ada": {"q": {"marked": 1}}}'])
def test_damaged_notes_cost_nobody_a_mark(tmp_path, content):
    path = tmp_path / ".camlab" / "marked_answers.json"
    path.parent.mkdir()
    path.write_bytes(content)
    assert not MarkedAnswers(tmp_path).waits("ada", "q", "one", marked=True, asked=False)


def test_a_changed_answer_is_shown_as_such_and_waits(gradebook_url):
    mark_by_hand(gradebook_url, "ada", "interpretation", 1.5)
    with Gradebook(gradebook_url) as gradebook:
        grade = gradebook.find_grade("interpretation", LAB.name, LAB.name, "ada")
        grade.needs_manual_grade = True
        gradebook.db.commit()
    marks = class_marks(LAB, class_of(row("ada"), row("barbara")), gradebook_url)
    ada = next(one for one in marks.rows if one.student == "ada")
    task = next(mark for mark in ada.result.tasks if mark.task == "interpretation")
    assert ada.waits
    assert (task.status, task.points, task.remarks) == ("manual", 0.0, (CHANGED,))


def test_whoever_was_removed_is_not_marked_for_ever(gradebook_url, tmp_path):
    (tmp_path / "grace").mkdir()
    marks = class_marks(LAB, class_of(row("ada")), gradebook_url, tmp_path)
    assert [one.student for one in marks.rows] == ["ada", "grace"]


@pytest.fixture
def gradebook_url(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("marked") / "gradebook.db"
    return make_gradebook(path, class_of(row("ada"), row("barbara"), row("grace")))
