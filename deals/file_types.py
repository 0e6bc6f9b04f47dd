"""Which files a deal room takes, told by what is in them: a name proves nothing."""

import codecs
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from deals.plain import plain

_TEXT_CONTROLS = frozenset("\t\n\r\f")
_UNSAFE_IN_NAMES = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))


@dataclass(frozen=True)
class FileType:
    """A type that is taken; the first suffix is given to a file whose name has none of them."""

    media_type: str
    suffixes: tuple[str, ...]


PDF = FileType("application/pdf", (".pdf",))
PNG = FileType("image/png", (".png",))
JPEG = FileType("image/jpeg", (".jpg", ".jpeg"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = FileType(f"{_OFFICE}wordprocessingml.document", (".docx",))
XLSX = FileType(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",))
PPTX = FileType(f"{_OFFICE}presentationml.presentation", (".pptx",))
TXT = FileType("text/plain", (".txt",))
CSV = FileType("text/csv", (".csv",))
TAKEN = (PDF, DOCX, XLSX, PPTX, PNG, JPEG, TXT, CSV)
IN_WORDS = "PDF; DOCX, XLSX and PPTX without macros; PNG; JPEG; TXT and CSV in UTF-8"

_SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_ZIP = b"PK\x03\x04"
# The part that each kind of office file has; a workbook in the binary form has another, and is not taken.
_OFFICE_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX))


def type_of(content: IO[bytes], chunks: Iterable[bytes], name: str) -> FileType | None:
    """The type of a file, None where it is none that is taken. `chunks`: the same file in pieces."""
    content.seek(0)
    head = content.read(8)
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head.startswith(_ZIP):
        return _office(content)
    if _is_text(chunks):
        # Text is text: which of the two it is changes nothing about what it can do.
        return CSV if name.lower().endswith(".csv") else TXT
    return None


def _office(content: IO[bytes]) -> FileType | None:
    """Looks at the list of parts only: nothing is unpacked."""
    try:
        with zipfile.ZipFile(content) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in parts or any(part.lower().endswith("vbaproject.bin") for part in parts):
        return None
    return next((found for part, found in _OFFICE_PARTS if part in parts), None)


def _is_text(chunks: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chunks:
            if not _is_printable(decoder.decode(chunk)):
                return False
        return _is_printable(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


def _is_printable(text: str) -> bool:
    return not any((sign < " " and sign not in _TEXT_CONTROLS) or sign == "\x7f" for sign in text)


def plain_name(name: str, found: FileType) -> str:
    """The name of a file as it can stand in a header and on any disk: no folders, one line, the suffix of its type."""
    last = plain(name.replace("\\", "/").rsplit("/", 1)[-1], 110).translate(_UNSAFE_IN_NAMES).strip(". ")
    if not last.lower().endswith(found.suffixes):
        last = f"{last or 'document'}{found.suffixes[0]}"
    return last
