"""Gradescope: an autograder to upload, which runs `camlab grade` on every submission."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import autograder
import camlab_solutions
from autograder.course import CONFIG_NAME, Course
from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.project_files import project_files

FILES = Path(__file__).parent / "gradescope_files"
PROGRAMS = ("setup.sh", "prepare", "run_autograder")
PACKAGES = (autograder, camlab_solutions)
ALONGSIDE = (
    "torchvision_operators.py",
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "setup.py",
)
LEFT_OUT = ("__pycache__", ".ipynb_checkpoints", "course_files")
ALWAYS = (1980, 1, 1, 0, 0, 0)  # the same package for the same course, byte for byte


def export_gradescope_package(course: Course, target: Path) -> Path:
    """Write the zip: Camlab, the course's source and release, its three programs.

    Raises:
        CamlabError: the lab was not released yet.
    """
    if not (course.student_release / course.lab.notebook_name).is_file():
        raise CamlabError(
            f"{course.lab.name} was not released yet, and submissions are held against the release."
            " Run camlab release, then export again."
        )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_entries(course)):
            entry = zipfile.ZipInfo(name, ALWAYS)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in PROGRAMS else 0o644) << 16
            archive.writestr(entry, content)
    write_atomically(target, buffer.getvalue(), mode=0o600)
    return target


def _entries(course: Course) -> Iterator[tuple[str, bytes]]:
    for path in FILES.iterdir():
        text = path.read_text().replace("LAB_NAME", course.lab.name)
        yield path.name, text.encode()
    packages = [Path(package.__file__).parent for package in PACKAGES if package.__file__]
    folders = [(package.parent, package) for package in packages]
    folders += [(course.root, course.source), (course.root, course.student_release)]
    if course.root in course.lab.folder.parents:
        folders.append((course.root, course.lab.folder))
    for base, folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not set(LEFT_OUT) & set(path.parts):
                yield f"camlab/{path.relative_to(base).as_posix()}", path.read_bytes()
    for name in ALONGSIDE:
        yield f"camlab/{name}", (project_files() / name).read_bytes()
    yield f"camlab/{CONFIG_NAME}", (course.root / CONFIG_NAME).read_bytes()
    # With the class's secret, marks on Gradescope are those that this course would give.
    yield "camlab/.camlab/secret", course.secret()
