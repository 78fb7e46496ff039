"""Lab 09: class activation maps and Grad-CAM."""

from __future__ import annotations

from pathlib import Path

from autograder.lab import Lab, Networks
from autograder.lab_tasks import read_tasks
from autograder.labs.lab09.mistakes import known_mistakes
from autograder.labs.lab09.questions import call_of, make_questions, pictures_as_seen
from autograder.labs.lab09.reference_answers import reference_answers
from autograder.labs.lab09.sample_students import sample_class
from camlab_solutions import compute_cam, compute_gradcam, get_resnet_features, predict

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
NETWORKS = Networks(
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
        make_questions=make_questions,
        reference_answers=reference_answers,
        known_mistakes=known_mistakes,
        networks=NETWORKS,
        call_of=call_of,
        fillings=FILLINGS,
        reference=(predict, get_resnet_features, compute_cam, compute_gradcam),
        sample_class=sample_class,
        parts=("fc_weight", "get_vgg_features", "get_resnet_features", "compute_cam"),
    )
