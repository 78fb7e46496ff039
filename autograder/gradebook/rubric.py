"""The rubric of a written answer: the mark scheme of its cell in the source notebook.

Two ways of writing it are understood: a list below a sentence such as "Half a point each:", and
clauses that end in "(half a point)". Where neither adds up to the task's points, the rubric has no
items and marks go by half points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from autograder.cells import cell_with
from autograder.course import Course
from autograder.lab import Task

_SCHEME = re.compile(r"### BEGIN MARK SCHEME\n(.*?)### END MARK SCHEME", re.DOTALL)
_AMOUNT = (
    r"(?P<amount>(?:half|a quarter of|one|two|three|a|½|¼|\d+(?:\.\d+)?)(?: an?)?)\s+"
    r"(?:of\s+a\s+)?(?:points?|marks?)"
)
_EACH = re.compile(_AMOUNT + r"\s+(?:each|for each)\b[^:\n]*:", re.IGNORECASE)
_OWN = re.compile(r"\(\s*" + _AMOUNT + r"\s*\)", re.IGNORECASE)
_ITEM = re.compile(
    r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(?P<text>.*(?:\n(?!\s*(?:[-*+]|\d+[.)])\s|\s*$).*)*)",
    re.MULTILINE,
)
_WORDS = {"half": 0.5, "½": 0.5, "a quarter of": 0.25, "¼": 0.25, "a": 1.0, "one": 1.0, "two": 2.0,
          "three": 3.0}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One thing to tick."""

    text: str
    points: float


@dataclass(frozen=True)
class Rubric:
    """What is ticked for one task, and the scheme that it comes from."""

    task: str
    points: float
    items: tuple[Item, ...]  # empty: marks go by `steps`
    scheme: str  # Markdown, all of it
    rest: str  # what it says besides its items

    @property
    def steps(self) -> tuple[float, ...]:
        """0, 0.5, … up to the task's points."""
        return tuple(step / 2 for step in range(int(self.points * 2) + 1))

    def score(self, ticks: list[int]) -> float:
        """The points of the ticked items; of a rubric without items, of the chosen step."""
        if not self.items:
            return self.steps[ticks[-1]] if ticks else 0.0
        return sum(self.items[index].points for index in ticks)


def read_rubric(course: Course, task: Task) -> Rubric:
    """The rubric of a task that people mark; without items where its cell has no scheme."""
    notebook = nbformat.read(course.source / course.lab.notebook_name, as_version=4)
    cell = cell_with(notebook.cells, task.answer_id)
    found = _SCHEME.search(cell.source + "\n") if cell else None
    return parse_rubric(found[1] if found else "", task)


def parse_rubric(scheme: str, task: Task) -> Rubric:
    """Read the items of a scheme."""
    scheme = scheme.strip()
    for way in (_listed, _in_clauses):
        items = tuple(way(scheme))
        if items and sum(item.points for item in items) == task.points:
            rest = _without_items(scheme) if way is _listed else scheme
            return Rubric(task.name, task.points, items, scheme, rest)
    return Rubric(task.name, task.points, (), scheme, scheme)


def _listed(scheme: str) -> Iterator[Item]:
    """The items of the lists that follow `Half a point each:`."""
    each = list(_EACH.finditer(scheme))
    for index, heading in enumerate(each):
        end = each[index + 1].start() if index + 1 < len(each) else len(scheme)
        for item in _ITEM.finditer(scheme, heading.end(), end):
            own = _OWN.search(item["text"])
            amount = own["amount"] if own else heading["amount"]
            yield Item(_tidy(_OWN.sub("", item["text"])), _points(amount))


def _without_items(scheme: str) -> str:
    rest = _ITEM.sub("", _EACH.sub("", scheme))
    return re.sub(r"^\s*\*\*[^*\n]*\*\*[ \t]*$", "", rest, flags=re.MULTILINE).strip()


def _in_clauses(scheme: str) -> Iterator[Item]:
    """`… names places (half a point), and says where (half a point).`"""
    for paragraph in re.split(r"\n\s*\n", scheme):
        start = 0
        for found in _OWN.finditer(paragraph):
            clause = paragraph[start : found.start()]
            start = found.end()
            yield Item(_tidy(re.split(r"[.:;]\s", clause)[-1]), _points(found["amount"]))


def _tidy(text: str) -> str:
    words = " ".join(re.sub(r"[*`]", "", text).split()).strip(" ,;.:")
    return words.removeprefix("and ").strip()


def _points(amount: str) -> float:
    words = amount.lower().removesuffix(" a").removesuffix(" an").strip()
    return _WORDS[words] if words in _WORDS else float(words)
