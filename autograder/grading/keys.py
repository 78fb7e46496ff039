"""Under which key the run of a submission lies in the store: all that it depends on."""

from __future__ import annotations

import hashlib
import json

from autograder.grading.class_setup import ClassSetup, encode, file_digest
from autograder.limits import Limits
from autograder.storage.versions import code_digest, library_versions
from autograder.submission import SubmittedFile

# What runs a submission. Graders, policy and reference are no part of it: answers that are stored
# are judged each time.
RUNNING = (
    "answers.py",
    "cell_code.py",
    "cell_names.py",
    "cells.py",
    "kernel",
    "run.py",
    "submission",
    "grading/not_begun.py",
    "grading/reference_agreement.py",
    "grading/runner.py",
    "storage/store.py",
    "storage/stored_answers.py",
    "storage/notebook_bytes.py",
    "gradebook/notebook.py",
    "text/plain_text.py",
)


def class_key(setup: ClassSetup, limits: Limits, sandbox: str) -> str:
    """What is the same for all runs of a class.

    Limits on time are left to `CompletedRun.holds_under`.

    Args:
        sandbox: the kind.
    """
    parts = [
        json.dumps(setup.release, sort_keys=True),
        hashlib.sha256(encode(setup.questions, {})).hexdigest(),
        setup.weights.digest,
        *(file_digest(setup.folder / name) for name in setup.lab.files),
        json.dumps(limits.sizes),
        sandbox,
        json.dumps(library_versions()),
        code_digest(*RUNNING),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def entry_key(class_key: str, file: SubmittedFile) -> str:
    """The key of one submission, by its bytes and those of the files beside it."""
    digest = hashlib.sha256(class_key.encode() + file.content)
    for name, content in sorted(file.beside.items()):
        digest.update(f"\n{len(name)} {name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
