"""Finished runs on disk: what a second `camlab grade` need not run again.

An entry is known by the content that it came from. A damaged entry counts as absent, and so does
one of another version of the form (`autograder.storage.container`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import partial
from operator import ge
from pathlib import Path

from autograder.files import write_atomically
from autograder.run import CellError, Run, StoredNotebook
from autograder.storage.container import (
    UNSOUND,
    ArrayReader,
    ArrayWriter,
    Parts,
    read_container,
    write_container,
)
from autograder.storage.notebook_bytes import notebook_bytes
from autograder.storage.stored_answers import answers_in, answers_out

MAGIC = b"camlab-run 4\n"


@dataclass(frozen=True)
class CompletedRun:
    """A run that has ended, and what the text of its submission tells besides."""

    run: Run
    remarks: tuple[str, ...] = ()  # what was mended before it could be run, as sentences
    blank_answers: tuple[str, ...] = ()  # tasks marked by people whose answer was left blank
    times: tuple[float, ...] = ()  # the limits on time that it ran under: `Limits.times`
    encoded: bytes = field(default=b"", repr=False, compare=False)  # where it came from bytes

    def holds_under(self, times: tuple[float, ...]) -> bool:
        """Whether it would have run just so under other limits on time."""
        enough = len(times) == len(self.times) and all(map(ge, times, self.times))
        return times == self.times or (enough and not self.run.timed_out)


class Store:
    """A folder of finished runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: str) -> CompletedRun | None:
        """What was saved under `key`; None when there is nothing, or nothing that is sound."""
        try:
            return decode(self._path(key).read_bytes())
        except OSError:
            return None

    def holds(self, key: str) -> bool:
        """Whether there is an entry under `key`, sound or not."""
        return self._path(key).is_file()

    def save(self, key: str, completed: CompletedRun) -> None:
        write_atomically(self._path(key), completed.encoded or encode(completed))

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.run"


def encode(completed: CompletedRun) -> bytes:
    """The bytes of an entry: the same for the same run, seconds aside."""
    run, arrays = completed.run, ArrayWriter()
    meta = {
        "answers": answers_out(run.answers.values(), arrays),
        "errors": [asdict(error) for error in run.errors],
        "message": run.message,
        "seconds": run.seconds,
        "timed_out": run.timed_out,
        "disturbed": run.disturbed,
        "remarks": completed.remarks,
        "unwritten": completed.blank_answers,
        "times": completed.times,
    }
    return write_container(
        MAGIC,
        {
            "meta": json.dumps(meta).encode(),
            "arrays": arrays.part,
            "cells": json.dumps(run.named_cells).encode(),
            "notebook": notebook_bytes(run.notebook),
        },
    )


def decode(content: bytes) -> CompletedRun | None:
    """What `encode` was given; None where the bytes are not sound."""
    parts = read_container(MAGIC, content)
    if parts is None:
        return None
    try:
        return _completed(parts, content)
    except (*UNSOUND, AttributeError):
        return None


def _completed(parts: Parts, content: bytes) -> CompletedRun:
    meta = json.loads(parts["meta"])
    run = Run(
        StoredNotebook(
            partial(parts.__getitem__, "notebook"),
            {name: dict(cell) for name, cell in json.loads(parts["cells"]).items()},
        ),
        answers=answers_in(meta["answers"], ArrayReader(parts["arrays"])),
        errors=tuple(CellError(**error) for error in meta["errors"]),
        message=meta["message"],
        seconds=meta["seconds"],
        timed_out=meta["timed_out"],
        disturbed=meta["disturbed"],
    )
    return CompletedRun(
        run,
        remarks=tuple(meta["remarks"]),
        blank_answers=tuple(meta["unwritten"]),
        times=tuple(meta["times"]),
        encoded=content,
    )


def notebook_text(run: Run) -> bytes:
    """The run's notebook as `notebook_bytes` gives it."""
    if isinstance(run.source, StoredNotebook):
        return run.source.text
    return notebook_bytes(run.source)
