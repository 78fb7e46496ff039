"""Which cell of a submission is which of the release's, whatever the editor dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.cells import is_grade, is_locked, is_solution

# Ends before the next one begins, so that no text is looked at twice.
_PICTURE = re.compile(r"\]\((?:data:|attachment:)(?:[^)\s\]]|\](?!\())*+\)")
# What a cell binds in the first column: functions, classes, assignments.
_BOUND = re.compile(
    r"^(?:async[ ]++)?def[ ]++(\w++)|^class[ ]++(\w++)|^(\w++)[ ]*+(?::[^=\n]*+)?=(?!=)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Matches:
    """What each cell of a submission is, by its place there."""

    graded: Mapping[int, str]  # the release cell with this grade id
    copies: Mapping[int, str]  # one more cell that could be the one with this grade id
    texts: Mapping[int, NotebookNode]  # this cell of the release, which has no grade id
    named: bool  # whether any cell came with nbgrader's metadata


def match_cells(cells: list[NotebookNode], release: list[NotebookNode]) -> Matches:
    """Match by nbgrader's metadata, else by the cell's id, else by its text, else by what it
    defines.

    Of several cells that define the same, the last one is meant: it is the one that counts. One
    that is as it was handed out counts only where nothing else was written.
    """
    matching = _Matching(cells, release)
    matching.by_grade_id()
    matching.by_id()
    matching.by_text()
    matching.by_definition()
    matching.prefer_work()
    named = any(grade_id_of(cell) in matching.by_name for cell in cells)
    return Matches(matching.graded, matching.copies, matching.texts, named)


def grade_id_of(cell: NotebookNode) -> str:
    """The id that nbgrader knows a cell by; empty where it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def is_written_answer(cell: NotebookNode) -> bool:
    """Whether a cell of the release is to be filled with words, for a person to mark."""
    return bool(is_grade(cell) and is_solution(cell) and cell.cell_type == "markdown")


def is_code_answer(cell: NotebookNode) -> bool:
    """Whether a cell of the release is to be filled with code."""
    return bool(is_solution(cell) and cell.cell_type == "code")


def defined_names(source: str) -> set[str]:
    """What a cell defines, also where it cannot be parsed."""
    return {name for found in _BOUND.findall(source) for name in found if name}


def plain_words(source: str) -> str:
    """A text to compare by: its white space made one space, its pictures only marks.

    Reading turns pictures that lie in a text as data into attachments.
    """
    return " ".join(_PICTURE.sub("](picture)", source).split())


def as_handed_out(cell: NotebookNode, given: NotebookNode) -> bool:
    """Whether a cell holds what the release's does, and nothing of the student's."""
    return cell.cell_type == given.cell_type and plain_words(cell.source) == plain_words(
        given.source
    )


class _Matching:
    def __init__(self, cells: list[NotebookNode], release: list[NotebookNode]) -> None:
        self._cells = cells
        self._release = release
        self._lines: dict[int, set[str]] = {}
        self.by_name = {grade_id_of(cell): cell for cell in release if grade_id_of(cell)}
        self.graded: dict[int, str] = {}
        self.copies: dict[int, str] = {}
        self.texts: dict[int, NotebookNode] = {}

    def by_grade_id(self) -> None:
        for index, cell in enumerate(self._cells):
            self._take(index, grade_id_of(cell))

    def by_id(self) -> None:
        """Some editors drop nbgrader's metadata and keep the cells' ids."""
        names = {cell["id"]: grade_id_of(cell) for cell in self._release}
        texts = {cell["id"]: cell for cell in self._release if not grade_id_of(cell)}
        for index in self._unknown():
            identity = self._cells[index]["id"]
            if identity in texts and self._is_like(index, texts[identity]):
                self.texts[index] = texts.pop(identity)
            elif identity in names:
                self._take(index, names[identity])

    def by_text(self) -> None:
        """Cells that are as they were handed out; each of the release's once."""
        waiting: dict[str, list[NotebookNode]] = {}
        for given in self._missing():
            waiting.setdefault(plain_words(given.source), []).append(given)
        for index in self._unknown():
            alike = waiting.get(plain_words(self._cells[index].source))
            if alike:
                self._put(index, alike.pop(0))
        texts = [given for given in self._missing() if given.cell_type == "markdown"]
        for index in self._unknown():
            found = next((given for given in texts if self._is_like(index, given)), None)
            if found is not None:
                texts.remove(found)
                self._put(index, found)

    def by_definition(self) -> None:
        for given in self._missing():
            wanted = defined_names(given.source)
            if not (wanted and is_code_answer(given)):
                continue
            for index in reversed(list(self._unknown())):
                if wanted <= defined_names(self._cells[index].source):
                    self._put(index, given)
                    break

    def prefer_work(self) -> None:
        """Of the cells that could be an answer's, the last one that somebody worked in.

        A stub that was left beside it would undo it when it is run.
        """
        answers = {name: one for name, one in self.by_name.items() if is_code_answer(one)}
        stubs = {plain_words(given.source): name for name, given in answers.items()}
        for index in self._unknown():
            cell = self._cells[index]
            if cell.cell_type == "code" and plain_words(cell.source) in stubs:
                self._take(index, stubs[plain_words(cell.source)])
        for name, given in answers.items():
            own = next((i for i, taken in self.graded.items() if taken == name), None)
            if own is None:
                continue
            copies = [index for index, copy in self.copies.items() if copy == name]
            worked = [i for i in (own, *copies) if not as_handed_out(self._cells[i], given)]
            worked = worked or self._defining(given)
            if worked and worked[-1] != own:
                self.copies[own] = self.graded.pop(own)
                if worked[-1] not in self.graded:  # else it is another answer's too
                    self.copies.pop(worked[-1], None)
                    self.graded[worked[-1]] = name

    def _defining(self, given: NotebookNode) -> list[int]:
        """Cells of the student's that define what an answer's cell is to define."""
        wanted = defined_names(given.source)
        return [
            index
            for index, cell in enumerate(self._cells)
            if cell.cell_type == "code"
            and wanted
            and wanted <= defined_names(cell.source)
            and not self._is_given(index)
        ]

    def _is_given(self, index: int) -> bool:
        """Whether a cell is one that nobody is to change, or was not changed."""
        name = self.graded.get(index) or self.copies.get(index)
        if name is None:
            return index in self.texts
        given = self.by_name[name]
        return is_locked(given) or as_handed_out(self._cells[index], given)

    def _is_like(self, index: int, given: NotebookNode) -> bool:
        """Whether a text holds most lines of a text of the release; students write into those."""
        if is_written_answer(given) or given.cell_type != "markdown":
            return self._cells[index].cell_type == given.cell_type
        if index not in self._lines:
            self._lines[index] = {line.strip() for line in self._cells[index].source.splitlines()}
        lines = [line.strip() for line in given.source.splitlines() if line.strip()]
        return 2 * sum(line in self._lines[index] for line in lines) > len(lines)

    def _unknown(self) -> Iterable[int]:
        known = (self.graded, self.copies, self.texts)
        return [i for i in range(len(self._cells)) if not any(i in one for one in known)]

    def _missing(self) -> list[NotebookNode]:
        """Cells of the release that no cell of the submission is yet."""
        there = set(self.graded.values())
        texts = {cell["id"] for cell in self.texts.values()}
        return [
            cell
            for cell in self._release
            if (grade_id_of(cell) not in there if grade_id_of(cell) else cell["id"] not in texts)
        ]

    def _put(self, index: int, given: NotebookNode) -> None:
        if grade_id_of(given):
            self._take(index, grade_id_of(given))
        else:
            self.texts[index] = given

    def _take(self, index: int, grade_id: str) -> None:
        if grade_id in self.by_name:
            taken = grade_id in self.graded.values()
            (self.copies if taken else self.graded)[index] = grade_id
