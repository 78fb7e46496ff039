"""Which answer a person's mark was given for: a mark for another answer waits to be given anew.

nbgrader keeps a mark and not what it was given for. Beside the gradebook lies, for each written
answer that was graded, a digest of the text that the mark belongs to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from autograder.files import write_atomically
from autograder.lab import Lab
from autograder.run import Run

CHANGED = "The answer has changed since a person marked it; the mark waits to be given anew."


class MarkedAnswers:
    """Digests of written answers, by student and grade id. A damaged file counts as absent: then
    today's answers are those that the marks belong to."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".camlab" / "marked_answers.json"
        self._known = _read(self._path)

    def waits(self, student: str, grade_id: str, answer: str, *, marked: bool, asked: bool) -> bool:
        """Whether a mark must be given (anew), and remember what it will be given for.

        Args:
            student: whose answer.
            grade_id: which.
            answer: its digest; empty where there is none.
            marked: whether a person has given a mark.
            asked: whether the gradebook says that one is to be given.
        """
        entry = self._known.setdefault(student, {}).setdefault(grade_id, {})
        before, shown = entry.get("marked", ""), entry.get("shown", "")
        if not answer:
            return not marked
        # Shown as changed, and no longer asked for: a person has looked at it since.
        looked_at = shown == answer and not asked
        if not marked or not before or before == answer or looked_at:
            self._known[student][grade_id] = {"marked": answer}
            return not marked
        entry["shown"] = answer
        return True

    def save(self) -> None:
        text = json.dumps(self._known, ensure_ascii=True, sort_keys=True)
        write_atomically(self._path, text.encode())


def answer_digests(run: Run, lab: Lab) -> dict[str, str]:
    """Grade id -> digest, of each written answer."""
    found, cells = {}, run.named_cells
    for task in lab.tasks:
        if not task.by_machine and task.answer_id in cells:
            cell = cells[task.answer_id]
            told = json.dumps([cell["source"].split(), cell.get("attachments")], sort_keys=True)
            found[task.grade_id] = hashlib.sha256(told.encode()).hexdigest()[:32]
    return found


def _read(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    try:
        known = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if _is_sound(known) else {}


def _is_sound(known: object) -> bool:
    return isinstance(known, Mapping) and all(
        isinstance(cells, Mapping)
        and all(
            isinstance(entry, Mapping) and all(isinstance(text, str) for text in entry.values())
            for entry in cells.values()
        )
        for cells in known.values()
    )
