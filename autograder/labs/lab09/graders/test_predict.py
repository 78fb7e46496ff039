"""predict: the five most probable classes, by a softmax over all 1,000 logits. 1 point.

Form is worth a fifth, and no more is lost by it. The rest is two steps of understanding, worth
alike: which classes (sorting, looking up) and how probable (the softmax). Whoever gets one of them
right shows it and is paid for it: the right probabilities in ascending order earn 0.6, and so do
the right classes with logits.
"""

from autograder.judging import PROBABILITY_TOLERANCE, TIE, Refused, criterion, spoken


@criterion(
    sentence="predict should return a list of five triples: class name, class id from 0 to 999, "
    "probability from 0 to 1; not the same list for every picture.",
)
def test_form(answers):
    seen = []
    for question in answers:
        told = answers.predictions(question, 5, exact=True)
        for _, label, probability in told:
            if label is not None and not 0 <= label <= 999:
                raise Refused(f"For {spoken(question)} there is a class id {label}.")
            if not -PROBABILITY_TOLERANCE <= probability <= 1 + PROBABILITY_TOLERANCE:
                raise Refused(f"For {spoken(question)} there is a probability {probability:.4g}.")
        seen.append(told)
    if all(told == seen[0] for told in seen):
        raise Refused("It is the same for all pictures.")


@criterion(
    sentence="The five classes should be the most probable ones, the most probable first, each id "
    "with its own name.",
)
def test_classes(answers, reference):
    for question in answers:
        told = answers.predictions(question, 5)
        right = reference.predictions(question, 5)
        label_of = {prediction.name: prediction.label for prediction in right}
        by_label = {prediction.label: prediction for prediction in right}
        # Who gives fewer than five is judged by those, and has lost the form's share.
        labels = [_label(prediction, label_of) for prediction in told]
        if sorted(labels) != sorted(prediction.label for prediction in right[: len(told)]):
            raise Refused(f"For {spoken(question)} they are other classes.")
        for label, prediction, expected in zip(labels, told, right, strict=False):
            if abs(by_label[label].probability - expected.probability) > TIE:
                raise Refused(f"For {spoken(question)} they stand in another order.")
            if prediction.name != by_label[label].name:
                raise Refused(f"For {spoken(question)} a name does not belong to its id.")


@criterion(
    sentence="The probabilities should be a softmax of the logits over all 1,000 classes.",
)
def test_probabilities(answers, reference):
    for question in answers:
        predictions = reference.predictions(question, 5)
        label_of = {prediction.name: prediction.label for prediction in predictions}
        right = {item.label: item.probability for item in predictions}
        told = answers.predictions(question, 5)
        labels = [_label(prediction, label_of) for prediction in told]
        if not set(labels) <= set(right) or len(set(labels)) < len(labels):
            raise Refused(f"For {spoken(question)} they belong to other classes.")
        for label, prediction in zip(labels, told, strict=True):
            expected = right[label]
            if abs(prediction.probability - expected) > PROBABILITY_TOLERANCE:
                if is_rounded(prediction.probability, expected):
                    answers.remarks.notice("rounded-probability")
                    continue
                raise Refused(
                    f"For {spoken(question)} your {prediction.probability:.4f} is not the "
                    "probability of that class."
                )


def is_rounded(told: float, expected: float) -> bool:
    """Whether `told` is `expected` to three digits, as the docstring's example prints it."""
    return abs(told - round(told, 3)) <= 1e-6 and abs(told - expected) <= 5e-4 + 1e-6


def _label(prediction, label_of: dict) -> int:
    """The class id; that of the name where the id was left out, -1 where nobody knows it."""
    return label_of.get(prediction.name, -1) if prediction.label is None else prediction.label
