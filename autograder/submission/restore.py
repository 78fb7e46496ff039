"""Put the release's given cells back where a submission changed, doubled or lost them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.cells import is_grade, is_locked, is_solution
from autograder.submission.added_code import added_code
from autograder.submission.matching import (
    Matches,
    as_handed_out,
    defined_names,
    grade_id_of,
    is_code_answer,
    match_cells,
    plain_words,
)
from autograder.submission.parse import notebook_of
from autograder.submission.written import gather_answer, is_blank_answer, written_answers_of

_UNNAMED = (
    "The notebook came without nbgrader's metadata, as some editors save it; its cells were "
    "matched by what they hold."
)


def restore_from_release(
    submitted: NotebookNode, release: NotebookNode
) -> tuple[NotebookNode, tuple[str, ...]]:
    """Merge a submission's own work with the release's given cells.

    The submission keeps the sources of its answer cells and all cells that it added. Given cells
    (checks, imports, loading) get the release's source; lost ones come back at their place. A
    written answer that stands in another cell is brought to its own. All metadata is the
    release's: points and ids are never a submission's to say.

    Returns:
        The notebook, and a sentence for each kind of thing that was mended.
    """
    matches = match_cells(submitted.cells, release.cells)
    merging = _Merging(submitted.cells, release.cells, matches)
    cells = merging.merged()
    _make_ids_unique(cells)
    return notebook_of(cells, deepcopy(release.metadata)), tuple(merging.remarks())


@dataclass
class _Merging:
    """One submission's cells, on their way to a notebook."""

    theirs: list[NotebookNode]
    release: list[NotebookNode]
    matches: Matches
    changed: list[str] = field(default_factory=list)  # grade ids of given cells
    kept: list[str] = field(default_factory=list)  # of those to which something was added
    missing: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # of answer cells
    found: list[str] = field(default_factory=list)  # of answers that stood in another place

    def merged(self) -> list[NotebookNode]:
        given = {grade_id_of(cell): cell for cell in self.release if grade_id_of(cell)}
        answers = {
            grade_id_of(cell): gather_answer(cell, self.theirs, self.matches, self.release)
            for cell in written_answers_of(self.release)
        }
        moved = {index for answer in answers.values() for index in answer.moved}
        cells = []
        for index, cell in enumerate(self.theirs):
            grade_id = self.matches.graded.get(index, "")
            if grade_id:
                cells += self._given(cell, given[grade_id])
            elif index not in moved and not self._is_left_over(index, given):
                cells.append(_own_cell(cell, self.matches.texts.get(index)))
        self._bring_back_lost_cells(cells)
        for cell in cells:
            if grade_id_of(cell) in answers:
                parts = answers[grade_id_of(cell)]
                blank = is_blank_answer(cell.source, given[grade_id_of(cell)].source)
                kept = [] if blank else [cell.source.strip()]
                kept += [part for part in parts.parts if part not in kept]
                if parts.parts:
                    cell.source = "\n\n".join(kept)
                    self.found += [grade_id_of(cell)] if parts.elsewhere else []
                attachments = {**parts.attachments, **cell.get("attachments", {})}
                if attachments:
                    cell["attachments"] = attachments
        return cells

    def _is_left_over(self, index: int, given: dict[str, NotebookNode]) -> bool:
        """Whether it is one more cell for an answer, with nothing in it: it would undo the work."""
        name = self.matches.copies.get(index)
        if name is None or not is_code_answer(given[name]):
            return False
        return as_handed_out(self.theirs[index], given[name])

    def remarks(self) -> list[str]:
        """What was mended, a sentence for each kind."""
        given = {grade_id_of(cell): cell for cell in self.release}
        doubled = [
            name
            for name in dict.fromkeys(self.matches.copies.values())
            if name not in self._answers()
        ]
        locked = [name for name in doubled if is_locked(given[name])]
        own = {grade_id_of(self.theirs[index]) for index in self.matches.graded}
        twice = [name for name in doubled if name in own and name not in locked]
        elsewhere = [name for name in doubled if name not in own]
        last = "there twice; the last one with work in it was taken"
        left = "left as it was handed out; the code for it in another cell was taken"
        said = [
            _sentence(locked, "is", "there twice; the first one was taken", cell="cell"),
            _sentence(twice, "is", last, cell="answer cell"),
            _sentence(elsewhere, "was", left, cell="answer cell"),
        ]
        if self.matches.named or not self.theirs:
            said.append(_sentence(self.changed, "was", "changed; it was put back"))
            if self.kept:
                said.append(f"What was added to {_quoted(self.kept)} stands in a cell behind it.")
            said.append(_sentence(self.missing, "was", "missing; it was put back"))
        else:
            said.append(_UNNAMED)
        # An answer that stands in a cell with another one is not missing.
        bound = {name for cell in self.theirs for name in defined_names(cell.source)}
        lost = [name for name in self.lost if not defined_names(given[name].source) <= bound]
        said.append(_sentence(lost, "is", "missing", cell="answer cell"))
        if self.found:
            said.append(
                f"The written answer {_quoted(self.found)} stood in another cell of the notebook."
            )
        return [sentence for sentence in said if sentence]

    def _answers(self) -> set[str]:
        return {grade_id_of(cell) for cell in written_answers_of(self.release)}

    def _given(self, cell: NotebookNode, given: NotebookNode) -> list[NotebookNode]:
        """A cell of the release; behind it, in a cell of its own, what a student added to it."""
        merged, added = deepcopy(given), ""
        if not is_locked(given):
            merged.source = cell.source
            if merged.cell_type == "markdown" and cell.get("attachments"):
                merged["attachments"] = deepcopy(cell.attachments)
        elif (
            plain_words(cell.source) != plain_words(given.source)
            or cell.cell_type != given.cell_type
        ):
            self.changed.append(grade_id_of(given))
            if cell.cell_type == given.cell_type == "code":
                added = added_code(cell.source, given.source)
        if merged.cell_type == "code":
            merged.outputs = []
            merged.execution_count = None
        if not added:
            return [merged]
        self.kept.append(grade_id_of(given))
        return [merged, new_code_cell(added, id=f"{given['id'][:48]}-added")]

    def _bring_back_lost_cells(self, cells: list[NotebookNode]) -> None:
        there = set(self.matches.graded.values())
        place = 0  # just behind the last release cell that is there
        for given in self.release:
            grade_id = grade_id_of(given)
            if not grade_id:
                continue
            if grade_id in there:
                place = 1 + next(i for i, cell in enumerate(cells) if grade_id_of(cell) == grade_id)
            elif is_locked(given) or is_grade(given):
                cells.insert(place, deepcopy(given))
                place += 1
                self.missing.append(grade_id)
            elif is_solution(given):
                # Not put back: its stub would replace a function that was written in another cell.
                self.lost.append(grade_id)


def _own_cell(cell: NotebookNode, given: NotebookNode | None) -> NotebookNode:
    """A cell of the student's own, or a text of the release."""
    if given is not None and plain_words(cell.source) == plain_words(given.source):
        return deepcopy(given)  # with the release's drawings, also where its type was changed
    cell = deepcopy(cell)
    cell.metadata = NotebookNode()
    if given is not None and cell.cell_type != "code" and given.get("attachments"):
        cell["attachments"] = {**deepcopy(given.attachments), **cell.get("attachments", {})}
    return cell


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    taken = {cell["id"] for cell in cells if grade_id_of(cell)}
    for index, cell in enumerate(cells):
        if grade_id_of(cell):
            continue
        name, count = cell["id"], 0
        while cell["id"] in taken:
            count += 1
            cell["id"] = f"{name[:48]}-{index}-{count}"
        taken.add(cell["id"])


def _sentence(names: list[str], verb: str, what: str, cell: str = "given cell") -> str:
    """`The given cell “imports” was changed; it was put back.`; empty without names."""
    if len(names) > 1:
        verb = {"was": "were", "is": "are"}[verb]
        # The longest first: a shorter one would take a part of it.
        what = what.replace("one with work in it was", "ones with work in them were")
        what = what.replace("it was", "they were").replace("one was", "ones were")
        cell += "s"
    return f"The {cell} {_quoted(names)} {verb} {what}." if names else ""


def _quoted(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names[:3]]
    more = len(names) - len(quoted)
    if more:
        return f"{', '.join(quoted)} and {more} more"
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)
