"""What a function earns that stops, in the sandbox itself; what a table may say of it."""

from __future__ import annotations

import nbformat
import pytest

from autograder.answers import Answer, Failure
from autograder.assets.weights import find_weights
from autograder.judging.policy import read_policy
from autograder.judging.stopped import Earned, best, of_mended, of_questions, of_steps
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.kernel.mending import NOTHING
from tests.graders.answering import cells_of
from tests.graders.marked import BANK, fair_points
from tests.graders.solved_notebook import with_answers
from tests.lab09 import LAB, POLICY

# One notebook each: solutions of two tasks that stop, for reasons that a TA reads over.
STOPPED = (
    {"compute_cam": "dtype", "compute_gradcam": "tuple"},
    {"compute_cam": "refuses_class_0", "compute_gradcam": "indentation"},
    {"compute_cam": "fc_weight_none", "compute_gradcam": "vgg_features_blank"},
    {"compute_cam": "no_broadcast", "compute_gradcam": "another_name"},
)
CAM = LAB.task("compute_cam")


def notebook_with(source: nbformat.NotebookNode, names: dict[str, str]) -> nbformat.NotebookNode:
    """The solved notebook's needed cells, some of them the bank's."""
    texts: dict[str, str] = {}
    for task, name in names.items():
        cells = cells_of((BANK / task / "wrong" / f"{name}.py").read_text("utf-8"))
        texts |= {place or task: text for place, text in cells.items()}
    return with_answers(source, texts)


@pytest.fixture(scope="module")
def marks(classroom, answer_grader, root):
    folder = root / "source" / "lab09"
    source = nbformat.read(folder / "lab09.ipynb", as_version=4)
    kind, home = choose_sandbox("auto").kind, find_weights().torch_home
    found = []
    with open_sandbox(classroom.lab, folder, home, kind) as sandbox:
        for names in STOPPED:
            run = sandbox.run(notebook_with(source, names), classroom.questions)
            codes = {
                task: (BANK / task / "wrong" / f"{name}.py").read_text("utf-8")
                for task, name in names.items()
            }
            found.append(
                {mark.task: mark for mark in answer_grader.marks(run.answers, run.errors, codes)}
            )
    return found


@pytest.mark.parametrize("place", range(len(STOPPED)))
def test_in_the_sandbox_it_earns_what_a_fair_ta_gives(marks, place):
    for task, name in STOPPED[place].items():
        fair = fair_points(BANK / task / "wrong" / f"{name}.py")
        assert fair is not None
        assert marks[place][task].points == pytest.approx(fair, abs=0.25), name
    for task in ("predict", "get_resnet_features"):
        assert marks[place][task].status == "full"


def test_no_slip_leaves_full_marks():
    policy = read_policy(POLICY)
    for task in (task for task in LAB.tasks if task.by_machine):
        for slip in policy.mended:
            assert of_mended(task, task.points, slip, policy).points < task.points
        steps = policy.steps[task.name]
        assert sum(points for _, points in steps.values()) <= task.points / 2


def failing(kind: str, error: str = "") -> dict[str, Answer]:
    return {"a": Answer("a", failure=Failure(kind, "", error))}


def test_steps_count_in_code_alone_and_only_where_there_is_no_answer():
    policy = read_policy(POLICY)
    code = "def compute_cam(features, label):\n    return resnet.fc.weight[label] @ features[0]\n"
    assert of_steps(CAM, code, failing("raised", "RuntimeError"), policy).points == 1.0
    # A stub's line that was left: the code above it counts.
    assert of_steps(CAM, code, failing("raised", "NotImplementedError"), policy).points == 1.0
    assert of_steps(CAM, code, {"a": Answer("a", value=NOTHING)}, policy).points == 1.0
    answered = {**failing("raised"), "b": Answer("b", value=Answer)}  # type: ignore[arg-type]
    assert of_steps(CAM, code, answered, policy) == Earned()
    comment = "def compute_cam(features, label):\n    # resnet.fc.weight[label] @ features\n    x\n"
    assert of_steps(CAM, comment, failing("raised"), policy) == Earned()


def test_what_was_handed_out_shows_no_step():
    policy = read_policy(POLICY)
    features = LAB.task("get_resnet_features")
    stub = (
        'def get_resnet_features(image_file):\n    """Of `layer4`."""\n'
        "    x = process_input(image_file)\n    result = None\n    return result\n"
    )
    begun = stub.replace("= None", "= resnet.layer4(x)")
    for answers in (failing("raised"), {"a": Answer("a", value=NOTHING)}):
        assert of_steps(features, stub, answers, policy, stub) == Earned()
        assert of_steps(features, stub + "    pass\n", answers, policy, stub) == Earned()
        assert of_steps(features, begun, answers, policy, stub).points == pytest.approx(0.3)


def test_right_for_most_questions_earns_its_share_and_a_wrong_answer_none():
    assert of_questions(CAM, 19, 0, 22, 0.5).points == 2.5
    assert of_questions(CAM, 11, 0, 22, 0.5).points == 1.5
    assert of_questions(CAM, 10, 0, 22, 0.5) == Earned()
    assert of_questions(CAM, 19, 1, 22, 0.5) == Earned()
    assert best(Earned(1.0, "a"), Earned(2.0, "b")).why == "b"


def test_the_parts_that_are_filled_earn_nothing_themselves():
    graded = {task.name for task in LAB.tasks} | {task.answer_id for task in LAB.tasks}
    assert not set(LAB.fillings) & graded
    assert set(LAB.fillings) <= set(LAB.parts)
