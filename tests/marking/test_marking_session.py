"""Marks go into nbgrader's gradebook at each tick, by number and not by name."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.gradebook.graded_class import graded_class
from autograder.gradebook.marks import read_manual_marks
from autograder.marking.blind_answers import answers_to_mark
from autograder.marking.marking_session import AnswerChangedError, MarkingSession, Ticked
from tests.lab09 import LAB
from tests.marking.conftest import STUDENTS, TASK, notebook_with, write_notebook
from tests.report.sample_gradebook import mark_by_hand


@pytest.fixture
def session(marked_course):
    return MarkingSession(marked_course)


def keys(session, ta="ann") -> list[str]:
    return session.overview(ta)["answers"]


def double(session, ta="ann") -> str:
    """The answer that is given to two TAs."""
    return next(key for key in keys(session) if session.answer(key, ta)["for_two"])


def single(session) -> str:
    return next(key for key in keys(session) if not session.answer(key, "ann")["for_two"])


def mark(session, key, ta, *ticks, comment="", decided=True) -> dict:
    seen = session.answer(key, ta)
    return session.save(key, ta, Ticked(ticks, decided, comment, seen["revision"]))


def in_gradebook(course) -> dict[str, tuple[float | None, str]]:
    given = read_manual_marks(course.database_url, LAB)
    return {name: (one[TASK].score, one[TASK].comment) for name, one in given.items()}


def student_of(session, key) -> str:
    return session._by_key[key].student


def test_only_answers_that_people_mark_are_there_in_an_order_of_numbers(session, marked_course):
    found = answers_to_mark(marked_course, graded_class(marked_course))
    assert sorted(answer.student for answer in found) == sorted(STUDENTS)  # not the blank one
    numbers = [answer.number for answer in found]
    assert numbers == sorted(numbers) and len(set(numbers)) == len(STUDENTS)
    assert [answer.student for answer in found] != sorted(STUDENTS)
    assert sum(answer.for_two for answer in found) == 1  # a tenth


def test_the_order_is_the_same_for_all_tas_and_stays_when_others_come(session, marked_course):
    assert keys(session, "ann") == keys(MarkingSession(marked_course), "bob")
    marks = graded_class(marked_course)
    fewer = type(marks)(**{**vars(marks), "rows": marks.rows[:5]})
    known = {one.student: one.number for one in answers_to_mark(marked_course, marks)}
    for one in answers_to_mark(marked_course, fewer):
        assert known[one.student] == one.number


def test_nothing_that_the_page_gets_names_a_student(session):
    told = [session.overview("ann"), session.progress("ann")]
    told += [session.answer(key, "ann") for key in keys(session)]
    text = json.dumps(told)
    for student in STUDENTS:
        # As a word: an answer's key has random hexadecimal digits, and "ada" is three of them.
        assert not re.search(rf"(?<![0-9a-z]){student}(?![0-9a-z])", text.lower())


def test_each_tick_is_in_the_gradebook_at_once(session, marked_course):
    key = single(session)
    student = student_of(session, key)
    mark(session, key, "ann", 0, 2, comment="Name the places.")
    assert in_gradebook(marked_course)[student] == (1.0, "Name the places.")
    mark(session, key, "ann", 0, 1, 2, 3, comment="Name the places.")
    assert in_gradebook(marked_course)[student][0] == 2.0
    mark(session, key, "ann", decided=True)
    assert in_gradebook(marked_course)[student] == (0.0, "")
    mark(session, key, "ann", decided=False)
    assert student not in in_gradebook(marked_course)
    final = next(one for one in graded_class(marked_course).rows if one.student == student)
    assert final.waits  # and Formgrader lists it again


def test_what_formgrader_wrote_is_shown_and_not_written_over_unseen(session, marked_course):
    key = single(session)
    student = student_of(session, key)
    seen = mark(session, key, "ann", 0)
    mark_by_hand(marked_course.database_url, student, TASK, 1.25, "From Formgrader.")
    with pytest.raises(AnswerChangedError):
        session.save(key, "ann", Ticked((0, 1), True, "", seen["revision"]))
    assert in_gradebook(marked_course)[student] == (1.25, "From Formgrader.")
    shown = session.answer(key, "ann")
    assert (shown["elsewhere"], shown["comment"]) == (1.25, "From Formgrader.")
    session.save(key, "ann", Ticked((0, 1), True, shown["comment"], shown["revision"]))
    assert in_gradebook(marked_course)[student] == (1.0, "From Formgrader.")


def test_two_tas_do_not_see_each_others_mark_until_both_gave_one(session, marked_course):
    key = double(session)
    student = student_of(session, key)
    mark(session, key, "ann", 0, 1, 2)
    bobs = session.answer(key, "bob")
    assert not bobs["ticks"]
    assert (bobs["score"], bobs["comment"], bobs["other"]) == (None, "", None)
    assert key in session.progress("bob")["waiting"]
    bobs = mark(session, key, "bob", 0, 1)
    assert bobs["other"]["score"] == 1.5
    assert session.answer(key, "ann")["other"]["score"] == 1.0
    assert in_gradebook(marked_course)[student][0] == 1.5  # the first reader's
    found = session.progress("ann")["agreement"][TASK]
    assert (found["both"], found["same"], found["difference"]) == (1, 0, 0.5)
    assert found["items"] == (1, 1, 0, 1) and found["differing"] == (key,)
    assert session.answer(key, "carol")["closed"]


def test_twenty_saves_at_once_lose_nothing(session, marked_course):
    """Two TAs on all answers at the same time: each save that was accepted is there."""
    other = MarkingSession(marked_course)
    work = [
        (one, key, ta)
        for key in keys(session)
        if not session.answer(key, "ann")["for_two"]
        for one, ta in ((session, "ann"), (other, "bob"))
    ]

    def give(job):
        place, key, ta = job
        seen = place.answer(key, ta)
        ticks = (0,) if ta == "ann" else (0, 1, 2)
        try:
            place.save(key, ta, Ticked(ticks, True, f"by {ta}", seen["revision"]))
        except AnswerChangedError:
            return None
        return key, len(ticks) / 2, f"by {ta}"

    with ThreadPoolExecutor(8) as pool:
        accepted = [done for done in pool.map(give, work) if done]
    marks = in_gradebook(marked_course)
    for key in {key for _, key, _ in work}:
        mine = [(score, comment) for name, score, comment in accepted if name == key]
        assert mine, key  # one of the two at least
        assert marks[student_of(session, key)] in mine


def test_maps_come_as_handed_in_and_as_run_here(session):
    key = single(session)
    told = session.answer(key, "ann")
    assert (told["handed_in"], told["made_here"]) == (1, 1)
    theirs, ours = (session.picture(key, whence, 0) for whence in ("handed-in", "made-here"))
    assert theirs[0] == ours[0] == "image/png"
    assert theirs[1] != ours[1]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b"", 0),
        (b"no notebook", 0),
        (b"[" * 100_000, 0),
        (b'{"cells": [{"metadata": {"nbgrader": 3}, "outputs": [[1]], "source": {}}, 7]}', 0),
        (b'{"cells": 4}', 0),
    ],
)
def test_whatever_was_handed_in_the_page_goes_on(session, marked_course, content, count):
    key = single(session)
    student = student_of(session, key)
    (marked_course.submitted / student / "lab09" / "lab09.ipynb").write_bytes(content)
    assert session.answer(key, "ann")["handed_in"] == count


def test_maps_are_found_in_a_notebook_that_lost_nbgraders_names(session, marked_course):
    key = single(session)
    path = marked_course.submitted / student_of(session, key) / "lab09" / "lab09.ipynb"
    write_notebook(path, notebook_with("Answer.", 5, grade_ids=False))
    assert session.answer(key, "ann")["handed_in"] == 1


def test_an_answer_that_another_ta_has_open_is_offered_to_nobody_else(session):
    session.answer(keys(session)[0], "ann")
    assert session.progress("bob")["waiting"][0] == keys(session)[1]
    assert keys(session)[0] in session.progress("ann")["waiting"]


def test_sentences_are_kept_for_everybody_the_most_used_first(session):
    session.keep_sentence("Name the places.")
    session.keep_sentence("Use the difference.")
    assert session.keep_sentence("Use the difference.")[0] == "Use the difference."
