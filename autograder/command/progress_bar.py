"""The bar that a person watches."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from autograder.command.waiting import LeftColumn, UnderWay, WaitingColumn


def progress_bar(console: Console, under_way: UnderWay | None = None) -> Progress:
    """A bar that goes when it is done; with who is under way, if somebody is."""
    columns: tuple[ProgressColumn, ...] = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    if under_way is not None:
        columns += (LeftColumn(under_way), WaitingColumn(under_way))
    return Progress(*columns, console=console, transient=True)
