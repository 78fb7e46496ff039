"""The course folder, as nbgrader lays it out, and the places that Camlab adds to it."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import CamlabError
from autograder.files import write_atomically
from autograder.lab import Lab
from autograder.lab_loader import find_lab, lab_names

CONFIG_NAME = "nbgrader_config.py"
_SECRET = 32  # bytes


@dataclass(frozen=True)
class Course:
    """Where everything of one lab lies.

    `out` is the course folder itself, or the folder of `--out`: what grading writes goes there.
    """

    root: Path
    lab: Lab
    out: Path

    @property
    def source(self) -> Path:
        return self.root / "source" / self.lab.name

    @property
    def student_release(self) -> Path:
        return self.root / "release" / "student" / self.lab.name

    @property
    def solution_release(self) -> Path:
        return self.root / "release" / "solution" / self.lab.name

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def gradebook(self) -> Path:
        return self.out / "gradebook.db"

    @property
    def results(self) -> Path:
        return self.own("results.json")

    def own(self, name: str) -> Path:
        """A file of this lab among those that grading writes.

        The course's main lab has plain names; `results.json` of another, lab10, is
        `results-lab10.json`.
        """
        path = self.out / name
        if self.lab.name == main_lab(self.root):
            return path
        return path.with_name(f"{path.stem}-{self.lab.name}{path.suffix}")

    @property
    def store(self) -> Path:
        return self.out / ".camlab" / "store"

    @property
    def id(self) -> str:
        return self.nbgrader_config().CourseDirectory.get("course_id", "")

    @property
    def database_url(self) -> str:
        # In an address, % and ? mean something; all else stands as nbgrader writes it.
        path = str(self.gradebook).replace("%", "%25").replace("?", "%3F")
        return f"sqlite:///{path}"

    def writing_to(self, out: Path | None) -> Course:
        return self if out is None else replace(self, out=out.absolute())

    def secret(self) -> bytes:
        """What the pictures made at grading time are drawn from; made once for each course."""
        path = self.root / ".camlab" / "secret"
        try:
            if not os.path.lexists(path):
                write_atomically(path, secrets.token_bytes(_SECRET), mode=0o600)
            secret = path.read_bytes()
        except OSError as error:
            raise CamlabError(
                f"The course's secret, {path}, cannot be read or made: {error.strerror}."
            ) from error
        if len(secret) < _SECRET:
            raise CamlabError(
                f"The course's secret, {path}, has {len(secret)} of {_SECRET} bytes: it was cut "
                "off, and who knows it could foresee the pictures made for grading. Put a copy of "
                "it back; or delete it, and a new one is made: then everybody is graded again, "
                "with other pictures."
            )
        return secret

    def nbgrader_config(self, **directories: str) -> Config:
        """The course's own nbgrader configuration, with this course's root and gradebook."""
        config = _read_config(self.root)
        config.CourseDirectory.root = str(self.root)
        config.CourseDirectory.db_url = self.database_url
        for name, value in directories.items():
            config.CourseDirectory[name] = value
        return config


def _read_config(root: Path) -> Config:
    """The course's configuration, which is a program of the course's own.

    Raises:
        CamlabError: it does not run: it was cut off, or has a mistake in it.
    """
    path = root / CONFIG_NAME  # whole: of a folder alone, traitlets would expand ~ and $
    try:
        return PyFileConfigLoader(str(path), path=str(root)).load_config()
    except Exception as error:  # whatever a program may raise
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise CamlabError(
            f"{path}{line} cannot be used ({type(error).__name__}: {error}). Mend "
            "it, or put a copy of it back."
        ) from error


def _put_programs_on_path() -> None:
    """nbgrader starts `alembic` by name, also where this environment was not activated."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join((programs, os.environ.get("PATH", os.defpath)))


def find_course(start: Path | None = None, lab: str = "") -> Course:
    """Find the course folder: the nearest folder upwards that holds `nbgrader_config.py`.

    Args:
        start: where to begin; without it, $CAMLAB_COURSE, else the current folder.
        lab: which of the course's labs; empty: its main one.

    Raises:
        CamlabError: there is no course folder, or no such lab in it.
    """
    _put_programs_on_path()
    folder = find_root(start)
    return Course(folder, find_lab(lab or main_lab(folder), folder), folder)


def find_root(start: Path | None = None) -> Path:
    """The course folder itself (see `find_course`)."""
    chosen = start or Path(os.environ.get("CAMLAB_COURSE", "."))
    here = chosen.absolute()
    for folder in (here, *here.parents):
        if (folder / CONFIG_NAME).is_file() and (folder / "source").is_dir():
            return folder
    raise CamlabError(
        f"{here} is not in a course folder: no {CONFIG_NAME} beside a source/ folder was found "
        "there or above it. Go to the course folder and try again, or make one: camlab init."
    )


def main_lab(root: Path) -> str:
    """The lab that is meant where none is named: `c.Camlab.main_lab`, else the first by name.

    Raises:
        CamlabError: the course has no lab.
    """
    config = _read_config(root)
    if chosen := config.Camlab.get("main_lab", ""):
        return str(chosen)
    names = lab_names(root)
    if not names:
        raise CamlabError(
            f"{root} has no lab: no folder of source/ has a definition in labs/ (docs/new-lab.md)."
        )
    return names[0]
