"""What a mistake leads to is computed once, for all judges of a class."""

from __future__ import annotations

import numpy as np

from autograder.judging.expected_answer_cache import ExpectedAnswerCache
from autograder.lab import Plain, PredictedMistake, Question

ASKED = tuple(Question(f"t/{n}", "t", "t", (Plain(n),)) for n in (1, 2))
TRIPLES = (("cat", 281, 0.25), ("dog", 3, 0.125))


def mistakes(calls: list[str]) -> tuple[PredictedMistake, ...]:
    def leads_to(name: str, answer: object) -> PredictedMistake:
        def computed(question: Question) -> object:
            calls.append(f"{name} {question.key}")
            return answer

        return PredictedMistake(name, "t", "x", computed)

    return (
        leads_to("array", np.array([[1.5, -2.0]], dtype=np.float32)),
        leads_to("triples", TRIPLES),
        leads_to("nobody knows", None),
    )


def asked_all(cache: ExpectedAnswerCache, known: tuple[PredictedMistake, ...]) -> list:
    return [cache.answer(mistake, question) for mistake in known for question in ASKED]


def test_each_is_computed_when_it_is_asked_for_and_then_no_more():
    calls: list[str] = []
    known = mistakes(calls)
    cache = ExpectedAnswerCache(known)
    assert not calls and not cache.knows(known[0], ASKED[0])
    asked_all(cache, known)
    asked_all(cache, known)
    assert len(calls) == 6 and cache.knows(known[0], ASKED[0])


def test_another_judge_reads_the_same_from_disk(tmp_path):
    calls: list[str] = []
    path, known = tmp_path / "a.mistakes", mistakes(calls)
    first = ExpectedAnswerCache(known, path)
    before = asked_all(first, known)
    first.save()
    again = mistakes(calls)
    after = asked_all(ExpectedAnswerCache(again, path), again)
    assert len(calls) == 6
    assert np.array_equal(after[0], before[0]) and after[0].dtype == np.float32
    assert after[2:] == before[2:] == [TRIPLES, TRIPLES, None, None]


def test_a_damaged_file_counts_as_none(tmp_path):
    calls: list[str] = []
    known = mistakes(calls)
    path = tmp_path / "a.mistakes"
    first = ExpectedAnswerCache(known, path)
    asked_all(first, known)
    first.save()
    path.write_bytes(path.read_bytes()[:-1])
    asked_all(ExpectedAnswerCache(known, path), known)
    assert len(calls) == 12


def test_nothing_is_written_where_nothing_was_computed(tmp_path):
    path = tmp_path / "a.mistakes"
    ExpectedAnswerCache(mistakes([]), path).save()
    assert not path.exists()
