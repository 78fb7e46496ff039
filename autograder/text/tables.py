"""Tables as spreadsheets save them: any separator, any Unicode form, any line end."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from autograder.errors import CamlabError

SEPARATORS = ";\t,"
MAX_FIELD = 2 * 2**20  # characters of one cell: a text with a picture in it
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BY_ZEROS = {
    (False, True): "utf-16-le",
    (True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}
_KINDS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x1f\x8b", "a gzip archive"),
)


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
    if kind := _other_kind(content):
        raise CamlabError(f"{name} is {kind}. Save the table as “CSV UTF-8” and try again.")
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            raise CamlabError(
                f"{name} is not whole: its {encoding[:6].upper()} text was cut off or changed. "
                "Save it anew, as “CSV UTF-8”."
            ) from error
        line = content.count(b"\n", 0, error.start) + 1
        raise CamlabError(
            f"{name} is not UTF-8 text (line {line}). In Excel, save it as “CSV UTF-8”; plain "
            "“CSV” spoils accents."
        ) from error


def _other_kind(content: bytes) -> str:
    """What a file is that is no text, by how it begins; empty where nothing is known."""
    if content.startswith(b"PK\x03\x04"):  # a zip; OpenDocument says first what it is
        if content[30:80].startswith(b"mimetypeapplication/vnd.oasis.opendocument"):
            return "a document of LibreOffice"
        return "an Excel workbook, or another zip archive"
    return next((kind for start, kind in _KINDS if content.startswith(start)), "")


def _encoding(content: bytes) -> str:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    if marked:
        return marked
    # Without a mark: a heading begins with ASCII, whose other bytes are zero.
    zeros = tuple(byte == 0 for byte in content[:4])
    return _BY_ZEROS.get(zeros) or _BY_ZEROS.get(zeros[:2]) or "utf-8-sig"


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
