"""Every mistake that is known can be found: by a solution of the bank, or by answers made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.answers import Answer, Array, Scalar, Value
from autograder.answers import Sequence as Listed
from autograder.judging.hints import Hints
from autograder.judging.plain_form import plain_form
from autograder.lab import Picture, Plain, PredictedMistake, Question, Questions, Tensor
from autograder.labs.lab09.trusted_networks import networks
from camlab_solutions import get_vgg_features
from tests.graders.marked import expected_hint, solutions, task_of
from tests.lab09 import LAB

KNOWN = LAB.known_mistakes(Questions(()), Path())
EXPECTED = {
    (task_of(path), hint) for path in solutions() for hint in expected_hint(path).split("|")
}
LEFT = sorted({(one.task, one.name) for one in KNOWN} - EXPECTED)
FORESEEN = {(one.task, one.name) for one in KNOWN if isinstance(one, PredictedMistake)}

Right = Sequence[tuple[Question, np.ndarray]]
Made = Callable[[Right], list[np.ndarray]]
random = np.random.default_rng(13)


def other(right: np.ndarray) -> np.ndarray:
    """Another answer of the same form, positive as a Grad-CAM is."""
    return random.random(right.shape) * np.abs(right).max()


def right_where(good: Callable[[int, Question], bool]) -> Made:
    """Whoever is asked the same again answers the same."""

    def made(right: Right) -> list[np.ndarray]:
        told: dict[object, np.ndarray] = {}
        for place, (question, value) in enumerate(right):
            answer = value if good(place, question) else other(value)
            told.setdefault(question.arguments, answer)
        return [told[question.arguments] for question, _ in right]

    return made


def late(right: Right) -> list[np.ndarray]:
    values = [value for _, value in right]
    return [other(values[0]), *values[:-1]]


def accumulated(right: Right) -> list[np.ndarray]:
    return list(np.cumsum([value for _, value in right], axis=0))


def without_row(right: Right) -> list[np.ndarray]:
    return [np.where(np.arange(7)[:, None] == 6, 0.0, value) for _, value in right]


def given_before(right: Right) -> list[np.ndarray]:
    seen: set[str] = set()
    made = []
    for question, value in right:
        names = {one.name for one in question.arguments if isinstance(one, Tensor) and one.shared}
        made.append(other(value) if names & seen else value)
        seen |= names
    return made


def terms(question: Question) -> np.ndarray:
    """What a Grad-CAM sums up, [512, 7, 7]."""
    vgg = networks()[1]
    picture, label = (argument for argument in question.arguments)
    features = get_vgg_features(picture.name, network=vgg).requires_grad_()
    score = vgg.classifier(torch.flatten(vgg.avgpool(features), 1))[0, label.value]
    (gradient,) = torch.autograd.grad(score, features)
    return (gradient.sum(dim=(2, 3), keepdim=True) * features)[0].detach().numpy()


def sum_of(some: np.ndarray) -> np.ndarray:
    return np.maximum(some.sum(0), 0)


def one_channel(right: Right) -> list[np.ndarray]:
    """The channel that speaks for a class most often: elsewhere it leaves nothing but zeros."""
    made = [terms(question) for question, _ in right]
    channel = sum((one.max((1, 2)) > 0).astype(int) for one in made).argmax()
    return [np.maximum(one[channel], 0) for one in made]


def of_picture(question: Question) -> str:
    return next(one.name for one in question.arguments if isinstance(one, Picture | Tensor))


# What answers show these, which nothing foresees.
MAPS: Mapping[str, Made] = {
    "argument-changed": given_before,
    "changes-when-asked-again": lambda right: [other(value) for _, value in right],
    "class-0-missed": right_where(lambda place, question: Plain(0) not in question.arguments),
    "clamped": lambda right: [value.clip(max=np.abs(value).max() / 4) for _, value in right],
    "constant": lambda right: [np.full_like(value, value.max() + 1) for _, value in right],
    "channels-left-out": lambda right: [sum_of(terms(q)[:300]) for q, _ in right],
    "function-of-each-number": lambda right: [
        np.exp(20 * value / np.abs(value).max()) for _, value in right
    ],
    "one-call-late": late,
    "one-channel": one_channel,
    "results-accumulated": accumulated,
    "right-for-one-picture": right_where(lambda _, question: of_picture(question) == "cat.jpg"),
    "right-the-first-time": right_where(lambda place, question: place == 0),
    "right-for-some": right_where(lambda place, question: place in (0, 2)),
    "rounded": lambda right: [np.round(value, 1) for _, value in right],
    "rows-left-out": without_row,
    "thresholded": lambda right: [1.0 * (value > value.mean()) for _, value in right],
    "same-for-all": lambda right: [right[0][1] * 0 + other(right[0][1])] * len(right),
}


def triples(*rows: tuple) -> Listed:
    forms = ("str", "int", "float")
    return Listed(tuple(Listed(tuple(map(Scalar, row, forms)), "tuple") for row in rows), "list")


def rows_of(value: Value) -> list[tuple]:
    return [tuple(row) for row in plain_form(value)]


def elsewhere(rows: list[tuple]) -> list[tuple]:
    """Other classes, and probabilities that none of them has."""
    return [(f"no class {place}", place, 0.9 - place / 10) for place, _ in enumerate(rows)]


def predicted_where(good: Callable[[int, str], bool]) -> Callable:
    return lambda right: [
        rows if good(place, picture) else elsewhere(rows)
        for place, (picture, rows) in enumerate(right)
    ]


LISTS: Mapping[str, Callable[[list[tuple[str, list[tuple]]]], list[list[tuple]]]] = {
    "one-call-late": lambda right: [right[1][1], *(rows for _, rows in right[:-1])],
    "one-class-repeated": lambda right: [[rows[0]] * 5 for _, rows in right],
    "probabilities-without-classes": lambda right: [
        [("no class", 900 + place, row[2]) for place, row in enumerate(rows)] for _, rows in right
    ],
    # The second to the sixth would be another mistake: of the first five every second.
    "chosen-otherwise": lambda right: [rows[::2] for _, rows in right],
    "right-for-one-picture": predicted_where(lambda place, picture: picture == "cat.jpg"),
    "right-for-some": predicted_where(lambda place, picture: place in (0, 1, 5)),
}


@pytest.fixture
def hints(answer_grader) -> Hints:
    """Those of the package's judge, who knows by now where many mistakes lead to."""
    return answer_grader._hints


def made_of(values: object) -> Value:
    if isinstance(values, np.ndarray):
        return Array(values.astype(np.float32), "torch.Tensor")
    return values if isinstance(values, Listed) else triples(*values)


def named(hints: Hints, task: str, keys: Sequence[str], values: Sequence[object]) -> str:
    answers = {key: Answer(key, made_of(value)) for key, value in zip(keys, values, strict=True)}
    found = hints.of_task(task, answers)
    return found.hints[0].mistake if found.hints else "-"


def test_what_nothing_foresees_has_answers_here():
    made = {
        *((task, name) for task in ("get_resnet_features", "compute_cam") for name in MAPS),
        *(("compute_gradcam", name) for name in MAPS),
        *(("predict", name) for name in LISTS),
    }
    assert not set(LEFT) - FORESEEN - made


@pytest.mark.parametrize(("task", "name"), LEFT)
def test_a_mistake_is_found_in_answers_that_it_leads_to(
    task, name, hints, mistakes, classroom, reference
):
    asked = classroom.questions.of_task(task)
    keys = [question.key for question in asked]
    seen = set()
    for mistake in mistakes:
        if isinstance(mistake, PredictedMistake) and (mistake.task, mistake.name) == (task, name):
            told = {
                question.key: hints._expected_answers.answer(mistake, question)
                for question in asked
            }
            told = {key: value for key, value in told.items() if value is not None}
            seen.add(named(hints, task, list(told), list(told.values())))
    if (task, name) not in FORESEEN and task == "predict":
        rows = [(of_picture(q), rows_of(reference[q.key].value)) for q in asked]
        seen.add(named(hints, task, keys, LISTS[name](rows)))
    elif (task, name) not in FORESEEN:
        right = [(q, np.asarray(plain_form(reference[q.key].value))) for q in asked]
        seen.add(named(hints, task, keys, MAPS[name](right)))
    assert name in seen
