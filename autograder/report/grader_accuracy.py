"""How often the graders of a lab are right, in a sentence, as measured on its bank."""

from __future__ import annotations

import json
from pathlib import Path


def accuracy_sentence(path: Path) -> str:
    """What `accuracy.json` says; empty where a lab has no such file."""
    try:
        figures = json.loads(path.read_bytes())
        return (
            "How often the graders are right, measured on the project's collection of solutions: "
            f"of {figures['right']} right ones {figures['right_refused']} were refused, of "
            f"{figures['wrong']} wrong ones {figures['wrong_passed']} got full marks, "
            f"{figures['hints_right']} of {figures['hints_expected']} hints named the mistake that "
            f"was made, and {figures['mutants_caught']} of {figures['mutants']} changes of the "
            f"reference that change an answer were caught ({figures['command']})."
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ""
