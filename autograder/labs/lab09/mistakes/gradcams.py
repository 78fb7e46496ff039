"""What goes wrong in `compute_gradcam`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.lab import Mistake, Question, Questions
from autograder.labs.lab09.mistakes.cams import ENLARGING, MIXED, SCALE
from autograder.labs.lab09.mistakes.predicting import PREPARATION_TEXTS
from autograder.labs.lab09.mistakes.signs import signs
from autograder.labs.lab09.mistakes.slopes import Score, Slopes, Tail, logit
from autograder.labs.lab09.mistakes.views import PREPARATION_MISTAKES, Views, other_picture

TASK = "compute_gradcam"
LAST = "Look again at the last step of the formula."
RELU = "Look again at where the ReLU stands in the formula."


def gradcam_mistakes(views: Views, questions: Questions) -> Iterator[Mistake]:
    slopes = Slopes(views)
    yield from _combining(views, slopes)
    yield from _scores(views, slopes)
    yield from _elsewhere(views, slopes)
    yield from _over_calls(views, slopes, questions)


def weighted(alpha: Tensor, X: Tensor) -> Tensor:
    return torch.einsum("c,chw->hw", alpha, X)


def gradcam(X: Tensor, G: Tensor) -> Tensor:
    """Before its ReLU: features X and gradient G are [512, h, w]."""
    return weighted(G.sum((1, 2)), X)


def _mistake(views: Views, name: str, text: str, compute: Callable[[str, int], Tensor]) -> Mistake:
    """`compute` takes the picture's name and the label."""

    def answer(question: Question) -> np.ndarray | None:
        try:
            return compute(views.picture(question), views.label(question)).detach().numpy()
        except IndexError:
            return None  # the student's function stops there

    return Mistake(name, TASK, text, views.on_one_thread(answer))


def _signed(
    views: Views, name: str, text: str, compute: Callable[[str, int], Tensor]
) -> Iterator[Mistake]:
    """`compute` gives a map before its ReLU; the ReLU may be forgotten besides."""

    def kept(picture: str, k: int) -> Tensor:
        return views.once((compute, picture, k), lambda: compute(picture, k).detach())

    yield _mistake(views, name, text, lambda picture, k: kept(picture, k).relu())
    yield _mistake(views, name, text, kept)


def _combining(views: Views, slopes: Slopes) -> Iterator[Mistake]:
    """The right features X and their gradient G, put together in another way."""

    def combined(name: str, text: str, combine: Callable[[Tensor, Tensor], Tensor]) -> Mistake:
        return _mistake(views, name, text, lambda picture, k: combine(*slopes.of(picture, k)))

    for name, text, change in (
        (
            "no-relu",
            f"Your map has negative cells: what speaks against the class is in it still. {LAST}",
            lambda m: m,
        ),
        (
            "no-relu",
            f"Your map has negative cells, and is a 49th in size. {LAST}",
            lambda m: m / 49,
        ),
        (
            "abs-instead-of-relu",
            "What speaks against the class counts as if it spoke for it. Look again at what the "
            "last step does to a negative number.",
            torch.abs,
        ),
        ("sigmoid-instead-of-relu", f"Each cell went through a sigmoid. {LAST}", torch.sigmoid),
        (
            "min-max",
            f"Your map was rescaled to run from 0 to 1 before anything was cut off. {LAST}",
            lambda m: _unit(m),
        ),
        (
            "min-subtracted",
            f"The smallest number of your map was subtracted from all. {LAST}",
            lambda m: m - m.min(),
        ),
        (
            "min-max",
            f"Your map was rescaled to run up to 255. {SCALE}",
            lambda m: 255 * m.relu() / m.max(),
        ),
        (
            "negated",
            "Your map shows what speaks against the class. Look again at the signs in your "
            "function.",
            lambda m: (-m).relu(),
        ),
        (
            "negated",
            "Your map has the opposite sign everywhere. Look again at the signs in your function.",
            torch.neg,
        ),
        (
            "negated",
            "Your map is nowhere positive. Look again at the signs in your function.",
            lambda m: -m.relu(),
        ),
        (
            "negated",
            "Your map keeps what the ReLU should cut off. Look again at the signs in your "
            "function.",
            lambda m: -(-m).relu(),
        ),
        (
            "min-max",
            f"Your map was rescaled to run from 0 to 1. {SCALE}",
            lambda m: _unit(m.relu()),
        ),
        (
            "min-max",
            f"Your map was divided by its largest number. {SCALE}",
            lambda m: m.relu() / m.max(),
        ),
        (
            "min-max",
            f"Your map was rescaled to run from 0 to 255. {SCALE}",
            lambda m: 255 * _unit(m.relu()),
        ),
        (
            "norm-divided",
            f"Your map was divided by its norm. {SCALE}",
            lambda m: m.relu() / m.relu().norm(),
        ),
        (
            "norm-divided",
            f"Your map was divided by its sum. {SCALE}",
            lambda m: m.relu() / m.relu().sum(),
        ),
        (
            "softmax-added",
            f"Your map's cells went through a softmax over places. {LAST}",
            lambda m: m.relu().flatten().softmax(0).reshape(7, 7),
        ),
        (
            "channel-mean",
            "Your map is 512 times too small, as a mean over channels is. Look again at what the "
            "formula sums over.",
            lambda m: m.relu() / 512,
        ),
        (
            "channel-mean",
            "Your map is 49 · 512 times too small: both sums of the formula became means. Look "
            "again at what it sums over.",
            lambda m: m.relu() / 512 / 49,
        ),
        (
            "divided-twice",
            "Your map is 49 · 49 times too small. Look again at how often a mean over places is "
            "taken.",
            lambda m: m.relu() / 49 / 49,
        ),
        (
            "transposed",
            "Rows and columns of your map are exchanged. Look again at every permute, transpose "
            "and reshape in your function.",
            lambda m: m.relu().T,
        ),
        *(
            (
                "flipped",
                "Your map is flipped. Look again at what happens to rows and columns.",
                lambda m, dims=dims: m.relu().flip(dims),
            )
            for dims in ((0,), (1,), (0, 1))
        ),
        *(
            (
                "enlarged",
                "Your map is as large as the picture. Look again at the shape that the task asks "
                "for; the drawing cells enlarge it.",
                lambda m, mode=mode, corners=corners: F.interpolate(
                    m.relu()[None, None], (224, 224), mode=mode, align_corners=corners
                )[0, 0],
            )
            for mode, corners in ENLARGING
        ),
        (
            "summed-over-places",
            "One number is left of your map. Look again at what the formula sums over.",
            lambda m: m.relu().sum(),
        ),
    ):
        yield _mistake(
            views, name, text, lambda picture, k, change=change: change(slopes.right(picture, k))
        )

    def pooled(name: str, text: str, pool: Callable[[Tensor], Tensor]) -> Iterator[Mistake]:
        """The gradient [512, 7, 7] pooled to [512] in another way."""

        def compute(picture: str, k: int) -> Tensor:
            X, G = slopes.of(picture, k)
            return weighted(pool(G), X)

        return _signed(views, name, text, compute)

    yield from pooled(
        "max-pooled-gradients",
        "For each channel you took the largest gradient over places. Look again at how the "
        "formula pools.",
        lambda G: G.amax((1, 2)),
    )
    yield from pooled(
        "min-pooled-gradients",
        "For each channel you took the smallest gradient over places. Look again at how the "
        "formula pools.",
        lambda G: G.amin((1, 2)),
    )
    for row, column in ((3, 3), (0, 0), (6, 6)):
        yield from pooled(
            "partly-pooled-gradients",
            "For each channel you took the gradient at one place. Look again at how the formula "
            "pools.",
            lambda G, row=row, column=column: G[:, row, column],
        )
    for combine in (
        lambda X, G: (G * X).sum(0).relu(),
        lambda X, G: (G * X).sum(0),
        lambda X, G: (G * X).relu().sum(0),
        lambda X, G: (G * X).sum(0).abs(),
    ):
        yield combined(
            "unpooled-gradients",
            "Each feature was multiplied with the gradient at its own place. Look again at the "
            "steps of the formula: what is pooled first?",
            combine,
        )
    yield from pooled(
        "relu-on-gradients",
        f"Negative gradients were cut off before they were pooled. {RELU}",
        lambda G: G.relu().sum((1, 2)),
    )
    yield from pooled(
        "relu-on-weights",
        f"Channels that speak against the class count for nothing: they were cut off before the "
        f"sum. {RELU}",
        lambda G: G.sum((1, 2)).relu(),
    )
    for pool in (lambda G: G.sum((1, 2)).abs(), lambda G: G.abs().sum((1, 2))):
        yield from pooled(
            "abs-weights",
            "The signs of the gradients are lost before the sum. Look again at what is done to "
            "the weights of the channels.",
            pool,
        )
    yield from pooled(
        "squared-weights",
        "The weights of the channels are squared. Look again at how often they are multiplied.",
        lambda G: G.sum((1, 2)) ** 2,
    )
    for combine in (
        lambda X, G: G.sum(0).relu(),
        lambda X, G: G.sum(0),
        lambda X, G: G.mean(0).relu(),
        lambda X, G: G.abs().amax(0),
        lambda X, G: G.abs().sum(0),
    ):
        yield combined(
            "gradients-only",
            "Your map is made of gradients alone. Look again at what the formula multiplies them "
            "with.",
            combine,
        )
    for combine in (lambda X: X.sum(0), lambda X: X.mean(0), lambda X: X.amax(0)):
        yield combined(
            "features-only",
            "Your map is made of features alone, and the class has no say. Look again at what "
            "weighs each channel.",
            lambda X, G, combine=combine: combine(X),
        )
    for combine in (
        lambda X, G: (X.reshape(49, 512) @ G.sum((1, 2))).reshape(7, 7).relu(),
        lambda X, G: weighted(G.reshape(49, 512).sum(0), X).relu(),
        lambda X, G: (X.reshape(7, 7, 512) @ G.sum((1, 2))).relu(),
    ):
        yield combined("scrambled", MIXED, combine)
    for combine in (
        lambda X, G: (G.sum((1, 2))[:, None, None] * X).relu(),
        lambda X, G: G.sum((1, 2))[:, None, None] * X,
    ):
        yield combined(
            "not-summed",
            "There is one map for each channel still. Look again at what the formula sums over.",
            combine,
        )
    yield combined(
        "weights-only",
        "512 numbers came back: the pooled gradients. Look again at what the formula does with "
        "them.",
        lambda X, G: G.sum((1, 2)),
    )


def _scores(views: Views, slopes: Slopes) -> Iterator[Mistake]:
    """The gradient of something else than the logit."""
    classifier = views.vgg.classifier

    def sloped(
        name: str,
        text: str,
        score: Score = logit,
        tail: Tail | None = None,
        order: str = "right",
    ) -> Iterator[Mistake]:
        return _signed(
            views,
            name,
            text,
            lambda picture, k: slopes.signed(picture, k, score, tail, order=order),
        )

    yield from sloped(
        "softmax-differentiated",
        "You differentiated a probability. Look again at whether the score in the formula comes "
        "before the softmax or after it.",
        lambda z, k: z.softmax(0)[k],
    )
    yield from sloped(
        "log-softmax-differentiated",
        "You differentiated the logarithm of a probability. Look again at the score in the "
        "formula.",
        lambda z, k: z.log_softmax(0)[k],
    )
    yield from sloped(
        "loss-differentiated",
        "You differentiated a loss, which falls when the score rises. Look again at the score in "
        "the formula, and at its sign.",
        lambda z, k: -z.log_softmax(0)[k],
    )
    yield from sloped(
        "sigmoid-differentiated",
        "You differentiated a sigmoid of the score. Look again at the score in the formula.",
        lambda z, k: z.sigmoid()[k],
    )
    for score in (lambda z, k: z.sum(), lambda z, k: z.mean()):
        yield from sloped(
            "all-logits",
            "You differentiated all scores together, so the class has no say. Look again at which "
            "of the 1,000 scores the formula means.",
            score,
        )
    yield from sloped(
        "predicted-class",
        "Your map is that of the class that the network predicts, whichever is asked for. Look "
        "again at where `label` is used in your function.",
        lambda z, k: z.max(),
    )
    for step, which in ((1, "the next class"), (-1, "the class before")):
        yield from sloped(
            "label-off-by-one",
            f"Your map is that of {which}. Look again at where counting begins.",
            lambda z, k, step=step: z[k + step],
        )
    yield from sloped(
        "squared-score",
        "You differentiated the square of the score. Look again at the score in the formula.",
        lambda z, k: z[k] ** 2,
    )
    yield from sloped(
        "extra-relu",
        "There is a ReLU behind the classifier's last layer, where a negative score has no "
        "gradient. Look again at what is left of the network after the feature map.",
        lambda z, k: z.relu()[k],
    )
    for order in ("channels-last", "transposed"):
        yield from sloped(
            "flattened-in-another-order",
            "The features went into the classifier in another order than it was trained with. Look "
            "again at every permute, transpose and reshape before it.",
            order=order,
        )
    for end in range(1, 6):
        yield from sloped(
            "classifier-cut-short",
            "The gradient is that of a number inside the classifier, not of a class's score. Look "
            "again at what is left of the network after the feature map.",
            tail=lambda a, end=end: classifier[1:end](a),
        )
    yield from sloped(
        "relus-left-out",
        "The ReLUs inside the classifier were left out. Look again at all its layers.",
        tail=lambda a: classifier[6](classifier[3](a)),
    )
    yield from sloped(
        "extra-pooling",
        "The features were averaged over places before the classifier. Look again at what is left "
        "of the network after the feature map.",
        order="averaged",
    )


def _elsewhere(views: Views, slopes: Slopes) -> Iterator[Mistake]:
    """Another layer, another network, another input."""
    resnet = views.resnet
    yield from _signed(
        views,
        "resnet-for-vgg",
        "These are the maps of ResNet-18. Look again at which network your function calls.",
        lambda picture, k: weighted(resnet.fc.weight[k], views.features(picture)[0]),
    )
    last = views.vgg.classifier[6].weight
    yield from _signed(
        views,
        "cam-on-vgg",
        "The channels are weighted with weights of the classifier's last layer, whose inputs are "
        "no channels of the feature map. Look again at where the formula's weights come from.",
        lambda picture, k: weighted(last[k, :512], views.vgg_features(picture)[0]),
    )

    def at_convolution(picture: str, k: int, relu: bool, how: Callable) -> Tensor:
        X, G = slopes.at_convolution(picture, k, relu=relu)
        return weighted(how(G, (1, 2)), X).relu()

    for relu, how in product((True, False), (torch.sum, torch.mean)):
        yield _mistake(
            views,
            "layer-before-pooling",
            "Your map is that of a layer before the last max-pooling, where there are 14 × 14 "
            "places. Look again at which layer's output the task asks for.",
            lambda picture, k, relu=relu, how=how: at_convolution(picture, k, relu, how),
        )
        for pool in (F.max_pool2d, F.avg_pool2d):
            yield _mistake(
                views,
                "layer-before-pooling",
                "Your map is that of a layer before the last max-pooling, brought to 7 × 7 "
                "afterwards. Look again at which layer's output the task asks for.",
                lambda picture, k, relu=relu, how=how, pool=pool: pool(
                    at_convolution(picture, k, relu, how)[None], 2
                )[0],
            )
    # Each of these costs a pass through VGG-19.
    for name, preparation in PREPARATION_MISTAKES[:8]:
        yield from _signed(
            views,
            name,
            PREPARATION_TEXTS[name],
            lambda picture, k, preparation=preparation: slopes.signed(
                picture, k, preparation=preparation
            ),
        )


def _over_calls(views: Views, slopes: Slopes, questions: Questions) -> Iterator[Mistake]:
    asked = questions.of_task(TASK)

    def accumulated(question: Question, by_picture: bool) -> np.ndarray:
        picture = views.picture(question)
        total = torch.zeros(512, 7, 7)
        for earlier in asked[: asked.index(question) + 1]:
            if not by_picture or views.picture(earlier) == picture:
                total += slopes.of(views.picture(earlier), views.label(earlier))[1]
        return gradcam(views.vgg_features(picture)[0], total).relu().numpy()

    def first_gradient(question: Question) -> np.ndarray:
        _, gradient = slopes.of(views.picture(asked[0]), views.label(asked[0]))
        return gradcam(views.vgg_features(views.picture(question))[0], gradient).relu().numpy()

    for by_picture in (True, False):
        yield Mistake(
            "gradients-accumulated",
            TASK,
            "Gradients of earlier calls are added to those of the present one. Look again at what "
            "backward() does to a gradient that is there already.",
            lambda question, by_picture=by_picture: accumulated(question, by_picture),
        )
    yield Mistake(
        "first-gradient-kept",
        TASK,
        "Every map is made with the gradient of the very first call. Look again at the list or "
        "variable in which it is kept, and at which of its entries you take.",
        first_gradient,
    )
    yield from other_picture(
        views,
        TASK,
        lambda name, question: slopes.right(name, views.label(question)).relu().numpy(),
    )
    yield from signs(
        TASK,
        "map",
        lambda question: slopes.right(views.picture(question), views.label(question)).numpy(),
    )


def _unit(array: Tensor) -> Tensor:
    return (array - array.min()) / (array.max() - array.min())
