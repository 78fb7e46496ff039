"""convolve: out[i, j] = Σ_kl kernel[k, l] · image[i + k, j + l]. 3 points."""

from autograder.judging import CriterionFailed, criterion, describe_question, same


@criterion(
    points=1.0,
    sentence="convolve should return a numpy array with one number for each place where the "
    "kernel fits.",
)
def test_form(answers, reference):
    for question in answers:
        answers.array(question, *reference.array(question).shape)


@criterion(points=2.0, sentence="Each number should be the weighted sum of the window below it.")
def test_values(answers, reference):
    for question in answers:
        expected = reference.array(question)
        if not same(answers.array(question, *expected.shape), expected):
            raise CriterionFailed(f"For {describe_question(question)} the numbers differ.")
