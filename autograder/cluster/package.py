"""What a worker is told of a class, and what must be the same on both sides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.answers import Answer
from autograder.assets.weights import weights_of
from autograder.errors import CamlabError
from autograder.grading.class_setup import ClassSetup, decode, encode
from autograder.grading.keys import RUNNING
from autograder.kernel import choose_sandbox
from autograder.lab import Lab, Questions, Task
from autograder.lab_loader import built_in_preloaded
from autograder.limits import Limits
from autograder.storage.container import read_container, write_container
from autograder.storage.versions import code_digest, library_versions
from autograder.submission import SubmittedFile

MAGIC = b"camlab-package 2\n"
SUBMISSION = b"camlab-submission 1\n"
_BESIDE = "beside/"


@dataclass(frozen=True)
class Package:
    """One class, as a worker needs it."""

    lab: Lab
    release: NotebookNode
    questions: Questions
    reference: Mapping[str, Answer]
    files: Mapping[str, bytes]  # pictures and labels
    limits: Limits
    sandbox: str  # the kind
    facts: Mapping[str, str]


def pack(setup: ClassSetup, sandbox: str, limits: Limits) -> bytes:
    """The class as plain data."""
    meta = {
        "lab": setup.lab.name,
        "tasks": [asdict(task) for task in setup.lab.tasks],
        "files": list(setup.lab.files),
        "libraries": list(setup.lab.preloaded.libraries),
        "limits": asdict(limits),
        "sandbox": sandbox,
        "facts": facts(setup.lab, setup.folder, sandbox),
    }
    files = {f"file/{name}": (setup.folder / name).read_bytes() for name in setup.lab.files}
    return write_container(
        MAGIC,
        {
            "meta": json.dumps(meta).encode(),
            "release": json.dumps(setup.release).encode(),
            "questions": encode(setup.questions, setup.reference),
            **files,
        },
    )


def unpack(content: bytes) -> Package:
    """What `pack` was given.

    Raises:
        CamlabError: it was packed by another version of Camlab.
    """
    parts = read_container(MAGIC, content)
    known = decode(parts["questions"]) if parts else None
    if parts is None or known is None:
        raise CamlabError("it has another version of Camlab")
    meta = json.loads(parts["meta"])
    return Package(
        _lab(meta),
        nbformat.from_dict(json.loads(parts["release"])),
        *known,
        {name: parts[f"file/{name}"] for name in meta["files"]},
        Limits(**meta["limits"]),
        meta["sandbox"],
        meta["facts"],
    )


def pack_submission(file: SubmittedFile) -> bytes:
    """One submission as plain data; whose it is stays with the caller."""
    beside = {f"{_BESIDE}{name}": content for name, content in file.beside.items()}
    return write_container(SUBMISSION, {"notebook": file.content, **beside})


def unpack_submission(content: bytes) -> SubmittedFile:
    """What `pack_submission` was given, without the student's name."""
    parts = read_container(SUBMISSION, content)
    if parts is None:
        raise CamlabError("it was sent a submission by another version of Camlab")
    names = [name for name in parts.names if name.startswith(_BESIDE)]
    beside = {name.removeprefix(_BESIDE): parts[name] for name in names}
    return SubmittedFile("", parts["notebook"], beside=beside)


def _lab(meta: dict[str, Any]) -> Lab:
    """A lab as its worker needs it: without graders, reference and questions of its own."""
    name, tasks = meta["lab"], tuple(Task(**task) for task in meta["tasks"])
    preloaded = replace(built_in_preloaded(name), libraries=tuple(meta["libraries"]))
    return Lab(name, tasks, Path(), tuple(meta["files"]), preloaded=preloaded)


def facts(lab: Lab, folder: Path, sandbox: str) -> dict[str, str]:
    """What a run depends on besides the package, on this machine.

    Args:
        folder: holds the lab's files.
        sandbox: what `--sandbox` says.
    """
    weights = weights_of(lab)
    seen = lab.preloaded.pictures(folder)
    return {
        **library_versions(),
        "Camlab's code": code_digest(*RUNNING)[:12],
        "weights": f"{weights.kind} {weights.digest[:12]}",
        # Opened, resized and scaled by the libraries of this machine.
        "pictures": hashlib.sha256(seen.tobytes()).hexdigest()[:12],
        "sandbox": choose_sandbox(sandbox).kind,
    }


def differences(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """What differs, for a person: "torch is 2.12.0 there and 2.13.0 here"; empty if nothing."""
    return "; ".join(
        f"{name} is {theirs.get(name, 'missing')} there and {ours[name]} here"
        for name in ours
        if theirs.get(name) != ours[name]
    )
