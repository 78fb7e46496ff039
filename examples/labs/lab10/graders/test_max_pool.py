"""max_pool: the largest number of each block. 2 points."""

from autograder.judging import CriterionFailed, criterion, describe_question, same


@criterion(
    points=0.5, sentence="max_pool should return a numpy array with one number for each block."
)
def test_form(answers, reference):
    for question in answers:
        answers.array(question, *reference.array(question).shape)


@criterion(points=1.5, sentence="Each number should be the largest of its block.")
def test_values(answers, reference):
    for question in answers:
        expected = reference.array(question)
        if not same(answers.array(question, *expected.shape), expected):
            raise CriterionFailed(f"For {describe_question(question)} the numbers differ.")
