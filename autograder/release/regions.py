"""The marked regions of a source notebook: solutions, hidden tests, marking schemes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from nbformat import NotebookNode
from rapidfuzz import fuzz

from autograder.cells import name_of

KINDS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
MARKERS = {f"### {edge} {kind}": (edge, kind) for kind in KINDS for edge in ("BEGIN", "END")}


TELLING = 12  # shorter lines ("return result") stand in many places
TELLING_PAIR = 40


@dataclass(frozen=True)
class Finding:
    """One reason not to release, and the cell or the file it is in."""

    cell: str
    sentence: str
    file: str = ""

    def __str__(self) -> str:
        if self.file:
            return f"file {self.file}: {self.sentence}"
        return f"cell {self.cell}: {self.sentence}" if self.cell else self.sentence


@dataclass(frozen=True)
class Region:
    """The lines between a BEGIN and its END."""

    cell: str
    kind: str
    lines: tuple[str, ...]


def check_markers(notebook: NotebookNode) -> Iterator[Finding]:
    """Find markers that are misspelt, nested, or lack their other half."""
    for cell in notebook.cells:
        name = name_of(cell)
        open_kind = ""
        for line in cell.source.splitlines():
            text = line.strip()
            if text not in MARKERS:
                if (meant := _meant(text)) is not None:
                    yield Finding(name, f"“{text}” looks like “{meant}”, misspelt.")
                continue
            edge, kind = MARKERS[text]
            if edge == "BEGIN" and open_kind:
                yield Finding(name, f"“{text}” begins inside a region of {open_kind.lower()}.")
            if edge == "END" and open_kind != kind:
                yield Finding(name, f"“{text}” has no BEGIN before it.")
            open_kind = kind if edge == "BEGIN" else ""
        if open_kind:
            yield Finding(name, f"“### BEGIN {open_kind}” has no END.")


def regions(notebook: NotebookNode) -> list[Region]:
    """The marked regions, in order. Markers must be sound."""
    found = []
    for cell in notebook.cells:
        kind = ""
        lines: list[str] = []
        for line in cell.source.splitlines():
            edge, marked = MARKERS.get(line.strip(), ("", ""))
            if edge == "BEGIN":
                kind, lines = marked, []
            elif edge == "END":
                found.append(Region(name_of(cell), kind, tuple(lines)))
                kind = ""
            elif kind:
                lines.append(line)
    return found


def public_lines(notebook: NotebookNode) -> set[str]:
    """All lines outside of marked regions, white space folded."""
    return {" ".join(line.split()) for cell in notebook.cells for line in _unmarked(cell)}


def check_copies(notebook: NotebookNode) -> Iterator[Finding]:
    """Find marked lines that stand without markers too, two after each other: a forgotten copy.

    One line alone may stand in both: `features = get_resnet_features(image_file)`.
    """
    marked = {pair: region for region in regions(notebook) for pair in _pairs(region.lines)}
    for cell in notebook.cells:
        for pair in _pairs(_unmarked(cell)):
            if pair in marked:
                kind, owner = marked[pair].kind.lower(), marked[pair].cell
                said = f"holds lines of the {kind} of {owner} outside of markers: “{pair[0][:60]}”."
                yield Finding(name_of(cell), said)
                break


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Neighbouring lines that together say enough to be a secret; blank lines do not count."""
    folded = (" ".join(line.split()) for line in lines)
    for first, second in pairwise(line for line in folded if line):
        if min(len(first), len(second)) >= TELLING and len(first) + len(second) >= TELLING_PAIR:
            yield first, second


def _unmarked(cell: NotebookNode) -> Iterator[str]:
    inside = False
    for line in cell.source.splitlines():
        edge, _ = MARKERS.get(line.strip(), ("", ""))
        if edge:
            inside = edge == "BEGIN"
        elif not inside:
            yield line


def _meant(text: str) -> str | None:
    """The marker that a line was probably meant to be, if it was meant to be one."""
    # "# SOLUTION" at the end of a line of code is the habit of other release scripts.
    if re.search(r"#\s*SOLUTIONS?\s*$", text):
        return "### BEGIN SOLUTION"
    if not re.match(r"(#|<!--|//)", text) or len(text) > 40:
        return None
    words = re.sub(r"[^A-Z ]", "", text.upper()).strip()
    best = max(MARKERS, key=lambda marker: fuzz.ratio(words, marker[4:]))
    return best if fuzz.ratio(words, best[4:]) >= 80 else None
