"""Text of students, made fit to be shown: no control characters, no reversed writing, no novels."""

from __future__ import annotations

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def plain(text: object, limit: int = 2000) -> str:
    """One line of plain text: what cannot be printed is replaced, what is too long is cut.

    Terminal escapes, bidirectional overrides and other invisible characters are not printable in
    Unicode's sense, so that a name can neither colour a terminal nor read backwards.
    """
    shown = "".join(
        mark if mark.isprintable() else " " if mark.isspace() else REPLACEMENT
        for mark in str(text)[: limit + 1]
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def plain_lines(text: object, limit: int = 20_000) -> str:
    """The same for text of several lines."""
    lines = str(text)[: limit + 1].expandtabs(4).splitlines()
    kept = "\n".join(plain(line, limit) for line in lines)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def points(value: float) -> str:
    """Points as people write them: 1, 0.5, 2.25."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def criterion_name(name: str) -> str:
    """A test's name as words."""
    return plain(name.removeprefix("test_").replace("_", " "), 120)


def listed(names: list[str], most: int = 10) -> str:
    """`ada, alan and 3 more`."""
    shown = [plain(name, 60) for name in names[:most]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return ", ".join(shown)


def counted(count: int, one: str, many: str = "") -> str:
    """`1 submission`, `2 submissions`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
