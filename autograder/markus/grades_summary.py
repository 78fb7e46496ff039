"""MarkUs's summary of grades: the criteria that there are, and the marks that they have."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.errors import CamlabError
from autograder.lab import Lab
from autograder.markus.assignment import Assignment, Place
from autograder.markus.connection import MarkusClient

BONUS = " (Bonus)"


@dataclass(frozen=True)
class Summary:
    """What `grades_summary` tells."""

    most: Mapping[str, float]  # criterion -> what it is out of
    marks: Mapping[str, Mapping[str, float]]  # group name -> criterion -> mark; unmarked left out
    deductions: Mapping[str, float]  # group name -> what extra marks add or take, in all

    def criterion_of(self, lab: Lab, place: Place) -> dict[str, str]:
        """Our tasks' criteria.

        Raises:
            CamlabError: a task has no criterion, or one that is out of something else.
        """
        found, errors = {}, []
        for task in lab.tasks:
            name = place.criteria.get(task.name, task.name)
            if name not in self.most:
                errors.append(f"MarkUs has no criterion {name!r} for {task.name}.")
            elif self.most[name] != task.points:
                errors.append(
                    f"The criterion {name!r} is out of {self.most[name]:g} in MarkUs, and "
                    f"{task.name} is out of {task.points:g} here."
                )
            found[task.name] = name
        if errors:
            raise CamlabError(
                "\n".join(
                    [
                        "Nothing was sent, for the criteria do not fit:",
                        *(f"  {error}" for error in errors),
                        f"MarkUs has {', '.join(self.most) or 'no criteria'}. Make them there, or "
                        'say in nbgrader_config.py which is which: c.MarkUs.criteria = {"'
                        f'{lab.tasks[0].name}": "the title in MarkUs"}}.',
                    ]
                )
            )
        return found


def read_summary(client: MarkusClient, assignment: Assignment) -> Summary:
    """Ask MarkUs for its summary.

    Raises:
        CamlabError: it is not of the form that MarkUs 2.4 to 2.10 write.
    """
    lines = list(csv.reader(io.StringIO(client.get_grades_summary(*assignment.ids), newline="")))
    if len(lines) < 2 or len(lines[0]) != len(lines[1]):
        raise CamlabError("MarkUs's summary of grades could not be read: it has no two headings.")
    names, maxima = lines[:2]
    # Who it is, the total, a column for each criterion, the extra marks: only the number of the
    # first depends on the version, and the second heading is blank there.
    first = next((index for index, cell in enumerate(maxima) if _number(cell) is not None), 0) + 1
    columns = range(first, len(names) - 1)
    most = {names[at].removesuffix(BONUS): _number(maxima[at]) or 0.0 for at in columns}
    marks: dict[str, dict[str, float]] = {}
    deductions: dict[str, float] = {}
    for line in lines[2:]:
        if not line or not line[0] or len(line) < len(names):
            continue
        found = {names[at].removesuffix(BONUS): _number(line[at]) for at in columns}
        marks[line[0]] = {name: mark for name, mark in found.items() if mark is not None}
        deductions[line[0]] = _number(line[-1]) or 0.0
    return Summary(most, marks, deductions)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
