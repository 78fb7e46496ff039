"""Whether a source notebook is the lab that graders and gradebook expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.cells import grade_id, is_grade, is_locked, is_solution, name_of
from autograder.errors import CamlabError
from autograder.judging import AnswerGrader
from autograder.lab import Lab, Questions
from autograder.release.regions import Finding, regions


def check_structure(source: NotebookNode, lab: Lab) -> Iterator[Finding]:
    """Check grade ids, graders, locks and hidden tests of the source notebook."""
    yield from _ids(source, lab)
    yield from _graders(lab)
    yield from _roles(source, lab)
    for cell in source.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count):
            yield Finding(name_of(cell), "the source holds outputs; clear them.")


def _by_id(source: NotebookNode) -> dict[str, NotebookNode]:
    return {name_of(cell): cell for cell in source.cells if "nbgrader" in cell.metadata}


def _ids(source: NotebookNode, lab: Lab) -> Iterator[Finding]:
    marked = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    for cell in marked:
        if not grade_id(cell):
            yield Finding(cell.get("id", "?"), "has nbgrader metadata without a grade id.")
    counts = Counter(name_of(cell) for cell in marked)
    yield from (
        Finding(name, f"this grade id is there {count} times.")
        for name, count in counts.items()
        if count > 1
    )
    for task in lab.tasks:
        for name in {task.answer_id, task.grade_id} - set(counts):
            yield Finding(name, f"is missing; the task {task.name} needs it.")


def _graders(lab: Lab) -> Iterator[Finding]:
    try:
        with AnswerGrader(lab, Questions(()), {}):
            pass
    except CamlabError as error:
        yield Finding("", str(error))
    wanted = {task.grader for task in lab.tasks}
    for path in sorted(lab.graders.glob("test_*.py")):
        if path.name not in wanted:
            yield Finding(path.stem, f"must be a graded cell: {path.name} marks it.")


def _roles(source: NotebookNode, lab: Lab) -> Iterator[Finding]:
    cells = _by_id(source)
    hidden = {region.cell for region in regions(source) if region.kind == "HIDDEN TESTS"}
    for task in lab.tasks:
        cell = cells.get(task.grade_id)
        if cell is None:
            continue
        if not is_grade(cell):
            yield Finding(task.grade_id, "must be a graded cell.")
        if task.by_machine and not is_locked(cell):
            yield Finding(task.grade_id, "must be locked.")
        if task.by_machine and task.grade_id not in hidden:
            yield Finding(task.grade_id, "has no hidden part: nbgrader alone would give marks.")
        answer = cells.get(task.answer_id)
        if answer is not None and not is_solution(answer):
            yield Finding(task.answer_id, "must be a solution cell.")
