"""Lab 09: class activation maps and Grad-CAM."""

from __future__ import annotations

from autograder.lab import Lab, Networks, Task
from autograder.labs.lab09.mistakes import known_mistakes
from autograder.labs.lab09.networks import WITH_GRADIENTS
from autograder.labs.lab09.questions import make_questions, pictures_as_seen
from autograder.labs.lab09.reference_answers import reference_answers

LAB = Lab(
    name="lab09",
    tasks=(
        Task("predict", 1.0, "test_predict", "predict", "test_predict.py"),
        Task(
            "get_resnet_features",
            1.0,
            "test_get_resnet_features",
            "get_resnet_features",
            "test_get_resnet_features.py",
        ),
        Task("compute_cam", 3.0, "test_compute_cam", "compute_cam", "test_compute_cam.py"),
        Task("interpretation", 2.0, "interpretation", "interpretation"),
        Task(
            "compute_gradcam",
            3.0,
            "test_compute_gradcam",
            "compute_gradcam",
            "test_compute_gradcam.py",
        ),
    ),
    files=("cat.jpg", "boat.jpg", "imagenet_classes.json"),
    networks=Networks(
        weights={"resnet18": "resnet18-f37072fd.pth", "vgg19": "vgg19-dcbb9e9d.pth"},
        with_gradients=WITH_GRADIENTS,
        pictures=pictures_as_seen,
    ),
    make_questions=make_questions,
    reference_answers=reference_answers,
    known_mistakes=known_mistakes,
)
