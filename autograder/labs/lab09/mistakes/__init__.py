"""What is known to go wrong in lab 09, a file for each task."""

from __future__ import annotations

from pathlib import Path

from autograder.lab import Mistake, Questions
from autograder.labs.lab09.mistakes.activations import Activations
from autograder.labs.lab09.mistakes.cams import cam_mistakes
from autograder.labs.lab09.mistakes.feature_maps import feature_mistakes
from autograder.labs.lab09.mistakes.gradcams import gradcam_mistakes
from autograder.labs.lab09.mistakes.predicting import predict_mistakes


def known_mistakes(questions: Questions, folder: Path) -> tuple[Mistake, ...]:
    """All of them; nothing is computed before a mistake's `answer` is called."""
    activations = Activations(questions, folder)
    return (
        *predict_mistakes(activations),
        *feature_mistakes(activations),
        *cam_mistakes(activations),
        *gradcam_mistakes(activations, questions),
    )
