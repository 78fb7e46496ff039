"""Which line of a student's code a mistake is likely to be in: the one that others do not have.

Words that are frequent in the code of those who made a mistake, and rare in the code of those who
did not, tell it; a mistake that leaves something out is shown by the line that returns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d]\w*|[-+*/@<>%]+")
TELLING = 0.3  # so much more frequent than among the others


@dataclass(frozen=True)
class CodeLine:
    """One line of one student's code."""

    student: str
    number: int  # counted from 1 in the cell of the task
    text: str


def telling_lines(
    with_mistake: Sequence[str], codes: Mapping[str, str], without: Iterable[str]
) -> tuple[CodeLine, ...]:
    """A line for each student who made the mistake, in their order.

    Args:
        with_mistake: the students who made it.
        codes: student -> code of the task; students without code are left out.
        without: the students whose code is right.
    """
    wrong = [student for student in with_mistake if student in codes]
    lifts = _lifts([codes[student] for student in wrong], [codes[s] for s in without if s in codes])
    return tuple(line for student in wrong if (line := _line(student, codes[student], lifts)))


def _lifts(wrong: Sequence[str], right: Sequence[str]) -> dict[str, float]:
    """Word -> how much more of the wrong than of the right have it."""
    counts = [Counter(word for code in codes for word in _words(code)) for codes in (wrong, right)]
    return {
        word: count / max(len(wrong), 1) - counts[1][word] / max(len(right), 1)
        for word, count in counts[0].items()
    }


def _words(code: str) -> set[str]:
    return {word for line in _own_lines(code).values() for word in _WORD.findall(line)}


def _own_lines(code: str) -> dict[int, str]:
    """Line number -> the line, without comments and without the docstring."""
    lines, inside = {}, False
    for number, line in enumerate(code.splitlines(), start=1):
        quotes = line.count('"""') + line.count("'''")
        if not quotes and not inside and (bare := line.split("#")[0].strip()):
            lines[number] = bare
        inside ^= quotes % 2 == 1
    return lines


def _line(student: str, code: str, lifts: Mapping[str, float]) -> CodeLine | None:
    lines = {
        number: line
        for number, line in _own_lines(code).items()
        if not line.startswith(("def ", "class ", "import ", "from "))
    }
    if not lines:
        return None

    def telling(number: int) -> tuple[float, float]:
        found = [max(lifts.get(word, 0.0), 0.0) for word in set(_WORD.findall(lines[number]))]
        return max(found, default=0.0), sum(found)

    number = max(lines, key=telling)
    if telling(number)[0] < TELLING:
        returns = [one for one, line in lines.items() if line.startswith("return")]
        number = returns[-1] if returns else max(lines)
    return CodeLine(student, number, lines[number])
