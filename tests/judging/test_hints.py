"""A hint names the nearest mistake that explains all answers, and is not given otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence
from autograder.judging.exception_hints import read_exceptions
from autograder.judging.hints import ALIKE, DIVIDED, Hints
from autograder.judging.policy import read_policy
from autograder.judging.task_code import TaskCode
from autograder.lab import PatternMistake, Plain, PredictedMistake, Question, Questions
from autograder.run import CellError
from tests.lab09 import POLICY

ASKED = tuple(Question(f"t/{n}", "t", "t", (Plain(n),)) for n in (1, 2, 3))
RIGHT = {1: [1.0, -2.0], 2: [3.0, 1.0], 3: [-1.0, 4.0]}


TABLE = read_policy(POLICY)


def number(question: Question) -> int:
    return question.arguments[0].value


def answer(question: Question, values) -> Answer:
    return Answer(question.key, Array(np.array(values, dtype=np.float32), "torch.Tensor"))


REFERENCE = {question.key: answer(question, RIGHT[number(question)]) for question in ASKED}
MISTAKES = (
    PredictedMistake("never-foreseen", "t", "x", lambda question: None),
    PredictedMistake("abs", "t", "x", lambda question: np.abs(RIGHT[number(question)])),
    PredictedMistake(
        "nearly-abs", "t", "x", lambda question: np.abs(RIGHT[number(question)]) * 1.0005
    ),
    PredictedMistake("halved", "t", "x", lambda question: np.array(RIGHT[number(question)]) / 2),
)


def hints_for(change) -> list[str]:
    given = {q.key: answer(q, change(np.array(RIGHT[number(q)]))) for q in ASKED}
    hints = Hints(MISTAKES, Questions(ASKED), REFERENCE, TABLE)
    return [hint.mistake for hint in hints.of_task("t", given).hints]


def test_the_nearest_of_those_that_fit_is_named():
    assert hints_for(np.abs) == ["abs"]


def test_of_two_that_lead_to_the_same_numbers_both_are_told():
    same = PredictedMistake("same", "t", "Or y.", MISTAKES[1].answer)
    given = {q.key: answer(q, np.abs(RIGHT[number(q)])) for q in ASKED}

    def told(*mistakes: PredictedMistake) -> list[str]:
        hints = Hints(mistakes, Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
        return [hint.text for hint in hints]

    assert told(MISTAKES[1], same) == [f"{ALIKE} x Or: Or y."]
    assert told(MISTAKES[1], replace(same, name="abs")) == ["x"]
    assert told(MISTAKES[1], replace(same, text="x")) == ["x"]


def test_numbers_that_the_graders_take_have_no_mistake_behind_them():
    given = {q.key: answer(q, [np.abs(RIGHT[number(q)])]) for q in ASKED}
    hints = Hints(MISTAKES, Questions(ASKED), REFERENCE, TABLE)
    found = hints.of_task("t", given, ["extra-dimension"], numbers_right=True)
    assert [hint.mistake for hint in found.hints] == ["extra-dimension"] and not found.mistake


def test_a_wrong_map_at_another_scale_is_recognised_too():
    assert hints_for(lambda right: np.abs(right) / 49) == ["abs"]


LONG = {1: [1.0, -2, 3, 5, -7, 4], 2: [2.0, 9, -4, -1, 6, 0.5], 3: [-3.0, -5, -1, -8, -2, -6]}


def found_for(change, told=lambda right: np.abs(right) * right):
    """Among longer answers, with one mistake: `told`."""
    mistake = PredictedMistake("bent", "t", "x", lambda q: told(np.array(LONG[number(q)])))
    reference = {q.key: answer(q, LONG[number(q)]) for q in ASKED}
    given = {q.key: answer(q, change(told(np.array(LONG[number(q)])))) for q in ASKED}
    return Hints((mistake,), Questions(ASKED), reference, TABLE).of_task("t", given)


def test_a_wrong_map_that_was_brought_to_0_to_1_is_recognised_too():
    found = found_for(lambda wrong: (wrong - wrong.min()) / np.ptp(wrong))
    assert found.mistake == "bent" and not found.exactly


def test_two_numbers_are_too_few_for_that():
    assert hints_for(lambda right: right**2 + 7) == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_was_0_everywhere_and_divided_by_its_largest_is_told_as_the_mistake_before_it():
    found = found_for(lambda wrong: wrong / wrong.max(), told=lambda right: np.maximum(right, 0))
    (hint,) = found.hints
    assert hint.mistake == found.mistake == "bent" and not found.exactly
    assert hint.text == f"{DIVIDED} x"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nan_where_that_mistake_leaves_something_is_not_explained_by_it():
    found = found_for(lambda wrong: wrong / wrong.max() if wrong.min() > -60 else wrong * np.nan)
    assert not found.hints


def test_a_right_map_at_another_scale_is_not_taken_for_a_mistake_of_scale():
    assert hints_for(lambda right: right * 3) == []


def test_nothing_is_said_where_nothing_fits():
    assert hints_for(lambda right: right + 1) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_nothing_is_said_about_nan_infinity_and_nothing(value):
    assert hints_for(lambda right: right * 0 + value) == []


def test_zeros_have_many_causes_and_name_none():
    zeros = PredictedMistake("zeros", "t", "x", lambda question: np.zeros(2))
    given = {q.key: answer(q, [0, 0]) for q in ASKED}
    assert Hints((zeros,), Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints == ()


def test_what_tells_less_is_asked_last():
    general = PatternMistake("general", "t", "x", shows=lambda actual, right: True, last=True)
    telling = PatternMistake("telling", "t", "x", shows=lambda actual, right: True)

    def named(*mistakes: PatternMistake | PredictedMistake) -> list[str]:
        given = {q.key: answer(q, np.abs(RIGHT[number(q)]) / 49) for q in ASKED}
        hints = Hints(mistakes, Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
        return [hint.mistake for hint in hints]

    assert named(general, telling, MISTAKES[1]) == ["telling"]
    assert named(general, MISTAKES[1]) == ["abs"]
    assert named(general) == ["general"]


def test_what_costs_the_forms_share_is_named_and_is_no_mistake_on_the_way():
    shape = PatternMistake("shape", "t", "x", shows=lambda actual, right: True)
    given = {q.key: answer(q, [RIGHT[number(q)]]) for q in ASKED}
    found = Hints((shape,), Questions(ASKED), REFERENCE, TABLE).of_task(
        "t", given, ["extra-dimension"]
    )
    assert [hint.mistake for hint in found.hints] == ["extra-dimension"] and not found.mistake
    assert "Only the form" in found.hints[0].text


def test_a_mistake_in_another_form_is_named_first():
    given = {q.key: answer(q, [np.abs(RIGHT[number(q)])]) for q in ASKED}
    found = Hints(MISTAKES, Questions(ASKED), REFERENCE, TABLE).of_task(
        "t", given, ["extra-dimension"]
    )
    assert [hint.mistake for hint in found.hints] == ["abs", "extra-dimension"]
    assert found.mistake == "abs" and found.exactly


def test_a_mistake_explains_no_task_in_which_an_answer_is_missing():
    given = {q.key: answer(q, np.abs(RIGHT[number(q)])) for q in ASKED}
    given[ASKED[0].key] = Answer(ASKED[0].key, failure=Failure("raised", "no", "ValueError"))
    found = Hints(MISTAKES, Questions(ASKED), REFERENCE, TABLE).of_task("t", given)
    assert [hint.mistake for hint in found.hints] == ["abs", "exception"] and not found.mistake


def test_one_answer_is_enough_to_rule_a_mistake_out():
    asked = []

    def foreseen(question: Question) -> np.ndarray:
        asked.append(question)
        return np.array([9.0, 9.0])

    hints = Hints(
        (PredictedMistake("far", "t", "x", foreseen),), Questions(ASKED), REFERENCE, TABLE
    )
    for factor in (2, 3, 4):
        given = {q.key: answer(q, np.array(RIGHT[number(q)]) * factor) for q in ASKED}
        assert hints.of_task("t", given).hints == ()
    assert asked == [ASKED[0]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Opaque("dict"), "a dict"),
        (Scalar("x", "str"), "a str"),
        (Sequence((Array(np.ones(2), "torch.Tensor"), Scalar(1, "int")), "tuple"), "a tuple of 2"),
    ],
)
def test_another_kind_of_thing_is_called_by_its_name(value, said):
    given = {q.key: Answer(q.key, value) for q in ASKED}
    [hint] = Hints(MISTAKES, Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
    assert hint.mistake == "other-type" and f"returns {said}." in hint.text


def test_a_mistake_must_explain_every_answer():
    given = {q.key: answer(q, np.abs(RIGHT[number(q)])) for q in ASKED}
    given[ASKED[2].key] = answer(ASKED[2], RIGHT[3])
    assert Hints(MISTAKES, Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints == ()


def test_right_answers_get_no_hint():
    assert hints_for(lambda right: right) == []


def test_none_everywhere_is_an_untouched_task():
    given = {q.key: Answer(q.key, Scalar(None, "NoneType")) for q in ASKED}
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
    assert hint.mistake == "not-implemented"


# Messages as Python, torch and numpy print them.
EXCEPTIONS = [
    ("RuntimeError", "Can't call numpy() on Tensor that requires grad.", "numpy-of-graph"),
    ("RuntimeError", "has been modified by an inplace operation: [1, 512]", "in-place"),
    ("AttributeError", "'NoneType' object has no attribute 'mean'", "no-gradient"),
    ("TypeError", "mean() received an invalid combination of arguments - got (NoneType, dim=tuple)",
     "no-gradient"),
    ("TypeError", "adaptive_avg_pool2d(): argument 'input' must be Tensor, not NoneType",
     "no-gradient"),
    ("AxisError", "axis 2 is out of bounds for array of dimension 0", "no-gradient"),
    ("TypeError", "unsupported operand type(s) for *: 'NoneType' and 'float'", "no-gradient"),
    ("RuntimeError", "element 0 of tensors does not require grad and does not have a grad_fn",
     "no-graph"),
    ("RuntimeError", "One of the differentiated Tensors does not require grad", "no-graph"),
    ("RuntimeError", "One of the differentiated Tensors appears to not have been used in the graph",
     "not-in-graph"),
    ("RuntimeError", "Trying to backward through the graph a second time", "graph-freed"),
    ("RuntimeError", "grad can be implicitly created only for scalar outputs", "gradient-of-many"),
    ("RuntimeError", "Inference tensors cannot be saved for backward.", "inference-mode"),
    ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (1x7 and 512x7)", "shapes"),
    ("RuntimeError", "The size of tensor a (512) must match the size of tensor b (7)", "shapes"),
    ("RuntimeError", "running_mean should contain 3 elements not 64", "shapes"),
    ("RuntimeError", "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got [1, 1000]",
     "shapes"),
    ("ValueError", "shapes (512,) and (7,7) not aligned: 512 (dim 0) != 7 (dim 0)", "shapes"),
    ("RuntimeError", "can't retain_grad on Tensor that has requires_grad=False",
     "no-such-gradient"),
    ("RuntimeError", "expected m1 and m2 to have the same dtype, but got: double != float",
     "dtype"),
    ("RuntimeError", "expected scalar type Float but found Double", "dtype"),
    ("RuntimeError", "mean(): could not infer output dtype. Input dtype must be either a floating "
     "point or complex dtype. Got: Long", "dtype"),
    ("ValueError", "too many values to unpack (expected 3)", "unpacking"),
    ("ValueError", "not enough values to unpack (expected 4, got 3)", "unpacking"),
    ("AttributeError", "'tuple' object has no attribute 'sum'", "tuple"),
    ("TypeError", "relu(): argument 'input' (position 1) must be Tensor, not tuple", "tuple"),
    ("TypeError", "list indices must be integers or slices, not Tensor", "several-elements"),
    ("RuntimeError", "a Tensor with 5 elements cannot be converted to Scalar", "several-elements"),
    ("TypeError", "only integer tensors of a single element can be converted to an index",
     "several-elements"),
    ("TypeError", "compute_gradcam() missing 1 required positional argument: 'label'",
     "arguments"),
    ("TypeError", "predict() takes 1 positional argument but 2 were given", "arguments"),
    ("IndexError", "index 999 is out of bounds for dimension 0 with size 512", "out-of-range"),
    ("IndexError", "too many indices for tensor of dimension 1", "out-of-range"),
    ("NameError", "name 'my_features' is not defined", "not-defined"),
    ("UnboundLocalError", "cannot access local variable 'x' where it is not associated with a "
     "value", "not-defined"),
    ("KeyError", "'layer4'", "missing-key"),
    ("TypeError", "'Tensor' object is not callable", "not-callable"),
    ("AttributeError", "'Tensor' object has no attribute 'sumb'", "no-such-attribute"),
    ("TypeError", "relu(): argument 'input' (position 1) must be Tensor, not numpy.ndarray",
     "array-for-tensor"),
    ("FileNotFoundError", "[Errno 2] No such file or directory: 'dog.jpg'", "no-file"),
    ("ModuleNotFoundError", "No module named 'captum'", "no-module"),
    ("EOFError", "EOF when reading a line", "no-keyboard"),
    ("URLError", "<urlopen error [Errno -2] Name or service not known>", "no-network"),
    ("OSError", "[Errno 30] Read-only file system: '/run/weights/hub/checkpoints/resnet50.pth'",
     "no-network"),
    ("PermissionError", "[Errno 13] Permission denied: '/home/x/.cache/huggingface/hub'",
     "no-network"),
    ("OSError", "[Errno 30] Read-only file system: '/results.txt'", "exception"),
    ("error", "(-215:Assertion failed) !_src.empty() in function 'cvtColor'",
     "no-file"),
    ("ValueError", "743 is not in list", "not-in-list"),
    ("ValueError", "'tabby' is not in list", "not-in-list"),
    ("ValueError", "list.index(x): x not in list", "not-in-list"),
    ("AssertionError", "Torch not compiled with CUDA enabled", "device"),
    ("TypeError", "conv2d() received an invalid combination of arguments - got (str, Parameter, "
     "NoneType, tuple)", "text-for-tensor"),
    ("ZeroDivisionError", "division by zero", "exception"),
    ("SyntaxError", "'(' was never closed", "syntax-error"),
    ("SyntaxError", "invalid non-printable character U+00A0", "syntax-error-pasted"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "message", "expected"), EXCEPTIONS)
def test_an_exception_gets_plain_words_once_and_the_students_own_line(error, message, expected):
    failure = Failure("raised", message, error, "compute_cam", 7, "    y = x / 0")
    given = {q.key: Answer(q.key, failure=failure) for q in ASKED}
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
    assert hint.mistake == expected
    assert "line 7 of the cell compute_cam (y = x / 0)" in hint.text
    assert hint.text.count(message.rstrip(".")) == 1 and hint.text.count(f"{error}: ") == 1


def test_every_row_about_exceptions_is_met():
    names = {name for name, _, _ in read_exceptions()}
    expected = {expected for _, _, expected in EXCEPTIONS}
    assert names - {"none"} == expected - {"no-gradient"}


def stopped_hint(error: str, message: str, text: str) -> str:
    """The hint for `def f(model, image_file)`, whose cell is `text`."""
    given = {
        q.key: Answer(q.key, failure=Failure("raised", message, error, "f", 2, "")) for q in ASKED
    }
    code = TaskCode(text, "f", "def f(model, image_file):\n    pass")
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given, code=code).hints
    return hint.mistake


@pytest.mark.parametrize(
    ("first_line", "expected"),
    [
        ("def f(image_file, model):", "arguments"),
        ("def f(image_file: str, model: nn.Module = None):", "no-such-attribute"),
        ("def f(image_file: str, model: nn.Module, k=5):", "arguments"),
        ("def f(model, image_file):", "no-such-attribute"),
        ("def f(net, picture):", "no-such-attribute"),
        ("def f(picture, net):", "no-such-attribute"),
        ("def f(image_file):", "no-such-attribute"),
        ("def g(image_file, model):", "no-such-attribute"),
        ("def f(image_file, model", "no-such-attribute"),
    ],
)
def test_parameters_in_another_order_are_seen_in_the_students_own_first_line(first_line, expected):
    text = f"x = 1\n{first_line}\n    return model"
    message = "'ResNet' object has no attribute 'read'"
    assert stopped_hint("AttributeError", message, text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("!wget -q https://example.org/names.txt", "no-network"),
        ("!curl -o names.txt https://example.org/x", "no-network"),
        ("urllib.request.urlretrieve(url, 'names.txt')", "no-network"),
        ("!wget -q https://example.org/other.txt", "no-file"),
        ("# names.txt lies beside the notebook", "no-file"),
        ("", "no-file"),
    ],
)
def test_a_file_that_the_cell_downloads_is_missing_for_want_of_a_network(line, expected):
    message = "[Errno 2] No such file or directory: 'names.txt'"
    assert stopped_hint("FileNotFoundError", message, f"{line}\nopen('names.txt')") == expected


def test_a_function_that_says_it_is_not_written_is_an_untouched_task():
    failure = Failure("raised", "", "NotImplementedError", "compute_cam", 7, "")
    given = {q.key: Answer(q.key, failure=failure) for q in ASKED}
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
    assert hint.mistake == "not-implemented"


def test_a_part_of_the_lab_that_is_still_none_is_called_by_its_name():
    line = "X = get_vgg_features(image_file).requires_grad_()"
    message = "'NoneType' object has no attribute 'requires_grad_'"
    failure = Failure("raised", message, "AttributeError", "compute_gradcam", 2, line)
    given = {q.key: Answer(q.key, failure=failure) for q in ASKED}
    hints = Hints((), Questions(ASKED), REFERENCE, TABLE, parts=("fc_weight", "get_vgg_features"))
    [hint] = hints.of_task("t", given).hints
    assert hint.mistake == "unfinished-part" and "`get_vgg_features` is still None" in hint.text


@pytest.mark.parametrize(
    ("error", "message", "expected", "said"),
    [
        ("SyntaxError", "'(' was never closed", "syntax-error", "brackets"),
        ("IndentationError", "unexpected indent", "syntax-error", "brackets"),
        ("SyntaxError", "invalid non-printable character U+00A0", "syntax-error-pasted", "pasted"),
        ("SyntaxError", "invalid character '“' (U+201C)", "syntax-error-pasted", "pasted"),
        ("ModuleNotFoundError", "No module named 'captum.attr'", "no-module",
         "needs the package captum, which grading does not have"),
        ("NameError", "name 'nn' is not defined", "not-defined", "spelling"),
    ],
)  # fmt: skip
def test_a_function_that_no_cell_made_has_the_reason_of_its_cell(error, message, expected, said):
    missing = Failure("not-defined", "`compute_cam` is not defined after all cells have run.")
    given = {q.key: Answer(q.key, failure=missing) for q in ASKED}
    errors = [CellError("compute_cam", 3, error, message, 2, "z = f(x")]
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given, errors=errors).hints
    assert hint.mistake == expected and said in hint.text
    assert "line 2 of the cell compute_cam (z = f(x)" in hint.text


def test_a_syntax_error_names_the_cell_and_no_file_and_no_empty_line():
    missing = Failure("not-defined", "`compute_cam` is not defined after all cells have run.")
    given = {q.key: Answer(q.key, failure=missing) for q in ASKED}
    message = "expected ':' (2429768105.py, line 1)"
    errors = [CellError("compute_cam", 3, "SyntaxError", message, 1, "")]
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given, errors=errors).hints
    assert "in line 1 of the cell compute_cam with SyntaxError: expected ':'. Look" in hint.text


def test_a_function_of_another_name_is_said_to_be_missing():
    missing = Failure("not-defined", "`compute_cam` is not defined after all cells have run.")
    given = {q.key: Answer(q.key, failure=missing) for q in ASKED}
    [hint] = Hints((), Questions(ASKED), REFERENCE, TABLE).of_task("t", given).hints
    assert hint.mistake == "not-defined" and "exactly this name" in hint.text
