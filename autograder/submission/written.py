"""A written answer, whole, wherever its student put it: below the cell for it, in a copy of that
cell, in the question's cell, or split over several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from nbformat import NotebookNode

from autograder.submission.matching import Matches, grade_id_of, is_written_answer, plain_words

PLACEHOLDER = "YOUR ANSWER HERE"
_PLACEHOLDER = re.compile(PLACEHOLDER, re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")
# What a page shows as space: tags without content, Markdown's comments, letters without a form.
_EMPTY = re.compile(
    r"</?(?:br|p|div|span|hr|center)\b[^<>]*+>|^ {0,3}\[//\]:[^\n]*+|[\u115f\u1160\u3164\uffa0]",
    re.IGNORECASE | re.MULTILINE,
)
# Four words in a row, none of which begins a statement.
_PROSE = re.compile(r"\b[^\W\d_]{1,30}(?:[ ,;]{1,4}[^\W\d_]{1,30}){3}")
_STATEMENT = re.compile(
    r"\s*(?:import|from|def|class|for|while|if|elif|else|with|return|assert|raise|try|del|global)\b"
)


@dataclass
class Gathered:
    """The parts of one answer that stand outside of its own cell."""

    parts: list[str] = field(default_factory=list)
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)  # cells that are nothing but a part of it
    elsewhere: bool = False  # whether something was found in a place that nobody would expect


def is_blank_answer(source: str, given: str) -> bool:
    """Whether a written answer says nothing: as it was handed out, or without any word to see.

    A picture is an answer: its name is a word.
    """
    if plain_words(source) == plain_words(given):
        return True
    shown = _EMPTY.sub(" ", unescape(_without_comments(source)))
    return not _WORD.search(_PLACEHOLDER.sub(" ", shown))


def _without_comments(source: str) -> str:
    """A text without HTML's comments; one that never ends is text."""
    kept, place = [], 0
    while (start := source.find("<!--", place)) >= 0:
        end = source.find("-->", start + 4)
        if end < 0:
            break
        kept.append(source[place:start])
        place = end + 3
    return " ".join([*kept, source[place:]])


def gather_answer(
    given: NotebookNode,
    cells: list[NotebookNode],
    matches: Matches,
    release: list[NotebookNode],
) -> Gathered:
    """Find what belongs to one written answer besides the cell that was meant for it.

    Args:
        given: the release's cell for the answer.
        cells: the submission's.
        matches: what they are.
        release: all cells of the release.

    Text of the student's own between the question and the next given cell always belongs to the
    answer; text anywhere else does where nothing was found there.
    """
    grade_id = grade_id_of(given)
    found = Gathered()
    own = next((i for i, name in matches.graded.items() if name == grade_id), None)
    written = own is not None and not is_blank_answer(cells[own].source, given.source)
    for index in [i for i, name in matches.copies.items() if name == grade_id]:
        found.moved.add(index)
        _add(found, cells[index], cells[index].source, given)
    question = _question(given, matches, release)
    if question is not None:
        extra = _added_lines(cells[question], matches.texts[question])
        _add(found, cells[question], extra, given)
    for index in _section(own, question, len(cells), matches):
        if cells[index].cell_type != "code":
            found.moved.add(index)
            _add(found, cells[index], cells[index].source, given)
    if not written and not found.parts:
        found.elsewhere = True
        _look_elsewhere(found, cells, matches, given, (own, question))
    return found


def _add(found: Gathered, cell: NotebookNode, text: str, given: NotebookNode) -> None:
    if is_blank_answer(text, given.source) or text.strip() in found.parts:
        return
    for name, forms in cell.get("attachments", {}).items():
        if f"attachment:{name}" in text:
            new = name
            while found.attachments.get(new, forms) != forms:
                new = f"{len(found.attachments) + 1}-{new}"
            text = text.replace(f"attachment:{name}", f"attachment:{new}")
            found.attachments[new] = forms
    found.parts.append(text.strip())


def _question(given: NotebookNode, matches: Matches, release: list[NotebookNode]) -> int | None:
    """Where the submission has the text that stands before the answer's cell in the release."""
    place = next(i for i, cell in enumerate(release) if grade_id_of(cell) == grade_id_of(given))
    before = release[place - 1] if place else None
    found = (i for i, text in matches.texts.items() if before is not None and text is before)
    return next(found, None)


def _section(own: int | None, question: int | None, count: int, matches: Matches) -> Iterator[int]:
    """The student's own cells between the question and the next given cell after the answer."""
    known = {*matches.graded, *matches.texts}
    places = [place for place in (own, question) if place is not None]
    for place in places:
        for index in range(place + 1, count):
            if index in known:
                break
            if index not in matches.copies:
                yield index
    if own is not None and question is None:
        for index in range(own - 1, -1, -1):
            if index in known:
                break
            if index not in matches.copies:
                yield index


def _look_elsewhere(
    found: Gathered,
    cells: list[NotebookNode],
    matches: Matches,
    given: NotebookNode,
    seen: tuple[int | None, int | None],
) -> None:
    """Words in any other place: prose in a code cell, own text cells, lines added to given ones."""
    places = set(_section(*seen, len(cells), matches))
    for index in sorted(places):
        if cells[index].cell_type == "code" and _is_prose(cells[index].source):
            _add(found, cells[index], cells[index].source, given)
    if found.parts:
        return
    for index, cell in enumerate(cells):
        if cell.cell_type == "code" or index in matches.graded or index in matches.copies:
            continue
        text = cell.source
        if index in matches.texts:
            text = _added_lines(cell, matches.texts[index])
        _add(found, cell, text, given)


def _added_lines(cell: NotebookNode, given: NotebookNode) -> str:
    """What a student wrote into a text of the release."""
    ours = {plain_words(line) for line in given.source.splitlines()}
    lines = cell.source.splitlines()
    return "\n".join(
        line for line in lines if not line.strip() or plain_words(line) not in ours
    ).strip()


def _is_prose(source: str) -> bool:
    """Whether a code cell holds words rather than code: somebody forgot to change its type."""
    lines = [line[:500] for line in source.splitlines()[:200] if line.strip()]
    prose = [line for line in lines if _PROSE.search(line) and not _STATEMENT.match(line)]
    return bool(prose) and 2 * len(prose) >= len(lines)


def written_answers_of(release: list[NotebookNode]) -> list[NotebookNode]:
    """The cells of a release that people mark."""
    return [cell for cell in release if is_written_answer(cell)]
