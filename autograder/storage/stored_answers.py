"""Answers as JSON and arrays, and back.

Another form than the sandbox's (`kernel.guest.encoding`, `kernel.wire`): that one reads objects
that may lie and is read as a stranger's bytes, this one writes what was checked already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from autograder.answers import Answer, Array, Failure, Opaque, Scalar, Sequence, Value
from autograder.storage.container import ArrayReader, ArrayWriter


def answers_out(answers: Iterable[Answer], arrays: ArrayWriter) -> list[dict[str, Any]]:
    """What can be written as JSON; the arrays go into `arrays`."""
    return [
        {
            "question": answer.question,
            "failure": asdict(answer.failure) if answer.failure else None,
            "value": _value_out(answer.value, arrays) if answer.value is not None else None,
            "mended": _value_out(answer.mended, arrays) if answer.mended is not None else None,
        }
        for answer in answers
    ]


def answers_in(data: Iterable[dict[str, Any]], arrays: ArrayReader) -> Mapping[str, Answer]:
    """The answers by question key, in their order."""
    return {
        item["question"]: Answer(
            item["question"],
            _value_in(item["value"], arrays) if item["value"] else None,
            Failure(**item["failure"]) if item["failure"] else None,
            _value_in(item["mended"], arrays) if item.get("mended") else None,
        )
        for item in data
    }


def _value_out(value: Value, arrays: ArrayWriter) -> dict[str, Any]:
    match value:
        case Array():
            return {
                "kind": "array",
                "form": value.form,
                "array": arrays.add(value.values),
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


def _value_in(data: dict[str, Any], arrays: ArrayReader) -> Value:
    match data["kind"]:
        case "array":
            values = arrays.get(data["array"])
            return Array(values, data["form"], data["requires_grad"], data["device"])
        case "scalar":
            value = float(data["value"]) if data["float"] else data["value"]
            return Scalar(value, data["form"])
        case "sequence":
            return Sequence(tuple(_value_in(item, arrays) for item in data["items"]), data["form"])
        case _:
            return Opaque(data["form"])
