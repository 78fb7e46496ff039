"""predict: the five most probable classes, by a softmax over all 1,000 logits. 1 point.

Form is worth a fifth, and no more is lost by it. The rest is two steps of understanding, worth
alike: which classes (sorting, looking up) and how probable (the softmax). Whoever gets one of them
right shows it and is paid for it: the right probabilities in ascending order earn 0.6, and so do
the right classes with logits.
"""

from autograder.judging import (
    PROBABILITY_TOLERANCE,
    TIE,
    CriterionFailed,
    criterion,
    describe_question,
    plain_spelling,
    same_name,
)


@criterion(
    sentence="predict should return a list of five triples: class name, class id from 0 to 999, "
    "probability from 0 to 1; not the same list for every picture.",
)
def test_form(answers, reference):
    seen = []
    for question in answers:
        actual = answers.predictions(question, 5, exact=True)
        names = {label: name for name, label, _ in reference.predictions(question, 5)}
        for name, label, probability in actual:
            right = names.get(label)
            if name and right and name != right and same_name(name, right, label):
                answers.remarks.notice("name-in-another-spelling", exact=True)
            if label is not None and not 0 <= label <= 999:
                raise CriterionFailed(
                    f"For {describe_question(question)} there is a class id {label}."
                )
            if not -PROBABILITY_TOLERANCE <= probability <= 1 + PROBABILITY_TOLERANCE:
                raise CriterionFailed(
                    f"For {describe_question(question)} there is a probability {probability:.4g}."
                )
        seen.append(actual)
    if all(actual == seen[0] for actual in seen):
        raise CriterionFailed("It is the same for all pictures.")


@criterion(
    sentence="The five classes should be the most probable ones, the most probable first, each id "
    "with its own name.",
)
def test_classes(answers, reference):
    for question in answers:
        actual = answers.predictions(question, 5)
        expected = reference.predictions(question, 5)
        label_of = {plain_spelling(name): label for name, label, _ in expected}
        by_label = {prediction.label: prediction for prediction in expected}
        # Who gives fewer than five is judged by those, and has lost the form's share.
        labels = [_label(prediction, label_of) for prediction in actual]
        if sorted(labels) != sorted(prediction.label for prediction in expected[: len(actual)]):
            raise CriterionFailed(f"For {describe_question(question)} they are other classes.")
        for label, prediction, in_place in zip(labels, actual, expected, strict=False):
            if abs(by_label[label].probability - in_place.probability) > TIE:
                raise CriterionFailed(
                    f"For {describe_question(question)} they stand in another order."
                )
            name = prediction.name
            if name is not None and not same_name(name, by_label[label].name, label):
                raise CriterionFailed(
                    f"For {describe_question(question)} a name does not belong to its id."
                )


@criterion(
    sentence="The probabilities should be a softmax of the logits over all 1,000 classes.",
)
def test_probabilities(answers, reference):
    for question in answers:
        expected = reference.predictions(question, 5)
        label_of = {plain_spelling(name): label for name, label, _ in expected}
        probability_of = {prediction.label: prediction.probability for prediction in expected}
        actual = answers.predictions(question, 5)
        labels = [_label(prediction, label_of) for prediction in actual]
        if not set(labels) <= set(probability_of) or len(set(labels)) < len(labels):
            raise CriterionFailed(
                f"For {describe_question(question)} they belong to other classes."
            )
        for label, prediction in zip(labels, actual, strict=True):
            if abs(prediction.probability - probability_of[label]) > PROBABILITY_TOLERANCE:
                if is_rounded(prediction.probability, probability_of[label]):
                    answers.remarks.notice("rounded-probability")
                    continue
                raise CriterionFailed(
                    f"For {describe_question(question)} your {prediction.probability:.4f} is not "
                    "the probability of that class."
                )


def is_rounded(actual: float, expected: float) -> bool:
    """Whether `actual` is `expected` to three digits, as the docstring's example prints it."""
    return abs(actual - round(actual, 3)) <= 1e-6 and abs(actual - expected) <= 5e-4 + 1e-6


def _label(prediction, label_of: dict) -> int:
    """The class id; that of the name where the id was left out, -1 where nobody knows it."""
    if prediction.label is not None:
        return prediction.label
    return label_of.get(plain_spelling(prediction.name or ""), -1)
