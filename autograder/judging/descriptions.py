"""Questions, values and failures as a person says them."""

from __future__ import annotations

from autograder.answers import Array, Failure, Opaque, Scalar, Sequence, Value
from autograder.lab import Array as Arrays
from autograder.lab import Global, Picture, Plain, Question, Tensor


def describe_question(question: Question) -> str:
    """A question as a person says it: `cat.jpg and class 281`."""
    again = " (asked a second time)" if question.key.endswith("/again") else ""
    if question.words:
        return question.words + again
    words = []
    for argument in question.arguments:
        match argument:
            case Picture(name) | Tensor(name) | Arrays(name):
                words.append("a picture made for grading" if name.startswith("made") else name)
            case Plain(value):
                words.append(f"class {value}")
            case Global(name):
                words.append(name)
    return " and ".join(words) + again


def describe_type(value: Value) -> str:
    """The type of a value, for a sentence."""
    if isinstance(value, Scalar) and value.value is None:
        return "None"
    form = value.form.removeprefix("builtins.")
    if isinstance(value, Sequence):
        return f"a {form} of {len(value.items)}"
    if isinstance(value, Opaque | Scalar | Array):
        return f"{'an' if form[:1].lower() in 'aeiou' else 'a'} {form}"
    return "something else"


def failure_sentence(question: Question, failure: Failure) -> str:
    """Why there is no answer; what an exception says is told once, in the task's hint."""
    if failure.kind == "raised":
        return f"For {describe_question(question)} your function stopped with {failure.error}."
    return failure.message
