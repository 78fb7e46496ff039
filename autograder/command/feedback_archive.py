"""All feedback pages in one zip, named as the system wants them that the class came from."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from autograder.collect.memory import collected_paths
from autograder.course import Course
from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.gradebook.marks import ClassMarks
from autograder.report.feedback_files import feedback_path
from autograder.text.file_names import file_name

_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same pages give the same archive


def export_feedback(course: Course, marks: ClassMarks, target: Path) -> Path:
    """Write the archive.

    Canvas and Moodle know a file again by the beginning of its name, which they gave it when the
    class was downloaded; anywhere else there is a folder for each student (or group).

    Raises:
        CamlabError: there is no feedback yet.
    """
    came_from = collected_paths(course)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in marks.rows:
            page = feedback_path(course, row.student)
            if page.is_file():
                system, path = came_from.get(row.student, ("", ""))
                name = _name(system, path, row.student, f"{course.lab.name}.html")
                archive.writestr(zipfile.ZipInfo(name, _ALWAYS), page.read_bytes())
        if not archive.namelist():
            raise CamlabError("There is no feedback page yet. Run `camlab report` first.")
    write_atomically(target, buffer.getvalue())
    return target


def _name(system: str, path: str, student: str, page: str) -> str:
    parts = path.split("/")
    if system == "canvas" and path:
        return f"{parts[-1].rpartition('.')[0] or parts[-1]}.html"
    if system == "moodle" and path:
        top = next((part for part in parts if "_assignsubmission_" in part), parts[0])
        beginning, _, rest = top.partition("_assignsubmission_")
        return f"{beginning}_assignsubmission_{rest.partition('_')[0]}_{page}"
    return f"{file_name(student)}/{page}"
