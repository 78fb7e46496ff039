"""Tables as spreadsheets save them: any separator, any Unicode form, any line end."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from autograder.errors import CamlabError

SEPARATORS = ";\t,"
MAX_FIELD = 2 * 2**20  # characters of one cell: a text with a picture in it
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_table(path: Path, what: str, most_bytes: int) -> list[list[str]]:
    """Read a table; rows are as long as the file has them.

    Args:
        path: a file saved by a spreadsheet.
        what: what it is called in a message, such as "roster".
        most_bytes: how large it may be.

    Raises:
        CamlabError: it cannot be read, is too large, no text, or no table.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise CamlabError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    if len(content) > most_bytes:
        raise CamlabError(f"The {what} {path} has more than {most_bytes >> 20} MB.")
    return parse_table(decode_table(content, f"The {what} {path}"), f"The {what} {path}")


def decode_table(content: bytes, name: str) -> str:
    """The text of a table, in UTF-8 or in UTF-16 as Excel's "Unicode text" is."""
    if content.startswith(b"PK\x03\x04"):
        raise CamlabError(f"{name} is an Excel workbook. Save it as “CSV UTF-8” and try again.")
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CamlabError(
            f"{name} is not UTF-8 text (line {line}). In Excel, save it as “CSV UTF-8”; plain "
            "“CSV” spoils accents."
        ) from error


def parse_table(text: str, name: str) -> list[list[str]]:
    """Split text into rows and cells.

    Excel's first line `sep=;` says the separator; else it is the one that the heading has most of.
    """
    first, _, rest = text.partition("\n")
    separator = ""
    if first.strip().strip('"').casefold().startswith("sep=") and len(first.strip()) <= 8:
        separator = first.strip().strip('"')[4:5] or "\t"
        text = rest
    heading = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    separator = separator or max(SEPARATORS, key=heading.count)
    limit = csv.field_size_limit(MAX_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise CamlabError(
            f"{name} is not a table that can be read: {error}. Is a quotation mark missing?"
        ) from error
    finally:
        csv.field_size_limit(limit)
    return rows
