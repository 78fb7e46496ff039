"""Pictures that were pasted into a text cell: kept, as what Jupyter calls attachments."""

from __future__ import annotations

import re
from itertools import islice

MAX_PICTURES = 6 * 2**20  # characters of base64 in one cell
MAX_ATTACHMENTS = 50  # of one cell: each is looked for in its text
_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
# Colab and VS Code write a pasted picture into the text itself.
_IN_TEXT = re.compile(
    r"\]\(\s{0,9}data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\n]++)\s{0,9}\)"
)


def kept_attachments(attachments: object, source: str) -> dict[str, dict[str, str]]:
    """The pictures among a cell's attachments that its text shows."""
    kept: dict[str, dict[str, str]] = {}
    room = MAX_PICTURES
    given = attachments if isinstance(attachments, dict) else {}
    for name, forms in islice(given.items(), MAX_ATTACHMENTS):
        if not isinstance(forms, dict) or f"attachment:{name}" not in source:
            continue
        for kind in _TYPES:
            data = forms.get(kind)
            data = "".join(map(str, data)) if isinstance(data, list) else data
            if isinstance(data, str) and len(data) <= room and _BASE64.fullmatch(data):
                kept[name] = {kind: data}
                room -= len(data)
                break
    return kept


def pictures_to_attachments(
    source: str, attachments: dict[str, dict[str, str]]
) -> tuple[str, dict[str, dict[str, str]]]:
    """Take pictures out of a text and put them beside it, where they make no text unreadable.

    Returns:
        The text, which names them, and all attachments.
    """
    kept = dict(attachments)
    room = MAX_PICTURES - sum(len(data) for forms in kept.values() for data in forms.values())

    def beside(found: re.Match[str]) -> str:
        nonlocal room
        kind, data = found[1], found[2].replace("\n", "")
        name = f"picture-{len(kept) + 1}.{kind.removeprefix('image/')}"
        room -= len(data)
        if room >= 0:
            kept[name] = {kind: data}
        return f"](attachment:{name})"

    return _IN_TEXT.sub(beside, source), kept
