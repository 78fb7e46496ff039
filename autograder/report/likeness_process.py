"""Compares graded code; runs as a process of its own, with limits.

The library's lexer takes what time it takes with a stranger's text, and its import draws in a whole
plotting library. From standard input comes JSON, `{"codes": {student: {task: code}}, "known":
[code]}`; to standard output goes a list of `[student, student, share, [task]]`.
"""

from __future__ import annotations

import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from copydetect import CodeFingerprint

GRAM = 20  # characters of filtered code, in which a name is one: shorter pieces say nothing
ALIKE = 0.9  # of both submissions' own pieces are in the other's
LEAST = 60  # pieces of one's own: a submission with fewer has too little to compare
COMMON = 0.25  # what more of the class than this has is what the task asks for
FEW = 4  # but so few may have it in any class


def alike(
    codes: Mapping[str, Mapping[str, str]], known: Iterable[str]
) -> list[tuple[str, str, float, list[str]]]:
    """Pairs whose code is the same but for names, spacing and comments, the most alike first.

    Args:
        codes: student -> task -> code.
        known: code that everybody has, or that we wrote: what is in it does not count.
    """
    boilerplate = set[int]().union(*(_pieces(code) for code in known))
    pieces = {
        student: {task: _pieces(code) - boilerplate for task, code in tasks.items()}
        for student, tasks in codes.items()
    }
    whole = {student: set[int]().union(*tasks.values()) for student, tasks in pieces.items()}
    holders: dict[int, list[str]] = defaultdict(list)
    for student, own in whole.items():
        for piece in own:
            holders[piece].append(student)
    most = max(FEW, int(COMMON * len(codes)))
    rare = {piece: found for piece, found in holders.items() if len(found) <= most}
    counts = {student: len(found & rare.keys()) for student, found in whole.items()}
    shared = Counter(pair for found in rare.values() for pair in combinations(sorted(found), 2))
    pairs = []
    for (first, second), count in shared.items():
        least, largest = sorted((counts[first], counts[second]))
        if least >= LEAST and count >= ALIKE * largest:
            tasks = [
                task
                for task in pieces[first]
                if _same(pieces[first][task] & rare.keys(), pieces[second].get(task, set()))
            ]
            pairs.append((first, second, round(count / largest, 2), tasks))
    return sorted(pairs, key=lambda pair: (-pair[2], pair[:2]))


def _same(own: set[int], other: set[int]) -> bool:
    return bool(own) and len(own & other) >= ALIKE * len(own)


def _pieces(code: str) -> set[int]:
    """Every piece of the code, filtered: names, strings, spaces and comments make no difference."""
    lines = "\n".join(line for line in code.splitlines() if line.strip())
    # win_size 1: every piece counts, not a sample of them.
    found = CodeFingerprint("code.py", GRAM, 1, language="python", fp=io.StringIO(lines + "\n"))
    return {int(one) for one in found.hashes}


def main() -> None:
    asked = json.load(sys.stdin)
    json.dump(alike(asked["codes"], asked["known"]), sys.stdout)


if __name__ == "__main__":
    main()
