"""Lab 09: class activation maps and Grad-CAM.

Questions, expected answers and known mistakes need torch, whose import takes seconds. They are
imported when they are wanted: most commands do without them.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from autograder.answers import Answer
from autograder.lab import Lab, Mistake, Preloaded, Questions
from autograder.lab_tasks import read_tasks
from autograder.labs.lab09.known_pictures import pictures_as_seen
from autograder.labs.lab09.notebook_calls import call_of
from autograder.labs.lab09.sample_students import sample_class

FOLDER = Path(__file__).resolve().parent
# The two ungraded cells that tasks may need.
FILLINGS = {
    "fc_weight": (
        "if globals().get('fc_weight') is None:\n    fc_weight = resnet.fc.weight.detach()\n"
    ),
    "get_vgg_features": """
try:
    made = get_vgg_features("cat.jpg")
except Exception:
    made = None
if made is None:
    def get_vgg_features(image_file):
        return vgg19.features(process_input(image_file)).detach()
""",
}
PRELOADED = Preloaded(
    libraries=("cv2", "torch", "torchvision", "matplotlib.pyplot"),
    weights={"resnet18": "resnet18-f37072fd.pth", "vgg19": "vgg19-dcbb9e9d.pth"},
    pictures=pictures_as_seen,
)


def read_lab(notebook: Path) -> Lab:
    """The lab, with the tasks of its source notebook."""
    return Lab(
        name=notebook.stem,
        tasks=read_tasks(notebook, FOLDER / "graders"),
        folder=FOLDER,
        files=("cat.jpg", "cat_without_bars.jpg", "boat.jpg", "imagenet_classes.json"),
        make_questions=_make_questions,
        reference_answers=_reference_answers,
        known_mistakes=_known_mistakes,
        preloaded=PRELOADED,
        call_of=call_of,
        fillings=FILLINGS,
        reference=_reference,
        reference_folders=_reference_folders(),
        sample_class=sample_class,
        parts=("fc_weight", "get_vgg_features", "get_resnet_features", "compute_cam"),
    )


def _without_compiler() -> AbstractContextManager[None]:
    from autograder.kernel.guest.accelerations.late_compiler import loaded_when_used

    return loaded_when_used()


def _make_questions(folder: Path, secret: bytes) -> Questions:
    with _without_compiler():
        from autograder.labs.lab09.questions import make_questions

    return make_questions(folder, secret)


def _reference_answers(questions: Questions, folder: Path) -> Mapping[str, Answer]:
    with _without_compiler():
        from autograder.labs.lab09.reference_answers import reference_answers

    return reference_answers(questions, folder)


def _known_mistakes(questions: Questions, folder: Path) -> tuple[Mistake, ...]:
    with _without_compiler():
        from autograder.labs.lab09.mistakes import known_mistakes

    return known_mistakes(questions, folder)


def _reference() -> tuple[Callable[..., object], ...]:
    from camlab_solutions import compute_cam, compute_gradcam, get_resnet_features, predict

    return predict, get_resnet_features, compute_cam, compute_gradcam


def _reference_folders() -> tuple[Path, ...]:
    """Found without importing it."""
    spec = importlib.util.find_spec("camlab_solutions")
    return tuple(map(Path, spec.submodule_search_locations or ())) if spec else ()
