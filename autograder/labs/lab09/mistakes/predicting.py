"""What goes wrong in `predict`: an id, and what comes out. The sentences: `hints.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from autograder.lab import Mistake, Question
from autograder.labs.lab09.mistakes.activations import Activations, pictures_for_all
from autograder.labs.lab09.mistakes.prediction_patterns import Triples, network, prediction_patterns
from autograder.labs.lab09.mistakes.preparations import PREPARATION_MISTAKES
from autograder.labs.lab09.mistakes.texts import known
from camlab_solutions import load_classes

TASK = "predict"


def triples(scores: Tensor, labels: Tensor) -> Triples:
    names = load_classes()
    return tuple((names[k], k, float(scores[k])) for k in labels.tolist())


def top(scores: Tensor, count: int = 5) -> Triples:
    return triples(scores, scores.topk(count).indices)


@dataclass(frozen=True)
class Asked:
    """One question: which network, which picture."""

    activations: Activations
    network: str
    picture: str

    @property
    def z(self) -> Tensor:
        """The logits [1000]."""
        return self.activations.logits(self.network, self.picture)

    @property
    def p(self) -> Tensor:
        return self.z.softmax(0)

    def by(self, network: str) -> Triples:
        """The answer of another network."""
        return top(self.activations.logits(network, self.picture).softmax(0))

    def prepared(self, how: str) -> Triples:
        """The answer to the picture prepared in another way."""
        return top(self.activations.logits(self.network, self.picture, how).softmax(0))

    def shifted(self, by: int) -> Triples:
        """Each class counted by so many too high, its name with it."""
        names = load_classes()
        return tuple(
            (names[(k + by) % len(names)], (k + by) % len(names), p) for _, k, p in top(self.p)
        )

    def by_name(self, *, reverse: bool) -> Triples:
        names = load_classes()
        order = sorted(range(1000), key=lambda k: (names[k], k), reverse=reverse)[:5]
        return triples(self.p, torch.tensor(order))


def _of_top_five(z: Tensor) -> Triples:
    p = z.topk(5).values.softmax(0).tolist()
    return tuple((name, label, one) for (name, label, _), one in zip(top(z), p, strict=True))


ROWS: tuple[tuple[str, Callable[[Asked], Triples | None]], ...] = (
    ("no-softmax", lambda a: top(a.z)),
    ("softmax-twice", lambda a: top(a.p.softmax(0))),
    ("softmax-twice", lambda a: _of_top_five(a.p)),
    ("sigmoid.scores", lambda a: top(a.z.sigmoid())),
    ("sigmoid.probabilities", lambda a: top(a.p.sigmoid())),
    ("log-softmax.sign", lambda a: top(a.z.log_softmax(0))),
    ("log-softmax.negated", lambda a: triples(-a.z.log_softmax(0), a.z.topk(5).indices)),
    ("complement", lambda a: triples(1 - a.p, a.p.topk(5).indices)),
    ("complement", lambda a: triples(1 - a.p, a.p.argsort()[:5])),
    ("exp-not-divided", lambda a: top(a.z.exp())),
    ("scores-divided-by-their-sum", lambda a: top(a.z / a.z.sum())),
    # Whoever chooses by the scores themselves, and not by what is negative with their sum.
    ("scores-divided-by-their-sum", lambda a: triples(a.z / a.z.sum(), a.z.topk(5).indices)),
    ("softmax-of-top-five", lambda a: _of_top_five(a.z)),
    ("percent", lambda a: top(100 * a.p)),
    ("ascending", lambda a: top(a.p)[::-1]),
    ("least-probable", lambda a: triples(a.p, a.p.argsort()[:5])),
    ("softmax-of-negated", lambda a: top((-a.z).softmax(0))),
    ("ids-off-by-one", lambda a: tuple((name, k + 1, p) for name, k, p in top(a.p))),
    ("classes-off-by-one", lambda a: a.shifted(-1)),
    ("classes-off-by-one", lambda a: a.shifted(1)),
    ("ranks-for-ids", lambda a: tuple((n, k, p) for k, (n, _, p) in enumerate(top(a.p)))),
    (
        "probabilities-of-ranks",
        lambda a: tuple((n, k, float(a.p[i])) for i, (n, k, _) in enumerate(top(a.p))),
    ),
    ("skips-the-first", lambda a: top(a.p, 6)[1:]),
    ("sorted-by-name", lambda a: a.by_name(reverse=True)),
    ("sorted-by-name", lambda a: a.by_name(reverse=False)),
    ("sorted-by-id", lambda a: triples(a.p, torch.arange(5))),
    ("sorted-by-id", lambda a: triples(a.p, torch.arange(999, 994, -1))),
    ("train-mode", lambda a: a.by("training") if a.network == "resnet" else None),
    ("wrong-model.resnet", lambda a: a.by("resnet")),
    ("wrong-model.vgg", lambda a: a.by("vgg19")),
)


def predict_mistakes(activations: Activations) -> Iterator[Mistake]:
    def case(question: Question) -> Asked:
        return Asked(activations, network(question), activations.picture(question))

    yield from known(TASK, ROWS, case, activations)
    prepared = [(name, lambda a, how=how: a.prepared(how)) for name, how in PREPARATION_MISTAKES]
    yield from known(TASK, prepared, case, activations, "pictures")
    others = pictures_for_all(
        lambda name, question: top(Asked(activations, network(question), name).p)
    )
    yield from known(TASK, others, lambda question: question, activations, "pictures")
    yield from prediction_patterns(activations)
