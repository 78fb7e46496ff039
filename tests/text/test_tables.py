"""Tables in any Unicode form are read; whatever is none is called what it is."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from autograder.errors import CamlabError
from autograder.text.tables import read_table

TEXT = "student,score\nZoë 猫,1\n"
ROWS = [["student", "score"], ["Zoë 猫", "1"]]


def opendocument() -> bytes:
    """How every OpenDocument begins: its kind, not compressed, before all else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    return buffer.getvalue()


def refusal(tmp_path, content: bytes) -> str:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(CamlabError) as caught:
        read_table(path, "table", 2**20)
    return str(caught.value)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_every_unicode_form_is_read(tmp_path, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read_table(path, "table", 2**20) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_text_that_was_cut_off_is_called_so(tmp_path, encoding):
    said = refusal(tmp_path, TEXT.encode(encoding)[:-1])
    assert f"is not whole: its {encoding[:6].upper()} text was cut off" in said


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (opendocument(), "is a document of LibreOffice."),
        (b"PK\x03\x04 xlsx", "is an Excel workbook, or another zip archive."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old Excel workbook (.xls)."),
        (b"\x89PNG\r\n\x1a\n\0\0", "is a picture (PNG)."),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF."),
        (gzip.compress(TEXT.encode()), "is a gzip archive."),
    ],
)
def test_another_file_is_called_what_it_is(tmp_path, content, kind):
    said = refusal(tmp_path, content)
    assert kind in said and "Save the table as “CSV UTF-8”" in said


def test_text_in_another_encoding_is_named_by_its_line(tmp_path):
    assert "is not UTF-8 text (line 2)" in refusal(tmp_path, "student\nZoë\n".encode("latin-1"))
