"""What `camlab collect` did, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from autograder.collect.collection_report import CollectionReport
from autograder.text.plain_text import counted, listed, plain


def collection_summary(report: CollectionReport) -> Text:
    """What `camlab collect` took, what it renamed and what it left out: every line of it."""
    return Text("\n".join(_lines(report)))


def _lines(report: CollectionReport) -> Iterator[str]:
    new = sum(not one.replaced for one in report.collected)
    replaced = len(report.collected) - new
    and_replaced = f", {replaced} of them in place of an earlier one" if replaced else ""
    count = counted(len(report.collected), "submission")
    yield f"{count} collected from {report.system}{and_replaced}."
    yield from (
        f"  {plain(one.student, 60)}: {one.remark}" for one in report.collected if one.remark
    )
    if report.collected and (report.unchanged or report.newer or report.older):
        yield f"New: {_names([one.student for one in report.collected if not one.replaced])}."
    if report.unchanged:
        yield f"{counted(len(report.unchanged), 'submission')} as collected before."
    if report.newer:
        yield (
            f"Handed in something newer, left alone: {_names(report.newer)}. "
            "Collect with --force to take it."
        )
    if report.older:
        yield (
            f"Older than what was collected before, left alone: {_names(report.older)}. "
            "Collect with --force to take it."
        )
    if report.nothing:
        yield f"Handed in nothing, by the roster: {_names(report.nothing)}."
    yield from report.notes
    if report.skipped:
        files = sum(1 + one.others for one in report.skipped)
        yield f"{counted(files, 'file')} left out:"
        yield from (f"  {one.shown}: {one.message}" for one in report.skipped)


def _names(students: Sequence[str]) -> str:
    return listed(list(students), 100) or "nobody"
