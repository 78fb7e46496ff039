"""Finished runs on disk: what a second `camlab grade` need not run again.

An entry is known by the content that it came from. Its file begins with a magic line, which names
the version of the form, and the SHA-256 of the rest; a damaged entry counts as absent.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import nbformat
import numpy as np

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence, Value
from autograder.files import write_atomically
from autograder.run import CellError, Run

MAGIC = b"camlab-run 1\n"


class Store:
    """A folder of finished runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> Run | None:
        """The run that was saved under `key`; None when there is none, or none that is sound."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        body = content[len(MAGIC) + 32 :]
        sound = content.startswith(MAGIC) and (
            content[len(MAGIC) : len(MAGIC) + 32] == hashlib.sha256(body).digest()
        )
        return _decode(body) if sound else None

    def save(self, key: str, run: Run) -> None:
        body = _encode(run)
        write_atomically(self._path(key), MAGIC + hashlib.sha256(body).digest() + body)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.run"


def _encode(run: Run) -> bytes:
    arrays: dict[str, np.ndarray] = {}
    meta = {
        "notebook": nbformat.writes(run.notebook),
        "answers": [_answer_out(answer, arrays) for answer in run.answers.values()],
        "errors": [asdict(error) for error in run.errors],
        "problem": run.problem,
        "seconds": run.seconds,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("run.json", json.dumps(meta))
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _decode(body: bytes) -> Run:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        meta = json.loads(archive.read("run.json"))

        def array(name: str) -> np.ndarray:
            with archive.open(f"{name}.npy") as file:
                return np.lib.format.read_array(file, allow_pickle=False)

        answers = (_answer_in(data, array) for data in meta["answers"])
        return Run(
            notebook=nbformat.reads(meta["notebook"], as_version=4),
            answers={answer.question: answer for answer in answers},
            errors=tuple(CellError(**error) for error in meta["errors"]),
            problem=meta["problem"],
            seconds=meta["seconds"],
        )


def _answer_out(answer: Answer, arrays: dict[str, np.ndarray]) -> dict:
    return {
        "question": answer.question,
        "failure": asdict(answer.failure) if answer.failure else None,
        "value": _value_out(answer.value, arrays) if answer.value is not None else None,
    }


def _answer_in(data: dict, array: Callable[[str], np.ndarray]) -> Answer:
    return Answer(
        data["question"],
        _value_in(data["value"], array) if data["value"] else None,
        Failure(**data["failure"]) if data["failure"] else None,
    )


def _value_out(value: Value, arrays: dict[str, np.ndarray]) -> dict:
    match value:
        case Array():
            name = str(len(arrays))
            arrays[name] = value.values
            return {
                "kind": "array",
                "form": value.form,
                "array": name,
                "requires_grad": value.requires_grad,
                "device": value.device,
            }
        case Scalar():
            # repr keeps NaN, infinities and every digit.
            number = isinstance(value.value, float)
            shown = repr(value.value) if number else value.value
            return {"kind": "scalar", "form": value.form, "value": shown, "float": number}
        case Sequence():
            items = [_value_out(item, arrays) for item in value.items]
            return {"kind": "sequence", "form": value.form, "items": items}
        case Opaque():
            return {"kind": "opaque", "form": value.form}


def _value_in(data: dict, array: Callable[[str], np.ndarray]) -> Value:
    match data["kind"]:
        case "array":
            return Array(array(data["array"]), data["form"], data["requires_grad"], data["device"])
        case "scalar":
            value = float(data["value"]) if data["float"] else data["value"]
            return Scalar(value, data["form"])
        case "sequence":
            return Sequence(tuple(_value_in(item, array) for item in data["items"]), data["form"])
        case _:
            return Opaque(data["form"])
