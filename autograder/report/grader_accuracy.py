"""How often the graders of a lab are right, in a sentence, as measured on its bank."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

WEIGHTS = {"stand-in": "stand-in weights", "imagenet": "ImageNet's weights"}


def _margin(figures: dict[str, Any], which: str, worst: Callable[..., float]) -> str:
    return f"{worst(task[which] for task in figures['margins'].values()):g}"


def accuracy_sentence(path: Path) -> str:
    """What `accuracy.json` says; empty where a lab has no such file."""
    try:
        figures = json.loads(path.read_bytes())
        return (
            "How often the graders are right, measured on the project's collection of solutions: "
            f"of {figures['right']} right ones {figures['right_refused']} were refused, of "
            f"{figures['wrong']} wrong ones {figures['wrong_passed']} got full marks, "
            f"{figures['hints_right']} of {figures['hints_expected']} hints named the mistake that "
            f"was made, {figures['hints_other']} wrong ones were told of another mistake, "
            f"{figures['fair_within_half_a_point']} of {figures['fair_stated']} marks lay within "
            f"half a point of a fair TA's, and {figures['mutants_caught']} of "
            f"{figures['mutants']} changes of the reference that change an answer were caught. "
            "Where right ends, in tolerances: the farthest right answer lay at "
            f"{_margin(figures, 'furthest_right', max)}, the nearest wrong one at "
            f"{_margin(figures, 'nearest_wrong', min)} ({figures['command']}, "
            f"{WEIGHTS[figures['weights']]})."
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ""
