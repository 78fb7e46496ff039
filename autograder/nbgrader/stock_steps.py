"""nbgrader's own steps, for the assignments of a course that are no labs of Camlab's.

`nbgrader_config.py` names one list of steps for all assignments; these do nothing for a lab.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.preprocessors import ClearMetadataPreprocessor, Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    ClearMarkScheme,
    ClearOutput,
    DeduplicateIds,
    Execute,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)

from autograder.course import find_root
from autograder.lab_loader import is_lab

Resources = dict[str, Any]


def is_of_lab(resources: Resources) -> bool:
    """Whether nbgrader is working on a lab of Camlab's."""
    return is_lab(resources["nbgrader"]["assignment"], find_root())


class _StockSteps(NbGraderPreprocessor):
    steps: ClassVar[tuple[type[Preprocessor], ...]]

    def preprocess(
        self, notebook: NotebookNode, resources: Resources
    ) -> tuple[NotebookNode, Resources]:
        if not is_of_lab(resources):
            for step in self.steps:
                # Called, not `.preprocess`d: a step that the configuration disables is skipped.
                notebook, resources = step(parent=self.parent)(notebook, resources)
        return notebook, resources


class StockSanitizing(_StockSteps):
    """What `nbgrader autograde` does to a submission before it is run."""

    steps = (ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells)


class StockExecution(_StockSteps):
    """How `nbgrader autograde` runs a submission: as the person who grades, without a sandbox."""

    steps = (Execute, IgnorePattern, ClearMetadataPreprocessor, LimitOutput)


class StockSolution(_StockSteps):
    """How `nbgrader generate_solution` makes a solution."""

    steps = (ClearMarkScheme, Execute)
