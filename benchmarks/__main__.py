"""`make bench`: measure, then print one table."""

from __future__ import annotations

import os
import platform
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.table import Table

import benchmarks
from autograder.assets.weights import find_weights
from autograder.kernel import choose_sandbox
from benchmarks import parts, scaling, stages


class Part(StrEnum):
    contest = "contest"
    stages = "stages"
    floor = "floor"
    memory = "memory"
    workers = "workers"
    loops = "loops"
    rejudging = "rejudging"
    cluster = "cluster"
    growth = "growth"
    simulation = "simulation"


PARTS = {
    Part.contest: parts.contest,
    Part.stages: stages.stages,
    Part.floor: parts.floor,
    Part.memory: parts.memory,
    Part.workers: parts.workers,
    Part.loops: parts.loops,
    Part.rejudging: scaling.rejudging,
    Part.cluster: scaling.cluster,
    Part.growth: scaling.growth,
    Part.simulation: scaling.simulation,
}


def main(
    submissions: Annotated[int, typer.Option(min=1, help="How large the class is.")] = 20,
    only: Annotated[Part | None, typer.Option(help="Measure this part only.")] = None,
    growth: Annotated[str, typer.Option(help="Sizes of classes for growth.")] = "25,100,400",
) -> None:
    """Measure Camlab beside stock nbgrader and beside a bare process."""
    console = Console()
    sizes = [int(size) for size in growth.split(",")]
    chosen = [only] if only else list(Part)
    busy = psutil.cpu_percent(1.0)
    console.print(
        f"{os.cpu_count()} processors ({platform.machine()}), "
        f"{psutil.virtual_memory().total / 2**30:.0f} GB, busy at the start: {busy:.0f} %; "
        f"weights: {find_weights().kind}; sandbox: {choose_sandbox('auto').kind}",
        highlight=False,
    )
    table = Table("part", "what", "Camlab", "compared with", "ratio")
    for part in chosen:
        with (
            tempfile.TemporaryDirectory(prefix="camlab-benchmark-") as folder,
            console.status(f"Measuring: {part}"),
        ):
            argument = sizes if part == Part.growth else submissions
            for figure in PARTS[part](Path(folder), argument):
                row = (figure.part, figure.what, figure.value, figure.beside, figure.ratio)
                table.add_row(*row)
                if not console.is_terminal:
                    console.print(" | ".join(row), highlight=False, soft_wrap=True)
    console.print(table)
    console.print("What each figure means: " + (benchmarks.__file__ or ""), soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
