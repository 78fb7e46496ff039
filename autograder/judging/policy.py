"""What is done about a right answer in another form: `policy.toml` beside the graders."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from autograder.errors import CamlabError
from autograder.judging.criterion import Refused

GRADERS = Path(__file__).parent.parent / "labs" / "lab09" / "graders"
POLICIES = ("accept", "remark", "refuse")


@cache
def read_policy(path: Path = GRADERS / "policy.toml") -> dict[str, tuple[str, str]]:
    """Each form's (policy, sentence).

    Raises:
        CamlabError: the table is not as its own head says.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        policies = {name: (entry["policy"], entry["sentence"]) for name, entry in table.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CamlabError(f"{path} cannot be used: {error}.") from error
    for name, (policy, _) in policies.items():
        if policy not in POLICIES:
            known = ", ".join(POLICIES)
            raise CamlabError(f"{path}: [{name}] says “{policy}”; it must be one of {known}.")
    return policies


class Remarks:
    """Applies the policy, and collects the sentences that cost nothing."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def notice(self, form: str) -> None:
        """An answer came in another form.

        Raises:
            Refused: the policy refuses that form.
        """
        policy, sentence = read_policy()[form]
        if policy == "refuse":
            raise Refused(sentence)
        if policy == "remark" and sentence not in self.sentences:
            self.sentences.append(sentence)
