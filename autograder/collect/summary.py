"""What `camlab collect` did, for a terminal or a pipe."""

from __future__ import annotations

from rich.text import Text

from autograder.collect.collecting import CollectionReport
from autograder.text.plain_text import counted, plain


def collection_summary(report: CollectionReport) -> Text:
    """What `camlab collect` took, what it renamed and what it left out."""
    lines = [f"{counted(len(report.collected), 'submission')} collected from {report.system}."]
    lines += [f"  {plain(one.student, 60)}: {one.remark}" for one in report.collected if one.remark]
    if report.skipped:
        lines.append(f"{counted(len(report.skipped), 'file')} left out:")
        lines += [f"  {plain(one.path, 120)}: {one.reason}" for one in report.skipped]
    return Text("\n".join(lines))
