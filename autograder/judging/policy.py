"""What is done about a right answer in another form: `policy.toml` beside the graders."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from autograder.errors import CamlabError
from autograder.judging.criterion import Refused

POLICIES = ("accept", "remark", "refuse")


@cache
def read_policy(path: Path) -> dict[str, tuple[str, str]]:
    """Each form's (policy, sentence); none where a lab has no such table.

    Raises:
        CamlabError: the table is not as its own head says.
    """
    if not path.is_file():
        return {}
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
    """Applies a policy, and collects the sentences that cost nothing.

    Args:
        policy: the lab's `policy.toml`.
    """

    def __init__(self, policy: Path) -> None:
        self.sentences: list[str] = []
        self._policy = policy

    def notice(self, form: str) -> None:
        """An answer came in another form.

        Raises:
            Refused: the policy refuses that form.
        """
        table = read_policy(self._policy)
        if not table:
            return
        policy, sentence = table[form]
        if policy == "refuse":
            raise Refused(sentence)
        if policy == "remark" and sentence not in self.sentences:
            self.sentences.append(sentence)
