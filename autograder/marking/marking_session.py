"""What the marking page asks and tells: answers, marks, agreement. Names never pass through."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.gradebook.graded_class import graded_class
from autograder.gradebook.rubric import Rubric, read_rubric
from autograder.marking.blind_answers import AnswerReader, BlindAnswer, answers_to_mark
from autograder.marking.gradebook_marks import HandMark, read_hand_mark, write_hand_mark
from autograder.marking.reader_agreement import agreement
from autograder.marking.readings import Reading, Readings, Writing
from autograder.marking.worked_answers import read_worked_answers
from autograder.text.markdown import markdown_to_html

MOST_COMMENT = 5_000  # characters


class AnswerChangedError(AutograderError):
    """Somebody changed the mark since the page was shown."""


@dataclass(frozen=True)
class Ticked:
    """What a TA sends."""

    ticks: tuple[int, ...]
    decided: bool
    comment: str
    revision: str  # of the state that the TA saw


class MarkingSession:
    """One course's marking, for all its TAs."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._reader = AnswerReader(course)
        self._readings = Readings(course.out / ".camlab" / f"marking-{course.lab.name}.db")
        self._answers = answers_to_mark(course, graded_class(course))
        self._by_key = {answer.key: answer for answer in self._answers}

    @property
    def count(self) -> int:
        return len(self._answers)

    @cached_property
    def _rubrics(self) -> dict[str, Rubric]:
        tasks = [task for task in self._course.lab.tasks if not task.by_machine]
        return {task.name: read_rubric(self._course, task) for task in tasks}

    def overview(self, ta: str) -> dict[str, object]:
        """What the page needs once: rubrics, schemes, examples, the order."""
        examples = [
            {**asdict(one), "text": markdown_to_html(one.text)}
            for one in read_worked_answers(self._course.lab)
            if one.task in self._rubrics
        ]
        return {
            "lab": self._course.lab.name,
            "ta": ta,
            "answers": [answer.key for answer in self._answers],
            "rubrics": {
                name: {
                    "points": rubric.points,
                    "items": [asdict(item) for item in rubric.items],
                    "steps": rubric.steps,
                    "scheme": markdown_to_html(rubric.rest) if rubric.rest else "",
                }
                for name, rubric in self._rubrics.items()
            },
            "examples": examples,
            "calibrated": self._readings.is_calibrated(ta) or not examples,
        }

    def calibrated(self, ta: str) -> None:
        self._readings.calibrate(ta)

    def answer(self, key: str, ta: str) -> dict[str, object]:
        """One answer as `ta` may see it.

        Raises:
            KeyError: there is no such answer.
        """
        answer = self._by_key[key]
        self._readings.claim(key, ta)
        return {
            "html": self._reader.html(answer),
            "handed_in": len(self._reader.handed_in(answer)),
            "made_here": len(self._reader.made_here(answer)),
            **self._state(answer, self._readings.of(key), ta),
        }

    def picture(self, key: str, whence: str, index: int) -> tuple[str, bytes]:
        """(type, bytes) of one picture.

        Raises:
            LookupError: there is no such picture.
        """
        answer = self._by_key[key]
        get = {"handed-in": self._reader.handed_in, "made-here": self._reader.made_here}[whence]
        picture = get(answer)[index]
        return picture.kind, picture.content

    def save(self, key: str, ta: str, ticked: Ticked) -> dict[str, object]:
        """Save a mark: into the gradebook, where it is the first reading.

        Returns:
            The answer's new state.

        Raises:
            KeyError: there is no such answer.
            Changed: the mark is not what the page showed; nothing was saved.
        """
        answer = self._by_key[key]
        rubric = self._rubrics[answer.task.name]
        most = len(rubric.items) or len(rubric.steps)
        ticks = tuple(sorted({tick for tick in ticked.ticks if 0 <= tick < most}))
        with self._readings.writing() as change:
            readings = change.of(key)
            if self._state(answer, readings, ta)["revision"] != ticked.revision:
                raise AnswerChangedError
            own = _own(answer, readings, ta)
            if own is None:
                raise AnswerChangedError  # two others have read it
            new = replace(
                own,
                ta=ta,
                ticks=ticks,
                decided=ticked.decided or bool(ticks),
                score=rubric.score(list(ticks)),
                comment=ticked.comment[:MOST_COMMENT],
            )
            self._put(change, answer, new)
            return self._state(answer, change.of(key), ta)

    def _put(self, change: Writing, answer: BlindAnswer, reading: Reading) -> None:
        change.put(reading)
        if reading.place == 1:
            score = reading.score if reading.decided else None
            mark = HandMark(score, reading.comment)
            write_hand_mark(self._course, answer.student, answer.task, mark)

    def _state(
        self, answer: BlindAnswer, readings: tuple[Reading, ...], ta: str
    ) -> dict[str, object]:
        """The mark as `ta` may see it: another's reading only once both have marked."""
        own = _own(answer, readings, ta)
        there = read_hand_mark(self._course, answer.student, answer.task)
        state: dict[str, object] = {
            "task": answer.task.name,
            "for_two": answer.for_two,
            "closed": own is None,
            "ticks": [],
            "decided": False,
            "comment": "",
            "score": None,
            "elsewhere": None,
            "other": None,
        }
        if own is not None:
            state |= {"ticks": own.ticks, "decided": own.decided, "comment": own.comment}
            state["score"] = own.score if own.decided else None
            if own.place == 1:
                self._agree_with_gradebook(state, there)
        state["other"] = _other(readings, own)
        shown = [own and asdict(own), state["elsewhere"], state["comment"], state["closed"]]
        text = json.dumps(shown, default=str).encode()
        state["revision"] = hashlib.sha256(text).hexdigest()[:16]
        return state

    @staticmethod
    def _agree_with_gradebook(state: dict[str, object], there: HandMark) -> None:
        """What Formgrader or a spreadsheet wrote since counts, and its ticks are not known."""
        if there.score != state["score"]:
            state |= {"ticks": [], "decided": there.score is not None, "score": there.score}
            state["elsewhere"] = there.score
        if there.comment != state["comment"]:
            state["comment"] = there.comment

    def progress(self, ta: str) -> dict[str, object]:
        """How far the class is, what comes next for `ta`, and how two TAs agree."""
        readings = self._readings.all()
        marked = self._marked()
        claimed = self._readings.claimed(but=ta)
        waiting = [key for key in self._by_key if self._waits_for(key, ta, readings, marked)]
        # A second reading does not wait until the first reader has gone on.
        free = [key for key in waiting if key not in claimed or key in marked]
        items = {name: len(rubric.items) for name, rubric in self._rubrics.items()}
        agreed = {
            name: asdict(
                agreement(
                    (readings.get(key, ()) for key in self._by_key if key.startswith(f"{name}/")),
                    count,
                )
            )
            for name, count in items.items()
        }
        return {
            "marked": sorted(marked),
            "waiting": free or waiting,
            "second_readings": sum(
                answer.for_two and not _is_read_twice(readings.get(answer.key, ()))
                for answer in self._answers
            ),
            "agreement": agreed,
            "sentences": self._readings.sentences(),
        }

    def keep_sentence(self, text: str) -> list[str]:
        if text.strip():
            self._readings.keep_sentence(text.strip()[:500])
        return self._readings.sentences()

    def _marked(self) -> set[str]:
        """Answers with a mark in the gradebook, whoever gave it."""
        rows = {row.student: row for row in graded_class(self._course).rows}
        found = set()
        for answer in self._answers:
            row = rows.get(answer.student)
            given = row.manual.get(answer.task.name) if row else None
            if given is not None and given.score is not None:
                found.add(answer.key)
        return found

    def _waits_for(
        self, key: str, ta: str, readings: dict[str, tuple[Reading, ...]], marked: set[str]
    ) -> bool:
        if key not in marked:
            return True
        own = [one for one in readings.get(key, ()) if one.decided]
        return self._by_key[key].for_two and len(own) == 1 and own[0].ta != ta


def _is_read_twice(readings: tuple[Reading, ...]) -> bool:
    return len([one for one in readings if one.decided]) == 2


def _own(answer: BlindAnswer, readings: tuple[Reading, ...], ta: str) -> Reading | None:
    """The reading that `ta` may change; None where two others have read the answer."""
    if not answer.for_two:
        # One mark that all TAs see and may change.
        return readings[0] if readings else Reading(answer.key, 1, ta)
    for reading in readings:
        if reading.ta == ta:
            return reading
    if not readings or (len(readings) == 1 and not readings[0].decided):
        return Reading(answer.key, 1, ta)
    return Reading(answer.key, 2, ta) if len(readings) == 1 else None


def _other(readings: tuple[Reading, ...], own: Reading | None) -> dict[str, object] | None:
    """The other TA's reading, once both have given a mark."""
    if not _is_read_twice(readings):
        return None
    other = next((one for one in readings if own is None or one.ta != own.ta), readings[0])
    return {"ta": other.ta, "ticks": other.ticks, "score": other.score, "place": other.place}
