"""predict: the five most probable classes, by a softmax over all 1,000 logits. 1 point.

Form is worth a fifth. The rest is two steps of understanding, worth alike: which classes (sorting,
looking up) and how probable (the softmax). Whoever gets one of them right shows it and is paid for
it: the right probabilities in ascending order earn 0.6, and so do the right classes with logits.
"""

from autograder.judging import PROBABILITY_TOLERANCE, TIE, Refused, criterion, spoken


@criterion(
    points=0.2,
    sentence="predict should return a list of five triples: class name, class id from 0 to 999, "
    "probability from 0 to 1; not the same list for every picture.",
)
def test_form(answers):
    seen = []
    for question in answers:
        told = answers.predictions(question, 5)
        for _, label, probability in told:
            if not 0 <= label <= 999:
                raise Refused(f"For {spoken(question)} there is a class id {label}.")
            if not -PROBABILITY_TOLERANCE <= probability <= 1 + PROBABILITY_TOLERANCE:
                raise Refused(f"For {spoken(question)} there is a probability {probability:.4g}.")
        seen.append(told)
    if all(told == seen[0] for told in seen):
        raise Refused("It is the same for all pictures.")


@criterion(
    points=0.4,
    sentence="The five classes should be the most probable ones, the most probable first, each id "
    "with its own name.",
)
def test_classes(answers, reference):
    for question in answers:
        told = answers.predictions(question, 5)
        right = reference.predictions(question, 5)
        chance = {prediction.label: prediction.probability for prediction in right}
        name = {prediction.label: prediction.name for prediction in right}
        if sorted(prediction.label for prediction in told) != sorted(chance):
            raise Refused(f"For {spoken(question)} they are other classes.")
        for prediction, expected in zip(told, right, strict=True):
            if abs(chance[prediction.label] - expected.probability) > TIE:
                raise Refused(f"For {spoken(question)} they stand in another order.")
            if prediction.name != name[prediction.label]:
                raise Refused(f"For {spoken(question)} a name does not belong to its id.")


@criterion(
    points=0.4,
    sentence="The probabilities should be a softmax of the logits over all 1,000 classes.",
)
def test_probabilities(answers, reference):
    for question in answers:
        right = {item.label: item.probability for item in reference.predictions(question, 5)}
        told = answers.predictions(question, 5)
        if {prediction.label for prediction in told} != set(right):
            raise Refused(f"For {spoken(question)} they belong to other classes.")
        for prediction in told:
            expected = right[prediction.label]
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
