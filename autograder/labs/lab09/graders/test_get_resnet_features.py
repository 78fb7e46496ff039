"""get_resnet_features: the output of layer4, the input of global average pooling. 1 point."""

from itertools import pairwise

from autograder.judging import CriterionFailed, criterion, describe_question, same


@criterion(
    sentence="get_resnet_features should return a tensor of shape [1, 512, 7, 7] of finite "
    "numbers, different for each picture.",
)
def test_form(answers):
    seen = [
        answers.tensor(question, 1, 512, 7, 7, exact=True) for question in answers.first_times()
    ]
    if any(same(one, other) for one, other in pairwise(seen)):
        raise CriterionFailed("It is the same for two different pictures.")


@criterion(
    sentence="It should be the feature map that ResNet-18's global average pooling takes in.",
)
def test_values(answers, reference):
    for question in answers:
        expected = reference.tensor(question, 1, 512, 7, 7)
        if not same(answers.tensor(question, 1, 512, 7, 7), expected):
            raise CriterionFailed(f"For {describe_question(question)} the numbers differ.")
