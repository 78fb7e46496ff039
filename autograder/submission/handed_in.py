"""The pictures in a notebook as it was handed in: made with the student's own weights.

Everything else that reads a submission drops its outputs. These are read by a process with limits
on time and memory, since a notebook can be anything.
"""

from __future__ import annotations

import base64
import binascii
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

READER = Path(__file__).with_name("handed_in_reader.py")
SECONDS = 20
MEMORY = 2 * 2**30
_SIGNS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class HandedInPicture:
    """A picture that a browser may be given; nothing of ours has opened it."""

    kind: str  # "image/png" or "image/jpeg", and it begins like one
    content: bytes


def pictures_handed_in(
    content: bytes, grade_ids: Sequence[str], sources: Sequence[str]
) -> tuple[HandedInPicture, ...]:
    """The pictures below some cells of a notebook's bytes.

    Args:
        content: the notebook.
        grade_ids: the cells, by nbgrader's names.
        sources: the same cells' code, for notebooks that have lost the names.

    Returns:
        None of them where the notebook cannot be read within the limits.
    """
    asked = {"grade_ids": list(grade_ids), "sources": ["".join(one.split()) for one in sources]}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(READER), json.dumps(asked)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            preexec_fn=_limit,
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return ()
    return tuple(picture for one in found if (picture := _picture(*one)))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _picture(kind: str, text: str) -> HandedInPicture | None:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return HandedInPicture(kind, content) if content.startswith(_SIGNS[kind]) else None
