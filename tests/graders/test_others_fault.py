"""What one task does to the networks costs another task nothing, in the lab's own notebook."""

from __future__ import annotations

import pytest

from autograder.assets.weights import find_weights
from autograder.grading.reference_agreement import Agreement
from autograder.kernel import choose_sandbox, open_sandbox
from autograder.limits import Limits
from tests.graders.solved_notebook import whole_with

# (the cell, what stands in it): right for its own task or not, it changes what others share.
DAMAGE = {
    "a hook that fails without a graph": (
        "compute_gradcam",
        "kept = []\n"
        "def fwd(module, inp, out):\n"
        "    kept.append([out.detach()])\n"
        "    out.register_hook(lambda g: kept[-1].append(g))\n"
        "vgg19.features.register_forward_hook(fwd)\n"
        "def compute_gradcam(image_file, label):\n"
        "    vgg19(process_input(image_file))[0, label].backward()\n"
        "    X, g = kept[-1]\n"
        "    return torch.relu((g.sum((2, 3), keepdim=True) * X).sum(1)[0])\n",
    ),
    "a layer that is replaced": (
        "get_resnet_features",
        "def get_resnet_features(image_file):\n"
        "    resnet.avgpool = resnet.fc = torch.nn.Identity()\n"
        "    return resnet(process_input(image_file)).detach().reshape(1, 512, 7, 7)\n",
    ),
    "statistics that drifted": (
        "get_resnet_features",
        "def get_resnet_features(image_file):\n"
        "    resnet.train()\n"
        "    out = torch.nn.Sequential(*list(resnet.children())[:-2])(process_input(image_file))\n"
        "    resnet.eval()\n"
        "    return out.detach()\n",
    ),
}
SLIP = (
    "def predict(model, image_file):\n"
    "    p = torch.softmax(model(process_input(image_file))[0], 0).numpy()\n"
    "    return [(classes[i], int(i), float(p[i])) for i in p.argsort()[::-1][:5]]\n"
)


@pytest.fixture(scope="module")
def sandbox(classroom, root):
    folder, home = root / "source" / "lab09", find_weights().torch_home
    kind = choose_sandbox("auto").kind
    with open_sandbox(classroom.lab, folder, home, kind, Limits()) as opened:
        yield opened


@pytest.mark.parametrize("damage", DAMAGE)
def test_other_tasks_keep_their_marks(damage, sandbox, source, classroom, reference, answer_grader):
    task, code = DAMAGE[damage]
    is_right = Agreement(reference)
    run = sandbox.run(whole_with(source, {task: code}), classroom.questions, is_right=is_right)
    marks = {mark.task: mark for mark in answer_grader.marks(run.answers, run.errors)}
    marks.pop(task)
    assert {mark.status for mark in marks.values() if mark.status != "manual"} == {"full"}


def test_a_slip_in_predict_is_forgiven_in_the_labs_own_notebook(sandbox, source, classroom):
    run = sandbox.run(whole_with(source, {"predict": SLIP}), classroom.questions)
    answers = [run.answers[question.key] for question in classroom.questions.of_task("predict")]
    assert {answer.failure.error for answer in answers} == {"RuntimeError"}
    assert all(answer.mended is not None for answer in answers)
