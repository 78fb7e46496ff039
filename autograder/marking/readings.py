"""Who ticked what: a small database beside the gradebook, for several TAs at once.

The gradebook holds points and comments; ticks, second readings and reusable sentences have no place
in it. SQLite keeps each change whole, and only one TA writes at a time.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import CamlabError
from autograder.text.plain_text import plain

PATIENCE = 20.0  # seconds that one waits for another's writing
CLAIM_SECONDS = 15 * 60.0  # an answer that a TA has open is not offered to another

_TABLES = """
CREATE TABLE IF NOT EXISTS reading (
    answer TEXT, place INTEGER, ta TEXT, ticks TEXT, decided INTEGER, score REAL, comment TEXT,
    PRIMARY KEY (answer, place));
CREATE TABLE IF NOT EXISTS claim (answer TEXT, ta TEXT, at REAL, PRIMARY KEY (answer, ta));
CREATE TABLE IF NOT EXISTS sentence (text TEXT PRIMARY KEY, used INTEGER);
CREATE TABLE IF NOT EXISTS calibrated (ta TEXT PRIMARY KEY);
"""
_COLUMNS = {
    "reading": "answer, place, ta, ticks, decided, score, comment",
    "claim": "answer, ta, at",
    "sentence": "text, used",
    "calibrated": "ta",
}


@dataclass(frozen=True)
class Reading:
    """What one TA says of one answer."""

    answer: str
    place: int  # 1: its mark goes into the gradebook; 2: a second reading
    ta: str
    ticks: tuple[int, ...] = ()
    decided: bool = False  # a mark was given, be it 0
    score: float = 0.0
    comment: str = ""


class Readings:
    """The database; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open it, and make it where it is not there yet.

        Raises:
            CamlabError: it cannot be opened or written, is damaged, or has other tables.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._connected() as database:
                database.executescript(_TABLES)
                for table, columns in _COLUMNS.items():
                    database.execute(f"SELECT {columns} FROM {table} LIMIT 0")
                database.execute("DELETE FROM claim WHERE 0")  # who may only read hears of it now
        except (sqlite3.Error, OSError) as error:
            raise CamlabError(_explain(error, path)) from error

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A change that is made whole or not at all; nobody else writes meanwhile."""
        with self._connected() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield Writing(database)
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise

    def of(self, answer: str) -> tuple[Reading, ...]:
        """The readings of an answer, the first one first."""
        with self._connected() as database:
            return _readings(database, answer)

    def all(self) -> dict[str, tuple[Reading, ...]]:
        with self._connected() as database:
            rows = database.execute("SELECT * FROM reading ORDER BY answer, place").fetchall()
        found: dict[str, tuple[Reading, ...]] = {}
        for reading in map(_reading, rows):
            found[reading.answer] = (*found.get(reading.answer, ()), reading)
        return found

    def claimed(self, but: str) -> set[str]:
        """Answers that others have open."""
        with self._connected() as database:
            rows = database.execute(
                "SELECT answer FROM claim WHERE ta != ? AND at > ?",
                (but, time.time() - CLAIM_SECONDS),
            )
            return {answer for (answer,) in rows}

    def claim(self, answer: str, ta: str) -> None:
        """Note that a TA has this answer open, and no other one."""
        with self.writing() as change:
            change.claim(answer, ta)

    def sentences(self) -> list[str]:
        """Reusable sentences, the most used first."""
        with self._connected() as database:
            rows = database.execute("SELECT text FROM sentence ORDER BY used DESC, text LIMIT 9")
            return [text for (text,) in rows]

    def keep_sentence(self, text: str) -> None:
        """Keep a sentence for other answers, or count that it was used once more."""
        with self.writing() as change:
            change.keep_sentence(text)

    def is_calibrated(self, ta: str) -> bool:
        with self._connected() as database:
            found = database.execute("SELECT 1 FROM calibrated WHERE ta = ?", (ta,)).fetchone()
            return found is not None

    def calibrate(self, ta: str) -> None:
        with self.writing() as change:
            change.calibrate(ta)


class Writing:
    """A change under way."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def of(self, answer: str) -> tuple[Reading, ...]:
        return _readings(self._database, answer)

    def put(self, reading: Reading) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                reading.answer,
                reading.place,
                reading.ta,
                json.dumps(reading.ticks),
                reading.decided,
                reading.score,
                reading.comment,
            ),
        )

    def claim(self, answer: str, ta: str) -> None:
        self._database.execute("DELETE FROM claim WHERE ta = ?", (ta,))
        self._database.execute("INSERT INTO claim VALUES (?, ?, ?)", (answer, ta, time.time()))

    def keep_sentence(self, text: str) -> None:
        self._database.execute(
            "INSERT INTO sentence VALUES (?, 1) ON CONFLICT (text) DO UPDATE SET used = used + 1",
            (text,),
        )

    def calibrate(self, ta: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO calibrated VALUES (?)", (ta,))


def _explain(error: Exception, path: Path) -> str:
    """What happened to the database, and what to do next."""
    where = f"{path}, where the marking page keeps what TAs ticked, cannot be"
    if "locked" in str(error):
        return f"{where} written: another program is writing to it. Try again when it has ended."
    refused = any(word in str(error) for word in ("readonly", "full", "unable to open"))
    if refused or isinstance(error, OSError):
        return (
            f"{where} opened or written ({plain(error, 200)}). See what lies there and whose it is."
        )
    return (
        f"{where} used: it is damaged, or of another version ({plain(error, 200)}). Put a copy of "
        "it back, or move it away: marks and comments are in the gradebook."
    )


def _readings(database: sqlite3.Connection, answer: str) -> tuple[Reading, ...]:
    rows = database.execute("SELECT * FROM reading WHERE answer = ? ORDER BY place", (answer,))
    return tuple(map(_reading, rows))


def _reading(row: Sequence[Any]) -> Reading:
    answer, place, ta, ticks, decided, score, comment = row
    return Reading(answer, place, ta, tuple(json.loads(ticks)), bool(decided), score, comment)
