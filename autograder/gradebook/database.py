"""Opening nbgrader's gradebook so that two programs can write it in turn.

SQLite lets one writer in at a time. Here a transaction takes the lock when it begins to write,
waits for it patiently, and is short; a TA's Formgrader gives up after five seconds.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SAWarning, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from autograder.errors import CamlabError
from autograder.text.plain_text import plain

# nbgrader 0.9 makes a submission's parts before it adds the submission; the result is right.
warnings.filterwarnings("ignore", "Object of type", SAWarning)

PATIENCE_SECONDS = 60.0


def patient_url(db_url: str, seconds: float = PATIENCE_SECONDS) -> str:
    """The same gradebook, opened by whom a lock does not discourage."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite":
        return db_url
    # Asking for the lock late, after reading, would fail at once where somebody else waits too.
    patient = url.update_query_dict({"timeout": f"{seconds:g}", "isolation_level": "IMMEDIATE"})
    return patient.render_as_string(hide_password=False)


def take_lock(session: Session) -> None:
    """Wait for the gradebook now: nbgrader's own methods log a traceback where they have to."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def gradebook_errors(db_url: str) -> Iterator[None]:
    """Say in a sentence what is wrong with a gradebook.

    Raises:
        CamlabError: for whatever the database or the system refuses.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise CamlabError(explain(error, db_url)) from error


@contextmanager
def open_gradebook(db_url: str, course_id: str = "default_course") -> Iterator[Gradebook]:
    """nbgrader's gradebook, opened patiently; its mistakes are sentences, as `gradebook_errors`."""
    make_gradebook(db_url)
    with gradebook_errors(db_url), Gradebook(patient_url(db_url), course_id) as gradebook:
        yield gradebook


def make_gradebook(db_url: str) -> None:
    """Make nbgrader's tables in a gradebook that has none; its mistakes are sentences.

    nbgrader would do so by itself, but starts a program for each new gradebook, only to learn the
    version of its tables: seconds of processor time.
    """
    with gradebook_errors(db_url):
        engine = create_engine(patient_url(db_url), poolclass=NullPool)
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                return
        with Session(engine) as session:
            take_lock(session)
            connection = session.connection()
            if not inspect(connection).get_table_names():  # nobody else made them meanwhile
                Base.metadata.create_all(connection)
                MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
            session.commit()


def explain(error: Exception, db_url: str) -> str:
    """What happened to the gradebook, and what to do next."""
    where = f"The gradebook {plain(make_url(db_url).database or db_url, 300)}"
    cause = str(getattr(error, "orig", None) or error)
    if "locked" in cause:
        return (
            f"{where} is being written by another program for more than a minute. Close it (a "
            "Formgrader, another camlab) and run the same command again: what was run is kept."
        )
    if "full" in cause:
        return f"{where} cannot be written: the disk is full. Free some space and try again."
    if "readonly" in cause or "unable to open" in cause or isinstance(error, OSError):
        return (
            f"{where} cannot be opened or written ({plain(cause, 200)}). See whose it is, or "
            "choose another folder with --out."
        )
    if isinstance(error, OperationalError) and "no such" in cause:
        return (
            f"{where} is of another version of nbgrader, or no gradebook ({plain(cause, 200)}). "
            "Run `nbgrader db upgrade`, or move it away. Nothing was changed."
        )
    if isinstance(error, DatabaseError):
        return (
            f"{where} cannot be read: it is damaged, or none ({plain(cause, 200)}). Put a copy of "
            "it back, or move it away and grade again; marks given by hand are in no other file. "
            "Nothing was changed."
        )
    return f"{where} cannot be used ({type(error).__name__}: {plain(cause, 200)})."
