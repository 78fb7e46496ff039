"""A lab's steps of nbgrader's `generate_solution` (see `nbgrader_config.py`)."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, Execute, NbGraderPreprocessor

from autograder.assets.weights import weights_of
from autograder.cells import name_of
from autograder.course import find_course
from autograder.environment import environment
from autograder.errors import CamlabError
from autograder.nbgrader.stock_steps import Resources, is_of_lab
from autograder.release.regions import MARKERS


class ClearHiddenTestsOfLabs(ClearHiddenTests):
    """Take out the hidden tests, which staff have as graders."""

    def preprocess(
        self, notebook: NotebookNode, resources: Resources
    ) -> tuple[NotebookNode, Resources]:
        if not is_of_lab(resources):
            return notebook, resources
        return super().preprocess(notebook, resources)


class RemoveMarkers(NbGraderPreprocessor):
    """Take out the marker lines and keep what stands between them."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, index: int
    ) -> tuple[NotebookNode, Resources]:
        if not is_of_lab(resources):
            return cell, resources
        lines = cell.source.split("\n")
        cell.source = "\n".join(line for line in lines if line.strip() not in MARKERS)
        return cell, resources


class ExecuteSolution(Execute):
    """Run the worked notebook; an error or a warning in it stops the release."""

    def preprocess(
        self, notebook: NotebookNode, resources: Resources, km: object = None
    ) -> tuple[NotebookNode, Resources]:
        if not is_of_lab(resources):
            return notebook, resources
        lab = find_course(lab=resources["nbgrader"]["assignment"]).lab
        self.timeout = 600
        # nbclient drops, after four seconds, what a busy machine has not yet delivered.
        self.iopub_timeout = 120
        self.raise_on_iopub_timeout = True
        self.record_timing = False  # times would make each release differ
        self.kernel_name = "python3"
        self.extra_arguments: list[str] = []
        self.coalesce_streams = True  # where one print ends and the next begins is chance
        self.config.KernelManager.transport_encryption = "auto"  # else the kernel warns
        # Whatever is set in the shell of the person who releases, the pictures are drawn.
        with environment(
            TORCH_HOME=str(weights_of(lab).torch_home),
            MPLBACKEND="module://matplotlib_inline.backend_inline",
        ):
            notebook, resources = super().preprocess(notebook, resources, km=km)
        # The kernel writes its own version here; the source's metadata are enough.
        notebook.metadata.pop("language_info", None)
        for cell in notebook.cells:
            _refuse_errors(cell)
        return notebook, resources


def _refuse_errors(cell: NotebookNode) -> None:
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            raise CamlabError(
                f"The solution stops in cell {name_of(cell)}: {output.ename}: {output.evalue}"
            )
        if output.output_type == "stream" and output.name == "stderr":
            raise CamlabError(
                f"The solution warns in cell {name_of(cell)}: {output.text.strip()[:300]}"
            )
