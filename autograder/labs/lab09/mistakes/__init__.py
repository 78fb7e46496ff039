"""What is known to go wrong in lab 09, a file for each task."""

from __future__ import annotations

from pathlib import Path

from autograder.lab import Mistake, Questions
from autograder.labs.lab09.mistakes.cams import cam_mistakes
from autograder.labs.lab09.mistakes.features import feature_mistakes
from autograder.labs.lab09.mistakes.gradcams import gradcam_mistakes
from autograder.labs.lab09.mistakes.predicting import predict_mistakes
from autograder.labs.lab09.mistakes.views import Views


def known_mistakes(questions: Questions, folder: Path) -> tuple[Mistake, ...]:
    """All of them; nothing is computed before a mistake's `answer` is called."""
    views = Views(questions, folder)
    return (
        *predict_mistakes(views),
        *feature_mistakes(views),
        *cam_mistakes(views),
        *gradcam_mistakes(views, questions),
    )
