"""Plain words for what stopped a student's function."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from autograder.answers import Answer, Array, Failure, Scalar, Value
from autograder.answers import Sequence as Listed
from autograder.judging.exhibits import article, spoken
from autograder.judging.plain_form import plain_form
from autograder.lab import Question
from autograder.results import Hint

# (id, what the message says, what that means and where to look)
_KNOWN = (
    (
        "numpy-of-graph",
        r"call numpy\(\) on tensor that requires grad",
        "A tensor that still carries its graph cannot become a numpy array. Look again at what "
        "lets go of the graph first.",
    ),
    (
        "in-place",
        r"modified by an inplace operation|in-?place",
        "Something changed a tensor in place that the gradient still needs, as VGG's ReLUs do and "
        "`+=` does. Look again at which tensor you keep, and whether it should be a copy.",
    ),
    (
        "no-gradient",
        r"'NoneType' object has no attribute '(sum|mean|shape|squeeze|detach|clone|size|data|"
        r"view|reshape|numpy|permute|max|abs)'|'NoneType' object is not subscriptable"
        r"|unsupported operand.*NoneType",
        "Something is None here where a tensor was wanted. If it is a `.grad`: look again at "
        "whether that tensor is a leaf, or was told to keep its gradient, and whether backward() "
        "ran before.",
    ),
    (
        "no-graph",
        r"does not require grad and does not have a grad_fn",
        "There is no graph from the score back to the features. Look again at no_grad, detach and "
        "requires_grad: the graph has to be made while the score is computed.",
    ),
    (
        "not-in-graph",
        r"appears to not have been used in the graph",
        "The score was not computed from the tensor that you differentiate by. Look again at what "
        "goes into the rest of the network.",
    ),
    (
        "graph-freed",
        r"backward through the graph a second time",
        "The graph was used up by an earlier backward(). Look again at what is computed anew for "
        "each call and what is not.",
    ),
    (
        "gradient-of-many",
        r"grad can be implicitly created only for scalar outputs",
        "A gradient needs one number to start from, and there were several. Look again at which "
        "score you differentiate.",
    ),
    (
        "no-such-gradient",
        r"can't retain_grad|retain_grad",
        "A tensor without a graph cannot keep a gradient. Look again at where requires_grad is set "
        "and whether no_grad or detach stand in the way.",
    ),
    (
        "inference-mode",
        r"[Ii]nference tensor",
        "A tensor made under inference_mode can never take part in a gradient. Look again at what "
        "is computed inside it.",
    ),
    (
        "shapes",
        r"shapes? cannot be multiplied|must match the size|size mismatch|shape '.*' is invalid"
        r"|einsum\(\)|not match|inconsistent tensor size|Dimension out of range|broadcast"
        r"|expected input.*to have \d+ channels|number of dimensions|same number of",
        "Two shapes do not fit. Print the shape of every tensor in that line and hold them against "
        "the formula.",
    ),
    (
        "out-of-range",
        r"out of (range|bounds)",
        "An index lies outside its tensor or list. Print its shape, and look again at which "
        "dimension is the batch.",
    ),
    (
        "not-defined",
        r"name '.*' is not defined",
        "A name is used that no cell has given a value. Look again at its spelling, and whether "
        "the cell that makes it comes before.",
    ),
)


def trouble(answers: Sequence[Answer], failed: Sequence[tuple[Question, Failure]]) -> list[Hint]:
    """At most one hint: that nothing is written yet, or why the function stopped."""
    if answers and all(answer.value == Scalar(None, "NoneType") for answer in answers):
        return [_unfinished("returns None")]
    for question, failure in failed:
        if failure.kind != "raised":
            continue
        if failure.error == "NotImplementedError":
            return [_unfinished("says that it is not written")]
        return [_stopped(question, failure)]
    return []


def other_type(answers: Sequence[Answer], right: Value) -> list[Hint]:
    """A hint where all answers are another kind of thing than `right`, the reference's."""
    others = [answer.value for answer in answers if answer.value and _differs(answer.value, right)]
    if not others or len(others) < len(answers):
        return []
    text = (
        f"Your function returns {article(others[0])}. Look again at the task's last sentence and "
        "the docstring: what should come back, and which of your variables holds it?"
    )
    return [Hint("other-type", text)]


def _differs(value: Value, right: Value) -> bool:
    """Whether it is another kind of thing altogether."""
    if isinstance(right, Array):
        return not isinstance(plain_form(value), np.ndarray)
    return not isinstance(value, Listed)


def _unfinished(how: str) -> Hint:
    text = (
        f"Your function {how}: there is no answer yet. Look again at its last lines, and whether "
        "what you computed is returned."
    )
    return Hint("not-implemented", text)


def _stopped(question: Question, failure: Failure) -> Hint:
    where = ""
    if failure.line:
        where = f" in line {failure.line} of the cell {failure.cell} ({failure.source.strip()})"
    said = re.sub(r"\s+", " ", failure.message).strip().rstrip(".")
    said = f"{failure.error}: {said}" if said else failure.error
    first = f"Asked about {spoken(question)}, your function stopped{where} with {said[:300]}."
    name, advice = next(
        (
            (name, advice)
            for name, pattern, advice in _KNOWN
            if re.search(pattern, failure.message, re.IGNORECASE)
        ),
        ("exception", "Run that line by itself in a new cell and look at what goes into it."),
    )
    return Hint(name, f"{first} {advice}")
