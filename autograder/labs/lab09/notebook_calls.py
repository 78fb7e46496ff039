"""Questions as a student writes them in the notebook."""

from __future__ import annotations

from autograder.labs.lab09.known_pictures import KNOWN


def call_of(key: str) -> str | None:
    """A question's call as a student writes it in the notebook; None of a made picture."""
    task, *parts = key.removesuffix("/again").split("/")
    pictures = [part for part in parts if part in KNOWN]
    if not pictures:
        return None
    picture = f'"{pictures[0]}"'
    match task:
        case "predict":
            return f"predict({parts[0]}, {picture})"
        case "get_resnet_features":
            return f"get_resnet_features({picture})"
        case "compute_cam":
            return f"compute_cam(get_resnet_features({picture}), {parts[1]})"
        case "compute_gradcam":
            return f"compute_gradcam({picture}, {parts[1]})"
    return None
