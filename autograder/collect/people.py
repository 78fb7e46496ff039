"""Who is who: Gradescope's list of submitters, and rosters that name a system's users."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import yaml

from autograder.collect.naming import Person, student_folder
from autograder.errors import CamlabError
from autograder.text.spreadsheet import unguarded

MOST_BYTES = 20 * 2**20
_ID_HEADINGS = ("id", "identifier")
_NAME_HEADINGS = ("sis login id", "sis user id", "username", "user name", "id number", "student")


def gradescope_metadata(path: Path) -> dict[str, tuple[Person, ...]]:
    """Read `submission_metadata.yml`: folder -> those who handed it in, and when.

    A student is called by the id that the roster on Gradescope has, else by the e-mail's first
    part, else by name.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CamlabError("Gradescope's submission_metadata.yml is too large to be one.")
        data = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return {str(folder): tuple(_submitters(about)) for folder, about in data.items()}
    except (yaml.YAMLError, AttributeError, TypeError, KeyError) as error:
        raise CamlabError(
            "Gradescope's submission_metadata.yml could not be read. Download the submissions "
            "again (Review Grades, Export Submissions)."
        ) from error


def _submitters(about: dict) -> Iterator[Person]:
    when = about.get(":created_at") or ""
    timestamp = when.isoformat() if hasattr(when, "isoformat") else str(when)
    for one in about.get(":submitters") or ():
        email = str(one.get(":email") or "")
        name = str(one.get(":sid") or email.partition("@")[0] or one.get(":name") or "")
        if student := student_folder(name):
            yield Person(student, email=email, timestamp=timestamp)


def read_roster(path: Path) -> dict[str, str]:
    """Read who a system's ids are, from a CSV such as Canvas's gradebook export.

    Returns:
        id -> the student's name in this course.

    Raises:
        CamlabError: there is no such file, or it lacks a column of ids or of names.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CamlabError(f"The roster {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CamlabError(f"The roster {path} is not UTF-8 text.") from error
    lines = list(csv.reader(io.StringIO(text, newline="")))
    heading = [cell.strip().lower() for cell in lines[0]] if lines else []
    own = next((heading.index(name) for name in _ID_HEADINGS if name in heading), None)
    name = next((heading.index(name) for name in _NAME_HEADINGS if name in heading), None)
    if own is None or name is None:
        raise CamlabError(
            f"The roster {path} needs a column ID and a column of names (SIS Login ID, SIS User "
            "ID, username or student)."
        )
    rows = (line for line in lines[1:] if len(line) > max(own, name))
    found = ((line[own].split()[-1:], unguarded(line[name].strip())) for line in rows)
    return {number[0]: student for number, student in found if number and student}
