"""All feedback pages in one zip, named as the system wants them that the class came from."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from autograder.collect.memory import collected_paths
from autograder.collect.systems import canvas_beginning
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
    pages = {row.student: feedback_path(course, row.student) for row in marks.rows}
    pages = {student: page for student, page in pages.items() if page.is_file()}
    if not pages:
        raise CamlabError("There is no feedback page yet. Run `camlab report` first.")
    came_from = collected_paths(course)
    usual = {
        student: _name(*came_from.get(student, ("", "")), student, f"{course.lab.name}.html")
        for student in pages
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, name in _each_its_own(usual).items():
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), pages[student].read_bytes())
    write_atomically(target, buffer.getvalue())
    return target


def _each_its_own(usual: Mapping[str, str]) -> dict[str, str]:
    """Members of a group came under one name: theirs stands behind it, where no system reads."""
    count = Counter(name.casefold() for name in usual.values())
    names = {
        student: name
        if count[name.casefold()] == 1
        else f"{name.removesuffix('.html')}_{file_name(student)}.html"
        for student, name in usual.items()
    }
    own = {name.casefold() for name in names.values()}
    assert len(own) == len(names), "a page would take another's place when it is unpacked"
    return names


def _name(system: str, path: str, student: str, page: str) -> str:
    parts = path.split("/")
    if system == "canvas" and (beginning := canvas_beginning(parts)):
        return f"{beginning.rpartition('.')[0] or beginning}.html"
    top = next((part for part in parts if "_assignsubmission_" in part), "")
    if system == "moodle" and top:
        beginning, _, rest = top.partition("_assignsubmission_")
        return f"{beginning}_assignsubmission_{rest.partition('_')[0]}_{page}"
    return f"{file_name(student)}/{page}"
