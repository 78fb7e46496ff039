"""What goes wrong in `predict`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from autograder.lab import Global, Mistake, Question
from autograder.labs.lab09_mistakes.views import Views, other_picture
from camlab_solutions import load_classes

TASK = "predict"
Triples = tuple[tuple[str, int, float], ...]


def network(question: Question) -> str:
    return next(item.name for item in question.arguments if isinstance(item, Global))


def triples(scores: Tensor, labels: Tensor) -> Triples:
    names = load_classes()
    return tuple((names[k], k, float(scores[k])) for k in labels.tolist())


def top(scores: Tensor, count: int = 5) -> Triples:
    return triples(scores, scores.topk(count).indices)


def predict_mistakes(views: Views) -> Iterator[Mistake]:
    def scored(
        name: str, text: str, scores: Callable[[Tensor], Tensor], pick: Callable = top
    ) -> Mistake:
        def answer(question: Question) -> Triples:
            return pick(scores(views.logits(network(question), views.picture(question))))

        return Mistake(name, TASK, text, answer)

    def prepared(name: str, text: str, preparation: str) -> Mistake:
        def answer(question: Question) -> Triples:
            logits = views.logits(network(question), views.picture(question), preparation)
            return top(logits.softmax(0))

        return Mistake(name, TASK, text, answer)

    def with_network(name: str, text: str, used: Callable[[str], str | None]) -> Mistake:
        def answer(question: Question) -> Triples | None:
            other = used(network(question))
            return other and top(views.logits(other, views.picture(question)).softmax(0))

        return Mistake(name, TASK, text, answer)

    yield scored(
        "no-softmax",
        "Your probabilities are the network's raw scores. Look again at what turns logits into "
        "probabilities.",
        lambda z: z,
    )
    yield scored(
        "softmax-twice",
        "Your probabilities are too equal: softmax was applied to numbers that were probabilities "
        "already. Look again at how often it is applied between the network and your list.",
        lambda z: z.softmax(0).softmax(0),
    )
    yield scored(
        "sigmoid",
        "Each of your probabilities comes from one score alone, through a sigmoid. Look again at "
        "the formula: which scores does the probability of one class depend on?",
        torch.sigmoid,
    )
    yield scored(
        "log-softmax",
        "Your numbers are logarithms of probabilities, so none is positive. Look again at what "
        "the function that you call after the network returns.",
        lambda z: z.log_softmax(0),
    )
    yield scored(
        "exp-not-divided",
        "Your numbers are exponentials of the scores and do not sum to 1 over all classes. Look "
        "again at the denominator of the softmax.",
        torch.exp,
    )
    yield scored(
        "scores-divided-by-their-sum",
        "Your numbers are scores divided by their sum, without an exponential. Look again at the "
        "formula of the softmax.",
        lambda z: z / z.sum(),
    )
    yield scored(
        "softmax-of-top-five",
        "Your five probabilities sum to 1, so the other 995 classes were left out. Look again at "
        "the order of the two steps, softmax and choosing five.",
        lambda z: z,
        lambda z: tuple(
            (name, label, float(p))
            for (name, label, _), p in zip(top(z), z.topk(5).values.softmax(0), strict=True)
        ),
    )
    yield scored(
        "percent",
        "Your probabilities are a hundred times too large. Look again at the range that a "
        "probability has.",
        lambda z: 100 * z.softmax(0),
    )
    yield scored(
        "ascending",
        "The five classes are the right ones, the least probable of them first. Look again at the "
        "direction in which your sorting goes.",
        lambda z: z.softmax(0),
        lambda p: top(p)[::-1],
    )
    yield scored(
        "least-probable",
        "These are the five least probable classes of all. Look again at the end from which you "
        "take five after sorting.",
        lambda z: z.softmax(0),
        lambda p: triples(p, p.argsort()[:5]),
    )
    yield scored(
        "ids-off-by-one",
        "Your class ids are one too large. Look again at where counting begins in a list.",
        lambda z: z.softmax(0),
        lambda p: tuple((name, label + 1, chance) for name, label, chance in top(p)),
    )
    yield scored(
        "ranks-for-ids",
        "Your class ids are the ranks 0 to 4. Look again at which of the two results of your "
        "sorting holds the classes.",
        lambda z: z.softmax(0),
        lambda p: tuple((name, rank, chance) for rank, (name, _, chance) in enumerate(top(p))),
    )
    yield scored(
        "skips-the-first",
        "The most probable class is not in your list; it starts with the second. Look again at "
        "where your slice begins.",
        lambda z: z.softmax(0),
        lambda p: top(p, 6)[1:],
    )
    for count in (1, 3, 4, 6, 10, 1000):
        yield scored(
            "other-number-of-classes",
            "Your list does not hold five classes. Look again at how many of them you keep.",
            lambda z: z.softmax(0),
            lambda p, count=count: top(p, count),
        )
    for name, preparation in (
        ("no-normalize", "no-normalize"),
        ("no-normalize", "not-scaled"),
        ("other-normalisation", "other-normalisation"),
        ("other-normalisation", "normalised-twice"),
        ("other-normalisation", "not-scaled-but-shifted"),
        ("centre-crop", "centre-crop"),
        ("centre-crop", "centre-crop-224"),
        ("bgr", "bgr"),
        ("mirrored", "mirrored"),
    ):
        yield prepared(name, PREPARATION_TEXTS[name], preparation)
    yield with_network(
        "train-mode",
        "The network answers as it does while it is trained. Look again at the mode that it is in "
        "when your function calls it.",
        {"resnet": "training", "vgg19": None}.get,
    )
    yield with_network(
        "wrong-model",
        "Whatever network your function is given, ResNet-18 answers. Look again at which name is "
        "called inside the function.",
        lambda _: "resnet",
    )
    yield with_network(
        "wrong-model",
        "Whatever network your function is given, VGG-19 answers. Look again at which name is "
        "called inside the function.",
        lambda _: "vgg19",
    )
    yield from other_picture(
        views,
        TASK,
        lambda name, question: top(views.logits(network(question), name).softmax(0)),
    )
    yield Mistake(
        "softmax-over-wrong-axis",
        TASK,
        "Every probability is exactly 1. Look again at the shape of the network's output, and at "
        "the dimension over which the softmax sums.",
        shows=_all_ones,
    )
    yield Mistake(
        "wrong-names",
        TASK,
        "The class ids are right, and a name beside them belongs to another class. Look again at "
        "how a name is looked up, and whether anything was sorted in between.",
        shows=_wrong_names,
    )
    yield Mistake(
        "wrong-names",
        TASK,
        "The names are right, and the class ids beside them belong to other classes. Look again "
        "at how an id and its name find each other.",
        shows=_wrong_ids,
    )
    yield Mistake(
        "probabilities-misplaced",
        TASK,
        "These are the right classes and the right probabilities, but some stand beside the wrong "
        "class. Look again at what was sorted, and whether the rest was sorted with it.",
        shows=_misplaced,
    )
    yield Mistake(
        "unsorted",
        TASK,
        "These are the right classes with their probabilities, in another order. Look again at "
        "what comes first.",
        shows=_unsorted,
    )
    yield Mistake(
        "rounded",
        TASK,
        "Your probabilities were rounded. Look again at what your function returns, which is more "
        "than what is printed.",
        shows=_rounded,
    )
    yield Mistake(
        "other-order-in-triples",
        TASK,
        "Each triple holds the right three things in another order. Look again at the docstring: "
        "which comes first?",
        shows=_other_order,
    )
    yield Mistake(
        "three-lists",
        TASK,
        "Your function returns one list for each of names, ids and probabilities. Look again at "
        "the docstring: what does one entry of the list hold?",
        shows=_three_lists,
    )


PREPARATION_TEXTS = {
    "no-normalize": "The numbers are those of a picture that was not normalised. Look again at "
    "what `process_input` does to a picture, and whether your function uses it.",
    "other-normalisation": "The numbers are those of a picture that was normalised in another way "
    "than the networks were trained with. Look again at how your function prepares the picture.",
    "centre-crop": "The numbers are those of the middle of the picture, its borders cut off. Look "
    "again at how your function brings the picture to 224 × 224.",
    "bgr": "The numbers are those of a picture whose red and blue are exchanged. Look again at how "
    "the picture is read, and at the order of its channels.",
    "mirrored": "The numbers are those of the picture seen in a mirror. Look again at how your "
    "function prepares it.",
}

Plain = Mapping[Question, Triples]


def _shaped(told: Plain) -> bool:
    """Whether all answers are five triples (str, number, number)."""
    return all(
        isinstance(answer, tuple)
        and len(answer) == 5
        and all(
            isinstance(item, tuple)
            and len(item) == 3
            and isinstance(item[0], str)
            and all(isinstance(part, int | float) for part in item[1:])
            for item in answer
        )
        for answer in told.values()
    )


def _columns(answer: Triples) -> list[tuple]:
    return list(zip(*answer, strict=True))


def _close(one, other, tolerance: float = 1e-4) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def _all_ones(told: Plain, right: Plain) -> bool:
    return _shaped(told) and all(
        abs(item[2] - 1) < 1e-6 for answer in told.values() for item in answer
    )


def _each(told: Plain, right: Plain, holds: Callable[[list, list], bool]) -> bool:
    return _shaped(told) and all(
        holds(_columns(told[question]), _columns(right[question])) for question in told
    )


def _wrong_names(told: Plain, right: Plain) -> bool:
    return _each(told, right, lambda a, b: a[1] == b[1] and _close(a[2], b[2])) and not _each(
        told, right, lambda a, b: a[0] == b[0]
    )


def _wrong_ids(told: Plain, right: Plain) -> bool:
    return _each(told, right, lambda a, b: a[0] == b[0] and _close(a[2], b[2])) and not _each(
        told, right, lambda a, b: a[1] == b[1]
    )


def _misplaced(told: Plain, right: Plain) -> bool:
    return _each(
        told,
        right,
        lambda a, b: (
            sorted(zip(a[1], a[0], strict=True)) == sorted(zip(b[1], b[0], strict=True))
            and _close(sorted(a[2]), sorted(b[2]))
        ),
    ) and not _unsorted(told, right)


def _unsorted(told: Plain, right: Plain) -> bool:
    def holds(a: list, b: list) -> bool:
        told_rows = sorted(zip(a[1], a[0], a[2], strict=True))
        right_rows = sorted(zip(b[1], b[0], b[2], strict=True))
        return all(
            one[:2] == other[:2] and abs(one[2] - other[2]) <= 1e-4
            for one, other in zip(told_rows, right_rows, strict=True)
        )

    return _each(told, right, holds)


def _rounded(told: Plain, right: Plain) -> bool:
    def holds(a: list, b: list) -> bool:
        return a[:2] == b[:2] and any(
            _close(a[2], [round(p, digits) for p in b[2]], 1e-6) for digits in (0, 1, 2)
        )

    return _each(told, right, holds)


def _other_order(told: Plain, right: Plain) -> bool:
    orders = ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))

    def fits(answer: object, expected: Triples, order: tuple[int, ...]) -> bool:
        if not (isinstance(answer, tuple) and len(answer) == 5):
            return False
        if not all(isinstance(item, tuple) and len(item) == 3 for item in answer):
            return False
        return all(
            _part(item[place], wanted[part])
            for item, wanted in zip(answer, expected, strict=True)
            for place, part in enumerate(order)
        )

    return any(all(fits(told[q], right[q], order) for q in told) for order in orders)


def _three_lists(told: Plain, right: Plain) -> bool:
    def fits(answer: object, expected: Triples) -> bool:
        if not (isinstance(answer, tuple) and len(answer) == 3):
            return False
        if not all(isinstance(column, tuple) and len(column) == 5 for column in answer):
            return False
        wanted = {type(column[0]): column for column in _columns(expected)}
        return all(
            any(
                all(_part(one, other) for one, other in zip(column, expected_column, strict=True))
                for expected_column in wanted.values()
            )
            for column in answer
        )

    return all(fits(told[question], right[question]) for question in told)


def _part(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return isinstance(one, int | float) and abs(one - other) <= 1e-4
