"""The same exports for nbgrader's own command:

nbgrader export --exporter autograder.nbgrader.export_plugins.MarkUsExporter
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from autograder.course import Course, find_course, main_lab
from autograder.errors import CamlabError
from autograder.gradebook.marks import ClassMarks, class_marks
from autograder.lab_loader import is_lab, lab_names
from autograder.report.exports.choice import (
    default_target,
    export_marks_to,
    find_export,
    still_waiting,
)
from autograder.report.exports.export import export_names
from autograder.results import read_results
from autograder.submission.groups import groups_path, read_groups


class CamlabExportPlugin(ExportPlugin):
    """Exports the lab's marks; `--to`, `--student` and `--assignment` work as nbgrader's do."""

    kind = ""

    def export(self, gradebook: Gradebook) -> None:
        root = Path(self.parent.coursedir.root)
        wanted = [str(name) for name in self.assignment]
        labs = [name for name in wanted if is_lab(name, root)]
        if wanted and not labs:
            known = ", ".join(lab_names(root))
            raise CamlabError(
                f"{', '.join(wanted)} is no lab of Camlab's; there are: {known}. Nothing was "
                "exported."
            )
        for name in labs or [main_lab(root)]:
            self._export(gradebook, find_course(root, name))

    def _export(self, gradebook: Gradebook, course: Course) -> None:
        course, marks = marks_beside(gradebook, course)
        chosen = {str(student) for student in self.student}
        if chosen:
            marks = replace(marks, rows=tuple(row for row in marks.rows if row.student in chosen))
        target = Path(self.to) if self.to else default_target(self.kind, course)
        groups = read_groups(groups_path(course.root, course.lab.name))
        written = export_marks_to(self.kind, marks, target, groups)
        self.log.info("Exported %d students to %s", len(marks.rows), written)
        if waiting := still_waiting(marks):
            self.log.warning(waiting)


def marks_beside(gradebook: Gradebook, course: Course) -> tuple[Course, ClassMarks]:
    """The marks in a gradebook, explained by the `results.json` beside it where there is one."""
    url = gradebook.engine.url
    folder = Path(url.database).absolute().parent if url.drivername == "sqlite" else Path.cwd()
    course = course.writing_to(folder)
    results = read_results(course.results) if course.results.is_file() else None
    url = url.render_as_string(hide_password=False)
    return course, class_marks(course.lab, results, url, course.submitted)


# nbgrader imports a plugin by its name: each export has a class here.
for _name in export_names():
    _export = find_export(_name)
    globals()[_export.plugin] = type(
        _export.plugin,
        (CamlabExportPlugin,),
        {"kind": _name, "__doc__": _export.write.__doc__, "__module__": __name__},
    )
