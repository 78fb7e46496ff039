"""What goes wrong in `predict`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from autograder.lab import Mistake, Question
from autograder.labs.lab09.mistakes.prediction_signs import Triples, network, prediction_signs
from autograder.labs.lab09.mistakes.views import PREPARATION_MISTAKES, Views, other_picture
from camlab_solutions import load_classes

TASK = "predict"


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
        "softmax-of-negated",
        "The logits were negated before the softmax, so that the least probable classes come out "
        "first. Look again at every minus sign and at the function's name.",
        lambda z: z.neg().softmax(0),
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
    for name, preparation in PREPARATION_MISTAKES:
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
    yield from prediction_signs(views)


PREPARATION_TEXTS = {
    "no-normalize": "The numbers are those of a picture that was not normalised. Look again at "
    "what `process_input` does to a picture, and whether your function uses it.",
    "other-normalisation": "The numbers are those of a picture that was normalised in another way "
    "than the networks were trained with. Look again at how your function prepares the picture.",
    "centre-crop": "The numbers are those of the middle of the picture, its borders cut off. Look "
    "again at how your function brings the picture to 224 × 224.",
    "bgr": "The numbers are those of a picture whose red and blue are exchanged. Look again at how "
    "the picture is read, and at the order of its channels.",
    "turned": "The numbers are those of the picture upside down, or with rows and columns "
    "exchanged. "
    "Look again at how your function prepares it.",
    "grey": "The numbers are those of the picture without its colours. Look again at how it is "
    "opened.",
    "other-resizing": "The numbers are those of the picture brought to its size in another way. "
    "Look again at what `process_input` does to a picture, and whether your function uses it.",
    "mirrored": "The numbers are those of the picture seen in a mirror. Look again at how your "
    "function prepares it.",
}
