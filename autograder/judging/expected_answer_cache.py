"""What each known mistake leads to: computed when it is asked for, once for a class, kept on disk.

Some answers cost half a second, a pass through VGG-19. A class whose graders changed is judged
again without them: the file lies beside the class's questions and bears the same key, of all that
they and the mistakes are made from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.files import write_atomically
from autograder.lab import Mistake, PredictedMistake, Question
from autograder.storage.container import ArrayReader, ArrayWriter, read_container, write_container

MAGIC = b"camlab-mistakes 1\n"
Plain = np.ndarray | tuple[Any, ...] | None


class ExpectedAnswerCache:
    """Not for several threads at once."""

    def __init__(self, mistakes: Sequence[Mistake], path: Path | None = None) -> None:
        self._mistakes = {id(mistake): place for place, mistake in enumerate(mistakes)}
        self._path = path
        self._known: dict[str, Plain] = {}
        if path is not None and path.is_file():
            self._known = decode(path.read_bytes()) or {}
        self._saved = len(self._known)

    def knows(self, mistake: PredictedMistake, question: Question) -> bool:
        return self._key(mistake, question) in self._known

    def answer(self, mistake: PredictedMistake, question: Question) -> Plain:
        """What the reference answers once it has made the mistake; None where nobody can say."""
        key = self._key(mistake, question)
        if key not in self._known:
            self._known[key] = mistake.answer(question)
        return self._known[key]

    def save(self) -> None:
        """Keep what was computed since it was read."""
        if self._path is not None and len(self._known) > self._saved:
            write_atomically(self._path, encode(self._known), mode=0o600)
            self._saved = len(self._known)

    def _key(self, mistake: PredictedMistake, question: Question) -> str:
        return f"{self._mistakes[id(mistake)]} {question.key}"


def encode(known: dict[str, Plain]) -> bytes:
    arrays = ArrayWriter()
    meta = {
        key: {"array": arrays.add(value)} if isinstance(value, np.ndarray) else {"plain": value}
        for key, value in known.items()
    }
    return write_container(MAGIC, {"meta": json.dumps(meta).encode(), "arrays": arrays.part})


def decode(content: bytes) -> dict[str, Plain] | None:
    """What `encode` was given; None where the bytes are not sound."""
    parts = read_container(MAGIC, content)
    if parts is None:
        return None
    arrays = ArrayReader(parts["arrays"])
    return {
        key: arrays.get(value["array"]) if "array" in value else _tuples(value["plain"])
        for key, value in json.loads(parts["meta"]).items()
    }


def _tuples(value: Any) -> Any:
    """JSON knows lists alone."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
