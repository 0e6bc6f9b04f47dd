"""Files of a deal room are known by what is in them; their names are made plain."""

import pytest

from tests.api import System
from tests.cast import Cast
from tests.room import PDF, kept_files, office, partner, upload

pytestmark = pytest.mark.usefixtures("documents_in_memory")


@pytest.fixture
def rhein(cast: Cast) -> System:
    return partner("rhein")


TAKEN = {
    "a report": (PDF, "r.pdf", "application/pdf"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "r.png", "image/png"),
    "a photograph": (b"\xff\xd8\xff\xe0" + b"\0" * 20, "r.JPG", "image/jpeg"),
    "a letter": (office("word/document.xml"), "r.docx", "application/vnd.openxmlformats-officedocument.wordprocessing"),
    "a model": (office("xl/workbook.xml"), "r.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml"),
    "slides": (office("ppt/presentation.xml"), "r.pptx", "application/vnd.openxmlformats-officedocument.presentation"),
    "a text": ("Überblick\n鉱山\n".encode(), "r.txt", "text/plain"),
    "a table": (b"a;b\r\n1;2\r\n", "r.csv", "text/csv"),
}


@pytest.mark.parametrize(("raw", "name", "media_type"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken_is_known_by_what_is_in_it(
    cast: Cast, rhein: System, raw: bytes, name: str, media_type: str
) -> None:
    made = upload(rhein, cast, raw, name)
    assert made.status == 201, made.raw
    assert made.body["media_type"].startswith(media_type)
    assert made.body["file_name"] == name


NOT_TAKEN = {
    "a program with a report's name": b"MZ\x90\x00\x03\x00\x00\x00",
    "another system's program": b"\x7fELF\x02\x01\x01",
    "a report that begins later": b"\n\n%PDF-1.7\n\xe2\xe3\xcf\xd3",
    "an archive": office("evil.exe"),
    "a workbook with macros": office("xl/workbook.xml", "xl/vbaProject.bin"),
    "half an office file": office("word/document.xml")[:60],
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a moving picture": b"GIF89a" + b"\0\x01" * 10,
    "text with what no text holds": b"a\0b",
    "text of another encoding": "Überblick".encode("latin-1"),
    "a text that breaks off": "鉱".encode()[:2],
}


@pytest.mark.parametrize("raw", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_the_wrong_kind_is_refused_whatever_its_name(cast: Cast, rhein: System, raw: bytes) -> None:
    refused = upload(rhein, cast, raw, "report.pdf")
    assert (refused.status, refused.codes) == (422, {"/file": "file_type_not_taken"})
    assert kept_files() == []


NAMES = {
    "..\\..\\windows\\system.pdf": "system.pdf",
    "../../etc/passwd": "passwd.pdf",
    "/etc/cron.d/x.pdf": "x.pdf",
    "invoice\u202efdp.exe": "invoicefdp.exe.pdf",
    "a\tb.pdf": "ab.pdf",
    "report.pdf.exe": "report.pdf.exe.pdf",
    "evil.html": "evil.html.pdf",
    "...": "document.pdf",
    "a?b*c|d.pdf": "a_b_c_d.pdf",
    "鉱山.pdf": "鉱山.pdf",
    "n" * 300 + ".pdf": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_plain(cast: Cast, rhein: System, name: str) -> None:
    made = upload(rhein, cast, file_name=name)
    assert made.status == 201, made.raw
    told = made.body["file_name"]
    assert told == NAMES[name] or (NAMES[name] is None and len(told) <= 120 and told.endswith(".pdf"))
    sent = rhein.get(f"documents/{made.body['id']}/file").headers["Content-Disposition"]
    assert sent.startswith("attachment; filename")
    assert sent.isascii()
    assert not set("\r\n/\\") & set(sent)


def test_a_line_break_in_a_name_makes_no_header(cast: Cast, rhein: System) -> None:
    made = upload(rhein, cast, file_name="a.pdf\r\nSet-Cookie: x=1")
    if made.status == 201:
        assert "Set-Cookie" not in rhein.get(f"documents/{made.body['id']}/file").headers
    else:
        assert made.status in (400, 422)
