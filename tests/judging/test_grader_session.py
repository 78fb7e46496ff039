"""One pytest session judges many submissions, and a broken grader gives no marks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograder.answers import Answer, Array
from autograder.errors import CamlabError
from autograder.judging.grader_session import GraderSession, GradingCase
from autograder.judging.task_answers import TaskAnswers
from autograder.lab import Plain, Question, Questions
from tests.lab09 import POLICY

QUESTION = Question("square/3", "square", "square", (Plain(3),))
QUESTIONS = Questions((QUESTION,))
GRADER = """
from autograder.judging import CriterionFailed, criterion

@criterion(points=1, sentence="It should be the square.")
def test_square(answers, reference):
    for question in answers:
        if (answers.tensor(question, 1) != reference.tensor(question, 1)).any():
            raise CriterionFailed(f"It is {answers.tensor(question, 1)[0]:g}.")
"""


def case(number: float) -> GradingCase:
    def shown(value: float) -> dict[str, TaskAnswers]:
        answer = Answer(QUESTION.key, Array(np.array([value], dtype=np.float32), "torch.Tensor"))
        return {"square": TaskAnswers("square", QUESTIONS, {QUESTION.key: answer}, POLICY)}

    return GradingCase(shown(number), shown(9))


@pytest.fixture
def session_of(tmp_path):
    opened = []

    def open_session(text: str) -> GraderSession:
        path = tmp_path / "test_square.py"
        path.write_text(text)
        opened.append(GraderSession({"square": path}))
        return opened[-1]

    yield open_session
    for session in opened:
        session.close()


def test_each_submission_is_judged_by_itself(session_of):
    session = session_of(GRADER)
    seen = [session.grade(case(number))[0] for number in (9, 8, 9)]
    assert [outcome.passed for outcome in seen] == [True, False, True]
    assert seen[1].detail == "It is 8."


def test_what_the_user_asks_of_their_own_pytest_does_not_reach_the_graders(session_of, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--durations=5 -k no_such_test")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    session = session_of(GRADER)
    assert [session.grade(case(number))[0].passed for number in (9, 8)] == [True, False]


def test_submissions_may_come_from_several_threads(session_of):
    session = session_of(GRADER)
    numbers = [9, 8, 7, 9] * 10
    with ThreadPoolExecutor(8) as pool:
        seen = pool.map(lambda number: session.grade(case(number))[0].passed, numbers)
        assert list(seen) == [number == 9 for number in numbers]


def test_a_grader_that_fails_itself_gives_no_marks_and_says_so(session_of):
    session = session_of(GRADER.replace("answers.tensor(question, 1)[0]:g", "undefined"))
    [outcome] = session.grade(case(8))
    assert outcome.broken and not outcome.passed
    assert "The grader itself failed, not the answer" in outcome.detail


def test_an_assertion_of_the_grader_is_its_own_failure(session_of):
    session = session_of(GRADER.replace("raise CriterionFailed", "assert False, "))
    assert session.grade(case(8))[0].broken


def test_a_test_that_says_not_what_it_is_worth_is_refused(session_of):
    with pytest.raises(CamlabError, match="say not what they are worth"):
        session_of(GRADER + "\ndef test_free(answers):\n    pass\n")


def test_a_grader_that_cannot_be_read_is_refused(session_of):
    with pytest.raises(CamlabError, match="could not be read"):
        session_of("import no_such_package_at_all\n")
