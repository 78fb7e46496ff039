"""The same exports for nbgrader's own command:

nbgrader export --exporter autograder.nbgrader.export_plugins.MarkUsExporter
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from autograder.course import find_course
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.lab import Lab
from autograder.report.exports.choice import export_marks_to, still_waiting
from autograder.results import read_results


class CamlabExportPlugin(ExportPlugin):
    """Exports the lab's marks; `--to`, `--student` and `--assignment` work as nbgrader's do."""

    kind = ""

    def export(self, gradebook: Gradebook) -> None:
        course = find_course(Path(self.parent.coursedir.root))
        if self.assignment and course.lab.name not in map(str, self.assignment):
            raise CamlabError(f"This course's lab is {course.lab.name}; nothing was exported.")
        folder, marks = marks_beside(gradebook, course.lab)
        chosen = {str(student) for student in self.student}
        if chosen:
            marks = replace(marks, rows=tuple(row for row in marks.rows if row.student in chosen))
        target = Path(self.to) if self.to else None
        written = export_marks_to(self.kind, marks, folder, target)
        self.log.info("Exported %d students to %s", len(marks.rows), written)
        if waiting := still_waiting(marks):
            self.log.warning(waiting)


def marks_beside(gradebook: Gradebook, lab: Lab) -> tuple[Path, ClassMarks]:
    """The marks in a gradebook, explained by the `results.json` beside it where there is one."""
    url = gradebook.engine.url
    folder = Path(url.database).absolute().parent if url.drivername == "sqlite" else Path.cwd()
    path = folder / "results.json"
    results = read_results(path) if path.is_file() else None
    return folder, class_marks(lab, results, url.render_as_string(hide_password=False))


class CsvExporter(CamlabExportPlugin):
    """One line for each student."""

    kind = "csv"


class MarkUsExporter(CamlabExportPlugin):
    """MarkUs: autotester results and the CSV of marks."""

    kind = "markus"


class GradescopeExporter(CamlabExportPlugin):
    """Gradescope: a results.json for each student."""

    kind = "gradescope"


class CanvasExporter(CamlabExportPlugin):
    """Canvas: a CSV for its gradebook."""

    kind = "canvas"
